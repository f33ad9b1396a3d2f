"""Lists: search, filters, order, paging by key, export; declared once, drawn by ``ui.list``."""

from onedoor.web.shell.lists.columns import Bulk, Column, Filter, as_choices
from onedoor.web.shell.lists.list_page import ListPage, View
from onedoor.web.shell.lists.row_selection import Chosen, asked_of, chosen
from onedoor.web.shell.lists.state import State

__all__ = [
    "Bulk",
    "Chosen",
    "Column",
    "Filter",
    "ListPage",
    "State",
    "View",
    "as_choices",
    "asked_of",
    "chosen",
]
