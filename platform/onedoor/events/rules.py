"""Which acts go out as events, what an address must be like, how a message is signed, and when it is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from onedoor.kernel.text.source_strings import N_


class SubscriptionState(StrEnum):
    """Active, paused (by hand, or after two days without an answer), or ended for good."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class DeliveryOutcome(StrEnum):
    """Taken (2xx), refused (another answer), or nobody answered."""

    TAKEN = "taken"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class EventThing:
    """What events are about: acts whose names begin so, what people call it, and where the interface shows it."""

    prefixes: tuple[str, ...]
    name: str
    addresses: tuple[tuple[str, str], ...] = ()


THINGS: dict[str, EventThing] = {
    "plan": EventThing(("plans.",), N_("计划"), (("plan", "/api/v1/plans/{}"),)),
    "filing": EventThing(("filing.",), N_("备案")),
    "campaign": EventThing(("campaigns.",), N_("抽查任务"), (("campaign", "/api/v1/campaigns/{}"),)),
    "draw": EventThing(("draws.",), N_("抽取"), (("draw", "/api/v1/draws/{}/ceremony"),)),
    "visit": EventThing(("visits.",), N_("检查"), (("visit", "/api/v1/visits/{}"),)),
    "followup": EventThing(("followups.",), N_("后续处置"), (("followup", "/api/v1/followups/{}"),)),
    "owed": EventThing(("owed.",), N_("待补查事项")),
    "ledger": EventThing(("ledger.",), N_("执法检查台账")),
    "disclosure": EventThing(("disclosure.",), N_("公示")),
    "credit": EventThing(("credit.",), N_("报送")),
    "return": EventThing(("statistics.",), N_("统计报表")),
    "supervision": EventThing(
        ("supervision.order.", "supervision.circular.", "supervision.assessment."), N_("督办通报")
    ),
    "document": EventThing(("messages.document.",), N_("文书")),
    "registry": EventThing(("registry.",), N_("名录")),
}
# Looking is no change, and what is about one person's contacts stays in the house.
KEPT_IN = (
    "%.reveal",
    "%.look",
    "%.contact",
    "registry.number.find",
    "registry.leave.%",
    "registry.request.%",
)
# Nobody is named, not even by number; and a firm only by what happens in the registers, so that no visit names its firm.
PEOPLE = frozenset({"user", "token", "inspector", "person", "expert"})
FIRMS = frozenset({"entity", "target", "premises", "licence"})

BATCH = 100
MOST_BATCHES = 20
MOST_SUBSCRIPTIONS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=2)
DELIVERIES_KEPT = timedelta(days=30)
LONGEST_ADDRESS = 500
SIGNED_WITHIN = timedelta(minutes=5)


class AddressUnfit(ValueError):
    """An address events cannot go to; the argument is the sentence that says why."""


def thing_of(event: str) -> str | None:
    """What an act's event is about, or None if it does not go out."""
    found = (name for name, thing in THINGS.items() if event.startswith(thing.prefixes))
    return next(found, None)


def address_of(thing: str, subject_kind: str, subject_id: object) -> str | None:
    """Where the interface shows what an event is about, if it does."""
    path = dict(THINGS[thing].addresses).get(subject_kind)
    return path.format(subject_id) if path and subject_id else None


def is_numbered(thing: str, subject_kind: str) -> bool:
    """Whether the number of what an event is about goes out with it."""
    return subject_kind not in PEOPLE and (thing == "registry" or subject_kind not in FIRMS)


def wait_after(failures: int) -> timedelta:
    """How long until the next try after so many failures in a row: 1, 2, 4, … minutes, an hour at most."""
    return min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)


def checked_address(url: str, allowed: Collection[str]) -> tuple[str, int]:
    """Host and port of an address. Raises AddressUnfit for one that is not for events; `allowed` hosts the operator vouches for."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressUnfit(N_("网址的格式不对，请核对。")) from None
    host = (parts.hostname or "").lower()
    if not host or len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url:
        raise AddressUnfit(N_("网址的格式不对，请核对。"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressUnfit(N_("网址里不要写用户名、密码和 # 后的部分；对方用签名核对来源。"))
    vouched = host in allowed
    if parts.scheme != "https" and not (vouched and parts.scheme == "http"):
        raise AddressUnfit(N_("网址应以 https:// 开头。"))
    if not vouched:
        if "." not in host.strip(".") and ":" not in host:
            raise AddressUnfit(N_("这是内部网络的地址。如确需推送到那里，请平台运维人员先允许。"))
        refuse_private(host)
    return host, port or (443 if parts.scheme == "https" else 80)


def refuse_private(host: str) -> None:
    """Raise AddressUnfit if this is the number of a machine that is not on the public network."""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return
    number = getattr(number, "ipv4_mapped", None) or number
    if not number.is_global or number.is_multicast:
        raise AddressUnfit(N_("这是内部网络的地址。如确需推送到那里，请平台运维人员先允许。"))


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`webhook-signature` of a message (Standard Webhooks): version and HMAC-SHA256 over number, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def is_signed(secret: str, headers: dict[str, str], body: bytes, at: int) -> bool:
    """Whether a message came from who knows the secret, lately: what a receiver does with it."""
    try:
        timestamp = int(headers["webhook-timestamp"])
        given: Sequence[str] = headers["webhook-signature"].split()
        expected = signature(secret, headers["webhook-id"], timestamp, body)
    except (KeyError, ValueError):
        return False
    lately = abs(at - timestamp) <= SIGNED_WITHIN.total_seconds()
    return lately and any(hmac.compare_digest(one, expected) for one in given)
