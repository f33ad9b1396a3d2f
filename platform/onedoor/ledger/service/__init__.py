"""What can be done in the ledger.

enter_outside(given)              # a check that was made outside the platform, with its cause
correct_outside(check_id, …)      # its correction, with the reason
write_f11(lines, bureau)          # the ledger as a workbook
"""

from onedoor.ledger.service.outside_checks import Outside, correct_outside, enter_outside
from onedoor.ledger.service.workbook import write_f11

__all__ = ["Outside", "correct_outside", "enter_outside", "write_f11"]
