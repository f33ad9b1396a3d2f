"""The registry's code lists, with the words a page shows."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.codes import EntityKind
from onedoor.kernel.sentences import Sentence


class EntityStatus(StrEnum):
    """Where an entity stands; the last three have left the register's care (R-L6)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    MOVED = "moved"
    DEREGISTERED = "deregistered"
    REVOKED = "revoked"


class LicenceState(StrEnum):
    """Where a licence stands on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class ItemMode(StrEnum):
    """Whether an item is drawn at random (R-L1)."""

    RANDOM = "random"
    UNFIT = "unfit"
    UNLISTED = "unlisted"


class InspectorStatus(StrEnum):
    """Whether an officer is at work; one who is proposed is not in the library yet (R-L9)."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Stratify(StrEnum):
    """What a pool is divided by. A risk level is not public: only a closed pool is divided by it (draw.md, "Pool")."""

    NONE = "none"
    KIND = "kind"
    PLACE = "place"
    RISK = "risk"


GONE = (EntityStatus.MOVED, EntityStatus.DEREGISTERED, EntityStatus.REVOKED)
# Who may stand in a library.
LISTABLE = (EntityStatus.ACTIVE, EntityStatus.SUSPENDED)
WHOLE_POOL = "ALL"

KIND_NAMES: dict[str, str] = {
    EntityKind.ENTERPRISE: "企业",
    EntityKind.INDIVIDUAL: "个体工商户",
    EntityKind.COOPERATIVE: "农民专业合作社",
    EntityKind.SOCIAL_GROUP: "社会团体",
    EntityKind.CIVIL_RUN: "民办非企业单位",
    EntityKind.FOUNDATION: "基金会",
    EntityKind.OTHER_SOCIAL: "其他社会组织",
    EntityKind.INSTITUTION: "事业单位",
    EntityKind.GOVERNMENT: "机关",
    EntityKind.MASS_ORGANISATION: "群众团体",
    EntityKind.OTHER_ESTABLISHED: "其他机构编制单位",
    EntityKind.LAW_FIRM: "律师事务所",
    EntityKind.NOTARY: "公证机构",
    EntityKind.LEGAL_SERVICE: "基层法律服务所",
    EntityKind.FORENSIC: "司法鉴定机构",
    EntityKind.ARBITRATION: "仲裁委员会",
    EntityKind.OTHER_JUSTICE: "其他司法行政机构",
    EntityKind.COLLECTIVE_GROUP: "组级集体经济组织",
    EntityKind.COLLECTIVE_VILLAGE: "村级集体经济组织",
    EntityKind.COLLECTIVE_TOWN: "乡镇级集体经济组织",
    EntityKind.COLLECTIVE_OTHER: "其他农村集体组织",
    EntityKind.OTHER: "其他",
}
# Objects that are no legal persons: what is one's (R-L5).
MATTER_NAMES: dict[str, str] = {"product": "产品", "project": "项目", "activity": "行为"}
# What a library lists beside entities: places of business (场所), too, which no item is about alone.
PLACE = "place"
LISTED_NAMES: dict[str, str] = {PLACE: "经营场所", **MATTER_NAMES}
OBJECT_NAMES: dict[str, str] = {**KIND_NAMES, **MATTER_NAMES}
STATUS_NAMES: dict[str, str] = {
    EntityStatus.ACTIVE: "存续",
    EntityStatus.SUSPENDED: "歇业",
    EntityStatus.MOVED: "已迁出",
    EntityStatus.DEREGISTERED: "已注销",
    EntityStatus.REVOKED: "已吊销",
}
LICENCE_NAMES: dict[str, str] = {
    LicenceState.VALID: "有效",
    LicenceState.EXPIRING: "即将到期",
    LicenceState.EXPIRED: "已过期",
    LicenceState.CANCELLED: "已注销",
}
MODE_NAMES: dict[str, str] = {
    ItemMode.RANDOM: "双随机抽查",
    ItemMode.UNFIT: "不适合随机抽查",
    ItemMode.UNLISTED: "尚未列入",
}
INSPECTOR_NAMES: dict[str, str] = {
    InspectorStatus.PROPOSED: "待批准入库",
    InspectorStatus.ACTIVE: "在岗",
    InspectorStatus.SUSPENDED: "暂停执法",
    InspectorStatus.LEFT: "已离库",
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
STRATIFY_NAMES: dict[str, str] = {
    Stratify.NONE: "不分层",
    Stratify.KIND: "按主体类型",
    Stratify.PLACE: "按所在地",
    Stratify.RISK: "按风险等级（封闭抽取）",
}
# Levels of a bureau's own scale as strata, the lowest first: each bureau names its levels, a pool takes letters and digits.
NO_RISK = "R0"
RISK_NAMES: dict[str, str] = {
    NO_RISK: Sentence("未评风险等级"),
    "R1": Sentence("风险等级 1 级（最低）"),
    "R2": Sentence("风险等级 2 级"),
    "R3": Sentence("风险等级 3 级"),
    "R4": Sentence("风险等级 4 级"),
    "R5": Sentence("风险等级 5 级"),
    "R6": Sentence("风险等级 6 级"),
    "R7": Sentence("风险等级 7 级"),
    "R8": Sentence("风险等级 8 级"),
}
