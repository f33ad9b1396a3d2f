"""What can be done in the ledger.

enter_outside(given)              # a check that was made outside the platform, with its cause
write_f11(lines, bureau)          # the ledger as a workbook
"""

from onedoor.ledger.service.outside_checks import Outside, enter_outside
from onedoor.ledger.service.workbook import write_f11

__all__ = ["Outside", "enter_outside", "write_f11"]
