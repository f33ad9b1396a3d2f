"""执法检查台账: the list, F11 to print and as a workbook, and checks made outside the platform (R-V9)."""

from onedoor.web.ledger import lists as lists
from onedoor.web.ledger import outside_checks as outside_checks
from onedoor.web.ledger.blueprint import pages

__all__ = ["pages"]
