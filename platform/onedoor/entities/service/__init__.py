"""Use cases of the shared register."""

from onedoor.entities.service.code_correction import (
    Unsure,
    effect_of,
)
from onedoor.entities.service.corrections import (
    correct,
    decide_correction,
)
from onedoor.entities.service.credit_class import (
    give_up_class,
    set_classes,
    take_in_class,
)
from onedoor.entities.service.entities import (
    set_status,
)
from onedoor.entities.service.evidence import (
    evidence_of,
    read_evidence,
)
from onedoor.entities.service.merges import (
    keep_apart,
    merge_pair,
    merge_two,
    suggest_merge,
    undo_merge,
)
from onedoor.entities.service.new_entities import (
    Doubtful,
    Known,
    add_entity,
    alike_of,
    given_of,
    propose_entity,
    read_given,
)
from onedoor.entities.service.premises import (
    may_change_licence,
    save_licence,
    save_premises,
)
from onedoor.entities.service.quality import (
    begin_review,
    review,
    review_by_night,
)

__all__ = [
    "Doubtful",
    "Known",
    "Unsure",
    "add_entity",
    "alike_of",
    "begin_review",
    "correct",
    "decide_correction",
    "effect_of",
    "evidence_of",
    "give_up_class",
    "given_of",
    "keep_apart",
    "may_change_licence",
    "merge_pair",
    "merge_two",
    "propose_entity",
    "read_evidence",
    "read_given",
    "review",
    "review_by_night",
    "save_licence",
    "save_premises",
    "set_classes",
    "set_status",
    "suggest_merge",
    "take_in_class",
    "undo_merge",
]
