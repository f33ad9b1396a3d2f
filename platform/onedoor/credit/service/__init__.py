"""What can be done with exports: make batches, send them, mend what was refused, repair and withdraw (R-O2, R-O3)."""

from onedoor.credit.platform_client import Platform
from onedoor.credit.service.batches import make_batch, make_batches
from onedoor.credit.service.classes import class_counts, classify
from onedoor.credit.service.delivery import send
from onedoor.credit.service.listings import list_entity, take_off_list
from onedoor.credit.service.penalty_disclosure import disclose_penalty
from onedoor.credit.service.record_corrections import mend
from onedoor.credit.service.repairs import apply_for_repair, decide_repair
from onedoor.credit.service.withdrawals import enqueue_withdrawals, follow_publications

__all__ = [
    "Platform",
    "apply_for_repair",
    "class_counts",
    "classify",
    "decide_repair",
    "disclose_penalty",
    "enqueue_withdrawals",
    "follow_publications",
    "list_entity",
    "make_batch",
    "make_batches",
    "mend",
    "send",
    "take_off_list",
]
