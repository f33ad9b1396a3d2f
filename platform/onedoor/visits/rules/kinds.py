"""Kinds and sources of checks: every check is registered, drawn or not (R-V9), and what may open one (R-P3)."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.text.source_strings import N_


class Kind(StrEnum):
    """检查类别; kept with the visit, its entry in the cap ledger, and the plan line that foresees it."""

    RANDOM = "random"
    DAILY = "daily"
    SPECIAL = "special"
    SINGLE = "single"


class Source(StrEnum):
    """检查来源: what a check goes back to."""

    DRAW = "draw"
    PLAN_LINE = "plan_line"
    COMPLAINT = "complaint"
    ACCIDENT = "accident"
    FAILED_TEST = "failed_test"
    DEPLOYMENT = "deployment"
    MONITORING = "monitoring"
    TRANSFER = "transfer"
    RECHECK = "recheck"
    REQUEST = "request"
    OWED = "owed"


class Exceptional(StrEnum):
    """Why a check began before the head approved it; the approval is made up afterwards (R-V1)."""

    EMERGENCY = "emergency"
    DEVIATION = "deviation"


KIND_NAMES: dict[Kind, str] = {
    Kind.RANDOM: N_("随机检查"),
    Kind.DAILY: N_("日常检查"),
    Kind.SPECIAL: N_("专项检查"),
    Kind.SINGLE: N_("个案检查"),
}
SOURCE_NAMES: dict[Source, str] = {
    Source.DRAW: N_("随机抽取"),
    Source.PLAN_LINE: N_("检查计划"),
    Source.COMPLAINT: N_("投诉举报"),
    Source.ACCIDENT: N_("发生事故"),
    Source.FAILED_TEST: N_("检验检查不合格"),
    Source.DEPLOYMENT: N_("上级部署"),
    Source.MONITORING: N_("监测线索"),
    Source.TRANSFER: N_("其他部门移送"),
    Source.RECHECK: N_("整改复查"),
    Source.REQUEST: N_("企业申请"),
    Source.OWED: N_("抽中后补查"),
}
EXCEPTIONAL_NAMES: dict[Exceptional, str] = {
    Exceptional.EMERGENCY: N_("紧急检查，审批后补"),
    Exceptional.DEVIATION: N_("计划外检查，事后登记"),
}
# What opens a check of each kind. A clue from monitoring opens none by itself: the plan does (R-P3).
SOURCES: dict[Kind, tuple[Source, ...]] = {
    Kind.RANDOM: (Source.DRAW, Source.OWED),
    Kind.DAILY: (Source.PLAN_LINE, Source.MONITORING),
    Kind.SPECIAL: (Source.PLAN_LINE, Source.DEPLOYMENT, Source.MONITORING),
    Kind.SINGLE: (
        Source.COMPLAINT,
        Source.ACCIDENT,
        Source.FAILED_TEST,
        Source.DEPLOYMENT,
        Source.TRANSFER,
        Source.RECHECK,
        Source.REQUEST,
    ),
}
NOT_DRAWN = tuple(kind for kind in Kind if kind is not Kind.RANDOM)
# A draw chose the object: it is visited by its campaign, or later by the bureau that owes the check (R-J5).
BY_DRAW = frozenset({Source.DRAW, Source.OWED})
# Whom these came from is kept apart, encrypted (R-T7).
WITH_COMPLAINANT = frozenset({Source.COMPLAINT})


def opens(kind: Kind, source: Source) -> bool:
    """Whether a source may open a check of this kind (R-P3)."""
    return source in SOURCES[kind]
