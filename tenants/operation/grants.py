"""Supervision grants (监督授权): given from a day on, with an end where there is one (R-T3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit, locks
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.sentences import Sentence
from tenants.models import Bureau, Jurisdiction, SupervisionGrant

DOMAINS: dict[str, str] = {"all": Sentence("全部领域"), "market": Sentence("市场监管领域")}


@dataclass(frozen=True)
class GrantFacts:
    """A grant as it is to be; without `until` it holds until it is ended."""

    bureau_id: UUID
    place: str
    domain: str
    basis: str
    since: date
    until: date | None = None


def give(wanted: GrantFacts) -> SupervisionGrant:
    """Let a bureau supervise a place and all below it. Raises ClerkError beside what is wrong, Conflict for what holds already."""
    locks.hold("bureaus")
    bureau = db.session.get(Bureau, wanted.bureau_id)
    wrong: dict[str, list[str]] = {}
    if bureau is None or not bureau.active:
        wrong["bureau"] = ["请选择在用的单位。"]
    if db.session.get(Jurisdiction, wanted.place) is None:
        wrong["place"] = ["请选择辖区。"]
    if wanted.domain not in DOMAINS:
        wrong["domain"] = ["请选择领域。"]
    if not wanted.basis.strip():
        wrong["basis"] = ["请写明授权的文件和文号。"]
    if wanted.until is not None and wanted.until < max(wanted.since, today()):
        wrong["until"] = ["截止日期不能早于起始日期，也不能早于今天。"]
    if wrong:
        raise ClerkError("这项授权有几处需要修改。", fields=wrong)
    if any(_meet(one, wanted) for one in _of(wanted.bureau_id)):
        raise Conflict("这个单位在这些日子里已经有同样的监督授权。")
    made = SupervisionGrant(
        id=new_id(),
        bureau_id=wanted.bureau_id,
        jurisdiction_code=wanted.place,
        domain=wanted.domain,
        basis=wanted.basis.strip(),
        since=wanted.since,
        until=wanted.until,
    )
    db.session.add(made)
    db.session.flush()
    assert bureau is not None
    audit.record("tenants.grant.add", ("grant", made.id), bureau.name, after=_kept(made))
    return made


def grant(grant_id: UUID) -> SupervisionGrant:
    """The grant with this id; raises NotFound."""
    found = db.session.get(SupervisionGrant, grant_id)
    if found is None:
        raise NotFound("没有这项监督授权。")
    return found


def end(grant_id: UUID, last: date) -> SupervisionGrant:
    """Say the last day of a grant; a day that is over cannot be its last, for what was done on it was done by right."""
    found = db.session.get(SupervisionGrant, grant_id, with_for_update=True)
    if found is None:
        raise NotFound("没有这项监督授权。")
    if found.until is not None and found.until < today():
        raise Conflict("这项监督授权已经终止。")
    if last < today():
        raise ClerkError("截止日期不能早于今天。", fields={"until": ["截止日期不能早于今天。"]})
    before = _kept(found)
    found.until = last
    db.session.flush()
    bureau = db.session.get_one(Bureau, found.bureau_id)
    audit.record("tenants.grant.end", ("grant", found.id), bureau.name, before=before, after=_kept(found))
    return found


def end_all(bureau_id: UUID) -> list[SupervisionGrant]:
    """End what a bureau that is closed supervises; returns what held. Nobody works in its name from today on."""
    held = [one for one in _of(bureau_id) if one.until is None or one.until >= today()]
    for one in held:
        # The day before, so that the successor may begin today; a grant that has not begun never does.
        one.until = max(today() - timedelta(days=1), one.since - timedelta(days=1))
    db.session.flush()
    return held


def pass_on(held: Iterable[SupervisionGrant], successor_id: UUID, basis: str) -> None:
    """Give a successor what was supervised, unless it does already."""
    for one in held:
        wanted = GrantFacts(successor_id, one.jurisdiction_code, one.domain, basis, max(one.since, today()))
        if not any(_meet(there, wanted) for there in _of(successor_id)):
            give(wanted)


def _of(bureau_id: UUID) -> list[SupervisionGrant]:
    query = sa.select(SupervisionGrant).where(SupervisionGrant.bureau_id == bureau_id)
    return list(db.session.scalars(query.order_by(SupervisionGrant.since, SupervisionGrant.id)))


def _meet(there: SupervisionGrant, wanted: GrantFacts) -> bool:
    """Whether both are of the same place and domain on some day."""
    same = (there.jurisdiction_code, there.domain) == (wanted.place, wanted.domain)
    before = there.until is not None and there.until < wanted.since
    after = wanted.until is not None and wanted.until < there.since
    return same and not before and not after


def _kept(one: SupervisionGrant) -> dict[str, Any]:
    return {
        "place": one.jurisdiction_code,
        "domain": one.domain,
        "basis": one.basis,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
    }
