"""Codes of entities and licences, with the words a page shows."""

from __future__ import annotations

from enum import StrEnum


class DuplicateState(StrEnum):
    """Two entities that may be one (R-L10)."""

    OPEN = "open"
    APART = "apart"
    MERGED = "merged"


class CorrectionState(StrEnum):
    """What a bureau reports to the register's keeper about an entity, and what became of it (R-L10)."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"


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


GONE = (EntityStatus.MOVED, EntityStatus.DEREGISTERED, EntityStatus.REVOKED)
# Who may stand in a library.
LISTABLE = (EntityStatus.ACTIVE, EntityStatus.SUSPENDED)

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
