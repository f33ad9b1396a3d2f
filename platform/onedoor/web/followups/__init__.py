"""Pages of what follows a finding (R-V7): one list, one page each, inboxes."""

from onedoor.web.followups import followup, lists, transfers
from onedoor.web.followups.blueprint import pages

__all__ = ["followup", "lists", "pages", "transfers"]
