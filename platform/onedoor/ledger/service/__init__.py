"""What can be done in the ledger: `enter_outside(given)`; files of a former platform come in by `loads.CHECKS`."""

from onedoor.ledger.service.outside_checks import Outside, enter_outside

__all__ = ["Outside", "enter_outside"]
