"""Drafts of returns: started for a period, their typed facts, files and cut-off, a correction of what was filed (R-S1, R-S2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import service as entity_service
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import SHANGHAI, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.statistics.models import Return, ReturnFacts, ReturnFile
from onedoor.statistics.queries import returns
from onedoor.statistics.rules import periods
from onedoor.statistics.rules.facts import FACTS
from onedoor.statistics.rules.periods import Level, ReturnKind
from tenants import queries as tenants

SentFile = tuple[str | None, bytes]


def start(kind: str, level: str, year: int, part: str) -> Return:
    """Begin a return of a period; one that was begun already is given back. The figures come of themselves."""
    bureau, wanted, of = tenants.my_bureau(), ReturnKind(kind), Level(level)
    if wanted not in returns.kinds_of(bureau, of) or part not in periods.parts_of(wanted):
        raise ClerkError("本单位没有这种统计报表，请从报表清单中选择。")
    first, last = periods.period(wanted, year, part)
    if first > now().astimezone(SHANGHAI).date():
        raise ClerkError("这个统计期间还没有开始，到期再填报。")
    locks.hold(f"return {bureau.id} {kind} {level} {year} {part}")
    known = sa.select(Return).where(
        Return.tenant_id == bureau.id,
        Return.kind == wanted.value,
        Return.level == of.value,
        Return.year == year,
        Return.part == part,
    )
    found = db.session.scalars(known.order_by(Return.version.desc())).first()
    if found is not None:
        return found
    days = returns.due_days(year)
    made = _new(
        kind=wanted.value,
        level=of.value,
        year=year,
        part=part,
        version=1,
        starts_on=first,
        ends_on=last,
        cutoff=min(now(), _end_of(last)),
        due_on=periods.due_on(wanted, year, part, days),
        facts=_former_contacts(kind),
    )
    _audit(made, "start")
    return made


def save(
    return_id: UUID, facts: Mapping[str, str], recipients: str = "", cutoff: datetime | None = None
) -> Return:
    """Keep what was typed, as a further version of the facts; a new `cutoff` counts anew."""
    made = _draft(return_id)
    known = {one.key for one in FACTS[ReturnKind(made.kind)]}
    kept = {key: value.strip() for key, value in facts.items() if key in known and value.strip()}
    # A form tells the minute alone.
    if cutoff is not None and cutoff != made.cutoff.replace(second=0, microsecond=0):
        made.cutoff = _checked_cutoff(made, cutoff)
    if kept != made.facts:
        last = db.session.scalar(
            sa.select(sa.func.max(ReturnFacts.version)).where(ReturnFacts.return_id == made.id)
        )
        db.session.add(
            ReturnFacts(
                tenant_id=made.tenant_id,
                return_id=made.id,
                version=(last or 0) + 1,
                facts=kept,
                written_at=now(),
                writer_name=current_scope().actor_name,
            )
        )
        made.facts = kept
    made.recipients = recipients.strip()
    db.session.flush()
    _audit(made, "save", facts=sorted(kept), cutoff=made.cutoff.isoformat())
    return made


def add_files(return_id: UUID, sent: Iterable[SentFile]) -> list[ReturnFile]:
    """Pictures and PDF files that go with the facts."""
    made, added = _draft(return_id), []
    for one in entity_service.read_evidence(sent):
        file = ReturnFile(
            id=new_id(),
            tenant_id=made.tenant_id,
            return_id=made.id,
            name=one.name,
            media_type=one.media_type,
            size=len(one.content),
            digest=hashlib.sha256(one.content).hexdigest(),
            content=one.content,
            added_at=now(),
            added_by=current_scope().actor_name,
        )
        db.session.add(file)
        added.append(file)
    db.session.flush()
    if added:
        _audit(made, "attach", files=[one.name for one in added])
    return added


def remove_file(return_id: UUID, file_id: UUID) -> None:
    """Take a file from a draft; what it was stays."""
    made = _draft(return_id)
    file = returns.file(made, file_id)
    file.removed_at = now()
    db.session.flush()
    _audit(made, "detach", file=file.name)


def correct(return_id: UUID, reason: str) -> Return:
    """Begin the next version of a filed return, with the reason; what was filed stays as it is (R-S2)."""
    filed = returns.own_return(return_id)
    locks.hold(f"return series {filed.series_id}")
    newest = returns.versions(filed)[0]
    if filed.filed_at is None or newest.filed_at is None:
        raise Conflict("这份统计报表还是草稿，直接修改即可，不必更正。")
    if newest.id != filed.id:
        raise Conflict("这份统计报表已有更新的版本，请更正最新的版本。")
    if not reason.strip():
        raise ClerkError("更正时请写明原因。", fields={"reason": ["请写明更正的原因。"]})
    made = _new(
        kind=filed.kind,
        level=filed.level,
        year=filed.year,
        part=filed.part,
        version=filed.version + 1,
        series_id=filed.series_id,
        starts_on=filed.starts_on,
        ends_on=filed.ends_on,
        cutoff=now(),
        due_on=filed.due_on,
        recipients=filed.recipients,
        reason=reason.strip(),
        facts=dict(filed.facts),
    )
    _copy_files(filed, made)
    _audit(made, "correct", reason=made.reason, version=made.version)
    return made


def discard(return_id: UUID) -> None:
    """Throw a draft away."""
    made = _draft(return_id)
    _audit(made, "discard", version=made.version)
    for model in (ReturnFacts, ReturnFile):
        db.session.execute(sa.delete(model).where(model.return_id == made.id))
    db.session.delete(made)
    db.session.flush()


def title_of(made: Return) -> str:
    """What a return is called in lists and logs."""
    return f"{made.kind} {made.year} {made.part}"


def _new(**given: Any) -> Return:
    scope, key = current_scope(), new_id()
    made = Return(
        **{
            "id": key,
            "tenant_id": scope.tenant_id,
            "series_id": key,
            "created_at": now(),
            "created_by": scope.actor_name,
            "creator_id": scope.actor_id,
            **given,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def _draft(return_id: UUID) -> Return:
    if returns.own_return(return_id).filed_at is not None:
        raise Conflict("这份统计报表已经报送，不能直接修改；需要改动的，请办理更正并写明原因。")
    made = returns.own_return(return_id, lock=True)
    if returns.is_being_filed(made):
        raise Conflict("这份统计报表正在报送，请稍候。")
    return made


def _checked_cutoff(made: Return, cutoff: datetime) -> datetime:
    if cutoff > now():
        raise ClerkError("数据截止时间不能晚于现在。", fields={"cutoff": ["请填写现在或以前的时间。"]})
    if cutoff < datetime.combine(made.starts_on, time.min, SHANGHAI):
        raise ClerkError(
            "数据截止时间不能早于统计期间的第一天。", fields={"cutoff": ["请填写统计期间开始以后的时间。"]}
        )
    return cutoff


def _end_of(day: Any) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI)


def _former_contacts(kind: str) -> dict[str, str]:
    """Contacts and documents as they stood in the last return of the kind: they seldom change."""
    query = sa.select(Return.facts).where(
        Return.tenant_id == current_scope().tenant_id, Return.kind == kind, Return.filed_at.is_not(None)
    )
    facts = db.session.scalar(query.order_by(Return.filed_at.desc()).limit(1)) or {}
    return {key: facts[key] for key in ("document", "disclosure", "contact", "phone") if key in facts}


def _copy_files(filed: Return, made: Return) -> None:
    for one in returns.files(filed):
        db.session.add(
            ReturnFile(
                id=new_id(),
                tenant_id=made.tenant_id,
                return_id=made.id,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                digest=one.digest,
                content=one.content,
                added_at=one.added_at,
                added_by=one.added_by,
            )
        )
    db.session.flush()


def _audit(made: Return, act: str, **after: Any) -> None:
    audit.record(f"statistics.return.{act}", ("return", made.id), title_of(made), after=after)
