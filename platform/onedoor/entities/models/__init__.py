"""Tables of the shared register."""

from onedoor.entities.models.confirmations import (
    Confirmation,
)
from onedoor.entities.models.corrections import (
    Correction,
    CorrectionFile,
)
from onedoor.entities.models.credit_class import CreditClass
from onedoor.entities.models.entities import (
    Entity,
    EntityContact,
)
from onedoor.entities.models.history import (
    EntityChange,
)
from onedoor.entities.models.premises import (
    BelongingChange,
    Licence,
    Premises,
)
from onedoor.entities.models.provisional import ProvisionalNumber
from onedoor.entities.models.quality import (
    DuplicatePair,
    EntityMerge,
    MergeStep,
    QualityFinding,
    QualityReview,
)

__all__ = [
    "BelongingChange", "Confirmation", "Correction", "CorrectionFile", "CreditClass", "DuplicatePair",
    "Entity", "EntityChange", "EntityContact", "EntityMerge", "Licence", "MergeStep", "Premises",
    "ProvisionalNumber", "QualityFinding", "QualityReview",
]  # fmt: skip
