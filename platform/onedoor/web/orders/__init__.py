"""Pages of alerts, orders and circulars (督办通报), assessments (考核), joint inspections (联合督查) and timetables (R-S4, R-S5)."""

from onedoor.web.orders import alerts, assessments, circulars, inspections, lists, measures, order, timetable
from onedoor.web.orders.blueprint import pages

__all__ = [
    "alerts",
    "assessments",
    "circulars",
    "inspections",
    "lists",
    "measures",
    "order",
    "pages",
    "timetable",
]
