"""Tables of the room: what goes out and comes back, the platforms and layouts, lists and measures."""

from onedoor.credit.models.exports import (
    Export,
    ExportAttempt,
    ExportRecord,
    Receipt,
    RepairApplication,
)
from onedoor.credit.models.listings import CreditListing
from onedoor.credit.models.platforms import OutsidePlatform, RecordLayout

__all__ = [
    "CreditListing",
    "Export",
    "ExportAttempt",
    "ExportRecord",
    "OutsidePlatform",
    "Receipt",
    "RecordLayout",
    "RepairApplication",
]
