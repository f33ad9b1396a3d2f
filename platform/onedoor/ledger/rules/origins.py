"""How a check came into the ledger, and why one was made outside the platform (R-V9, 001 §7)."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.text.source_strings import N_


class Registration(StrEnum):
    """登记方式: through the platform as it went on, afterwards, or not through it at all."""

    PLATFORM = "platform"
    EMERGENCY = "emergency"
    DEVIATION = "deviation"
    OUTSIDE = "outside"
    FORMER = "former"


# Of these the check itself stands in `outside_check`.
ORIGINS = (Registration.OUTSIDE, Registration.FORMER)

REGISTRATION_NAMES: dict[Registration, str] = {
    Registration.PLATFORM: N_("通过平台"),
    Registration.EMERGENCY: N_("紧急检查，审批后补"),
    Registration.DEVIATION: N_("计划外检查，事后登记"),
    Registration.OUTSIDE: N_("未通过平台"),
    Registration.FORMER: N_("原平台的检查"),
}


class Cause(StrEnum):
    """Why a check was made outside the platform."""

    DOWN = "down"
    NO_NETWORK = "no_network"
    URGENT = "urgent"
    SUPERIOR_SYSTEM = "superior_system"
    UNTRAINED = "untrained"
    UNKNOWN_RULE = "unknown_rule"
    OTHER = "other"


class Progress(StrEnum):
    """How far 监督检查记录 is: what a ledger is narrowed by."""

    UNREVIEWED = "unreviewed"
    ACCEPTED = "accepted"
    REPORTED = "reported"
    PUBLIC = "public"
    UNPUBLISHED = "unpublished"
    FOLLOWED = "followed"


PROGRESS_NAMES: dict[Progress, str] = {
    Progress.UNREVIEWED: N_("记录尚未审核通过"),
    Progress.ACCEPTED: N_("记录已审核通过"),
    Progress.REPORTED: N_("已完成报告"),
    Progress.PUBLIC: N_("已公示结果"),
    Progress.UNPUBLISHED: N_("记录已通过，尚未公示"),
    Progress.FOLLOWED: N_("后续处置未办结"),
}

CAUSE_NAMES: dict[Cause, str] = {
    Cause.DOWN: N_("平台故障或停机"),
    Cause.NO_NETWORK: N_("现场没有网络或设备"),
    Cause.URGENT: N_("情况紧急，来不及在平台办理"),
    Cause.SUPERIOR_SYSTEM: N_("按上级要求使用其他系统"),
    Cause.UNTRAINED: N_("不熟悉平台操作"),
    Cause.UNKNOWN_RULE: N_("不了解应当通过平台抽取"),
    Cause.OTHER: N_("其他原因"),
}
