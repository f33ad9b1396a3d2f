"""Tables of the registry."""

from onedoor.registry.models.bulk import BulkRow, BulkRun
from onedoor.registry.models.certificates import Certificate
from onedoor.registry.models.confirmations import Confirmation
from onedoor.registry.models.corrections import Correction, CorrectionFile
from onedoor.registry.models.duties import Duty, Training, TrainingPlace
from onedoor.registry.models.entities import Entity, EntityContact
from onedoor.registry.models.experts import Expert, ExpertNotice
from onedoor.registry.models.history import EntityChange
from onedoor.registry.models.imports import Import, ImportMapping, ImportProblem, ImportRow
from onedoor.registry.models.inspectors import Inspector, InspectorPrivate, Recusal
from onedoor.registry.models.items import Item, ItemList
from onedoor.registry.models.loading import ImportChunk, ImportPart
from onedoor.registry.models.officers import CertificateNotice, InspectorLeave, InspectorRequest
from onedoor.registry.models.premises import BelongingChange, Licence, Premises
from onedoor.registry.models.proposals import InspectorProposal, InspectorProposalLine
from onedoor.registry.models.qualifications import Qualification, QualificationProposal
from onedoor.registry.models.quality import (
    DuplicatePair,
    EntityMerge,
    MergeStep,
    QualityFinding,
    QualityReview,
)
from onedoor.registry.models.risk import CreditClass, RiskFactor, RiskScale, TargetMatter, TargetRisk
from onedoor.registry.models.rulebooks import Rulebook
from onedoor.registry.models.tags import EntityTag, Tag
from onedoor.registry.models.targets import LibraryUpdate, Target, TargetRule
from onedoor.registry.models.templates import ItemTemplate

__all__ = [
    "BelongingChange",
    "BulkRow",
    "BulkRun",
    "Certificate",
    "CertificateNotice",
    "Confirmation",
    "Correction",
    "CorrectionFile",
    "CreditClass",
    "DuplicatePair",
    "Duty",
    "Entity",
    "EntityChange",
    "EntityContact",
    "EntityMerge",
    "EntityTag",
    "Expert",
    "ExpertNotice",
    "Import",
    "ImportChunk",
    "ImportMapping",
    "ImportPart",
    "ImportProblem",
    "ImportRow",
    "Inspector",
    "InspectorLeave",
    "InspectorPrivate",
    "InspectorProposal",
    "InspectorProposalLine",
    "InspectorRequest",
    "Item",
    "ItemList",
    "ItemTemplate",
    "LibraryUpdate",
    "Licence",
    "MergeStep",
    "Premises",
    "Qualification",
    "QualificationProposal",
    "QualityFinding",
    "QualityReview",
    "Recusal",
    "RiskFactor",
    "RiskScale",
    "Rulebook",
    "Tag",
    "Target",
    "TargetMatter",
    "TargetRisk",
    "TargetRule",
    "Training",
    "TrainingPlace",
]
