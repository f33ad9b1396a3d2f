"""Codes of the item list and of rulebooks, with the words a page shows."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.codes import KIND_NAMES


class QualificationProposalState(StrEnum):
    """A qualification that an item asks for and no certificate has yet: what became of its proposal."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class RulebookState(StrEnum):
    """A rulebook (R-L2): in work, in force, or replaced by a later one."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


class ItemListState(StrEnum):
    """A list as it goes to its decision and out (R-L1)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    PUBLISHED = "published"


class ItemState(StrEnum):
    """A version of an item (R-L1): in work, on the list, replaced by a later one, or ended."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"
    ENDED = "ended"


class ItemMode(StrEnum):
    """Whether an item is drawn at random (R-L1)."""

    RANDOM = "random"
    UNFIT = "unfit"
    UNLISTED = "unlisted"


# Objects that are no legal persons: what is one's (R-L5).
MATTER_NAMES: dict[str, str] = {"product": "产品", "project": "项目", "activity": "行为"}


OBJECT_NAMES: dict[str, str] = {**KIND_NAMES, **MATTER_NAMES}


MODE_NAMES: dict[str, str] = {
    ItemMode.RANDOM: "双随机抽查",
    ItemMode.UNFIT: "不适合随机抽查",
    ItemMode.UNLISTED: "尚未列入",
}


# Matters that directly touch life and property: random checks of them need no plan line (R-P3).
LIFE_NAMES: dict[str, str] = {
    "food_drug": "食品药品",
    "work_safety": "安全生产",
    "public_safety": "公共安全",
    "environment": "生态环境",
}


# The parts every rulebook has (R-L10), in order.
SECTIONS: dict[str, str] = {
    "aims": "目的与职责",
    "procedure": "检查程序",
    "means": "检查方式",
    "content": "检查内容",
    "penalty_standards": "处罚标准",
    "penalty_procedure": "处罚程序",
    "disclosure_procedure": "公示程序",
}
