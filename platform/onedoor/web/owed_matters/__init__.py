"""Pages of what is owed (R-J5): lists, one page each, the check that makes up for it, and what others ask to take."""

from onedoor.web.owed_matters import checks, handovers, lists, matter
from onedoor.web.owed_matters.blueprint import pages

__all__ = ["checks", "handovers", "lists", "matter", "pages"]
