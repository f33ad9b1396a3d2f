"""Use cases of the item list."""

from onedoor.items.service.declarations import unfit
from onedoor.items.service.item_lists import XLSX, decide_list, submit_list
from onedoor.items.service.items import discard_draft, save_item
from onedoor.items.service.qualifications import (
    add_qualification,
    answer_proposal,
    change_qualification,
    known_qualifications,
)
from onedoor.items.service.rulebooks import (
    decide_rulebook,
    publish_rulebook,
    rulebook_document,
    rulebook_text,
    save_rulebook,
    submit_rulebook,
    wrote_rulebook,
)
from onedoor.items.service.templates import adopt, share_item, stop_sharing

__all__ = [
    "XLSX", "add_qualification", "adopt", "answer_proposal", "change_qualification", "decide_list",
    "decide_rulebook", "discard_draft", "known_qualifications", "publish_rulebook", "rulebook_document",
    "rulebook_text", "save_item", "save_rulebook", "share_item", "stop_sharing", "submit_list",
    "submit_rulebook", "unfit", "wrote_rulebook",
]  # fmt: skip
