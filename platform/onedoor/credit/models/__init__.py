"""Tables of the room: what goes out and comes back, the platforms and layouts, lists and measures."""

from onedoor.credit.models.exports import (
    Export,
    ExportAttempt,
    ExportRecord,
    Receipt,
    RepairApplication,
)
from onedoor.credit.models.listings import (
    ClassRuleVersion,
    CreditListing,
    CreditMeasure,
    ListingBasis,
    MeasureAnswer,
)
from onedoor.credit.models.platforms import OutsidePlatform, RecordLayout

__all__ = [
    "ClassRuleVersion",
    "CreditListing",
    "CreditMeasure",
    "Export",
    "ExportAttempt",
    "ExportRecord",
    "ListingBasis",
    "MeasureAnswer",
    "OutsidePlatform",
    "Receipt",
    "RecordLayout",
    "RepairApplication",
]
