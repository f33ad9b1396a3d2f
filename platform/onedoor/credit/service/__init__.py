"""What can be done with exports: make batches, send them, mend what was refused, repair and withdraw (R-O2, R-O3)."""

from onedoor.credit.platform_client import Platform
from onedoor.credit.service.batches import make_batch, make_batches
from onedoor.credit.service.class_rules import draft_rule, give_up_class, put_in_force, take_in_class
from onedoor.credit.service.classes import class_counts, classify
from onedoor.credit.service.delivery import send
from onedoor.credit.service.layouts import (
    delete_draft,
    describe_layout,
    drop_field,
    new_layout,
    next_version,
    put_field,
    try_layout,
    use_layout,
)
from onedoor.credit.service.listings import list_entity, save_basis, take_off_list
from onedoor.credit.service.measures import answer_measure, note_measures, propose_measure
from onedoor.credit.service.outside_platforms import save_platform
from onedoor.credit.service.penalty_disclosure import disclose_penalty
from onedoor.credit.service.receipt_files import take_receipt_file, upload_file
from onedoor.credit.service.record_corrections import mend
from onedoor.credit.service.repairs import apply_for_repair, decide_repair
from onedoor.credit.service.withdrawals import enqueue_withdrawals, follow_publications, send_on_schedule

__all__ = [
    "Platform",
    "answer_measure",
    "apply_for_repair",
    "class_counts",
    "classify",
    "decide_repair",
    "delete_draft",
    "describe_layout",
    "disclose_penalty",
    "draft_rule",
    "drop_field",
    "enqueue_withdrawals",
    "follow_publications",
    "give_up_class",
    "list_entity",
    "make_batch",
    "make_batches",
    "mend",
    "new_layout",
    "next_version",
    "note_measures",
    "propose_measure",
    "put_field",
    "put_in_force",
    "save_basis",
    "save_platform",
    "send",
    "send_on_schedule",
    "take_in_class",
    "take_off_list",
    "take_receipt_file",
    "try_layout",
    "upload_file",
    "use_layout",
]
