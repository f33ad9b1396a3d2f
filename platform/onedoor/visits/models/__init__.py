"""Tables of visits. The lead writes the visit, its parties, matters and team; a party its part and record."""

from onedoor.visits.models.assistants import VisitAssistant
from onedoor.visits.models.parts import (
    Followup,
    Record,
    RecordItem,
    RecordPhoto,
    RecordSubmission,
    Report,
    VisitPart,
)
from onedoor.visits.models.substitutions import Substitution
from onedoor.visits.models.visits import CodeCheck, Visit, VisitMatter, VisitMember, VisitParty

__all__ = [
    "CodeCheck",
    "Followup",
    "Record",
    "RecordItem",
    "RecordPhoto",
    "RecordSubmission",
    "Report",
    "Substitution",
    "Visit",
    "VisitAssistant",
    "VisitMatter",
    "VisitMember",
    "VisitPart",
    "VisitParty",
]
