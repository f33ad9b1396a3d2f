"""Lists: search, filters, order, paging by key, export; declared once, drawn by ``ui.list``."""

from onedoor.web.shell.lists.columns import Bulk, Column, Filter, Indexed, as_choices
from onedoor.web.shell.lists.listing import Listing, State, View

__all__ = ["Bulk", "Column", "Filter", "Indexed", "Listing", "State", "View", "as_choices"]
