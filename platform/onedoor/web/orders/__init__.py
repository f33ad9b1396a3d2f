"""Pages of orders and circulars (督办通报) and of assessments (考核): the supervisor's and the bureaus' (R-S4, R-S5)."""

from onedoor.web.orders import assessments, circulars, lists, order
from onedoor.web.orders.blueprint import pages

__all__ = ["assessments", "circulars", "lists", "order", "pages"]
