"""Tables of visits. The lead writes the visit, its parties, matters and team; a party its part and record."""

from onedoor.visits.models.assistants import VisitAssistant
from onedoor.visits.models.checks import VisitComplainant, VisitSource
from onedoor.visits.models.combinations import ApartNotice, Combination, CombinationAnswer
from onedoor.visits.models.disclosure_days import DisclosureDays
from onedoor.visits.models.methods import MatterMethod, RecordPaper
from onedoor.visits.models.parts import (
    Followup,
    PartApproval,
    Record,
    RecordItem,
    RecordPhoto,
    RecordSubmission,
    Report,
    VisitPart,
)
from onedoor.visits.models.replacements import CodeEntry, MemberReplacement
from onedoor.visits.models.revisions import RecordRevision
from onedoor.visits.models.substitutions import Substitution
from onedoor.visits.models.visits import CodeCheck, Visit, VisitMatter, VisitMember, VisitParty, VisitUnit

__all__ = [
    "ApartNotice",
    "CodeCheck",
    "CodeEntry",
    "Combination",
    "CombinationAnswer",
    "DisclosureDays",
    "Followup",
    "MatterMethod",
    "MemberReplacement",
    "PartApproval",
    "Record",
    "RecordItem",
    "RecordPaper",
    "RecordPhoto",
    "RecordRevision",
    "RecordSubmission",
    "Report",
    "Substitution",
    "Visit",
    "VisitAssistant",
    "VisitComplainant",
    "VisitMatter",
    "VisitMember",
    "VisitPart",
    "VisitParty",
    "VisitSource",
    "VisitUnit",
]
