"""How a draw is drawn, as its lead chooses when it begins: what it hashes with, the beacon it names (draw.md, "Plan")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize
from uuid import UUID

from onedoor.draws import rules
from onedoor.draws.models import Draw
from onedoor.draws.rules.beacons import HEX, MOMENT, NUMBERS, BeaconRule
from onedoor.draws.rules.wire import value_checks
from onedoor.draws.service import draw_locks
from onedoor.draws.service.protocol_text import stranger
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_

HASHES = ("sha256", "sm3")
# A beacon speaks late enough for lists, commitments, witnesses and reveals; the reveals are in before it does.
BEACON_AFTER, REVEALS_BEFORE = timedelta(minutes=30), timedelta(minutes=10)


@dataclass(frozen=True)
class Mode:
    """What a draw hashes with (`sha256` or `sm3`), the beacon it names, if any, and whether its result is told later.

    The pools of a `closed` draw are not published: the supervisor and `holder_id`, a bureau without a list, hold them.
    """

    hash: str = "sha256"
    beacon: BeaconRule | None = None
    surprise: bool = False
    closed: bool = False
    holder_id: UUID | None = None


USUAL = Mode()
MENDING = N_("公共随机数源有几处需要修改。")
# In the place of one that was not given.
SOME_TIME = datetime(2999, 1, 1, tzinfo=UTC)


def columns(mode: Mode) -> dict[str, Any]:
    """The mode as the draw keeps it. Raises ClerkError for one that no draw could keep to."""
    if mode.hash not in HASHES:
        raise ClerkError("请选择摘要算法。", fields={"hash": ["请选择 SHA-256 或 SM3。"]})
    chosen = {"hash": mode.hash, "surprise": mode.surprise, "closed": mode.closed}
    if mode.beacon is None:
        return chosen
    fields = _faults(mode.beacon)
    if fields:
        raise ClerkError(MENDING, fields=fields)
    due = mode.beacon.moment - REVEALS_BEFORE
    return {**chosen, "beacon": mode.beacon.as_json(), "reveals_due": due}


def beacon_of(draw: Draw) -> BeaconRule | None:
    """The beacon the draw names, if it names one."""
    return BeaconRule.from_json(draw.beacon) if draw.beacon is not None else None


def beacon_rule(
    name: str, round_: str, time: datetime | None, form: str, size: int, digits: int | None
) -> BeaconRule:
    """A beacon as the lead names it; text in NFC, the time in UTC to the second.

    Without a time it raises ClerkError, with whatever else is wrong: a form is mended in one go.
    """
    rule = BeaconRule(
        normalize("NFC", " ".join(name.split())),
        normalize("NFC", " ".join(round_.split())),
        (time or SOME_TIME).astimezone(UTC).strftime(MOMENT),
        form,
        size,
        (digits or 0) if form == NUMBERS else 0,
    )
    if time is None:
        others = _written(rule)
        message = MENDING if others else "请填写公共随机数的公布时间。"
        raise ClerkError(message, fields={**others, "beacon_time": ["请填写公布时间。"]})
    return rule


def _faults(beacon: BeaconRule) -> dict[str, list[str]]:
    found = _written(beacon)
    if beacon.moment < draw_locks.register_now() + BEACON_AFTER:
        found["beacon_time"] = ["公布时间应在半小时以后，留出冻结名单、见证和揭示的时间。"]
    return found


def _written(beacon: BeaconRule) -> dict[str, list[str]]:
    """What is wrong whatever the hour."""
    found: dict[str, list[str]] = {}
    for field, text, hint in (
        ("beacon_name", beacon.name, "请写明是哪个公共随机数源，例如：中国福利彩票双色球。"),
        ("beacon_round", beacon.round, "请写明期次，例如：2026135期。"),
    ):
        strange = stranger(text)
        if strange is not None:
            found[field] = [strange]
        elif not _sayable(text):
            found[field] = [hint]
    if beacon.form not in (HEX, NUMBERS) or not 1 <= beacon.size <= 128:
        found["beacon_size"] = ["请填写 1 至 128 的整数。"]
    if beacon.form == NUMBERS and not 1 <= beacon.digits <= 8:
        found["beacon_digits"] = ["请填写 1 至 8 的整数。"]
    return found


def _sayable(text: str) -> bool:
    """Whether text can stand in a plan."""
    try:
        value_checks.text(text, "beacon")
    except rules.ProtocolError:
        return False
    return len(text) <= 80
