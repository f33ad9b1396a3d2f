"""Entrusting a body with checks in this bureau's name; the letter of entrustment is public while it holds (R-T5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure import service as disclosure
from onedoor.kernel import audit, files
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.officers.models import EntrustedBody
from onedoor.officers.queries import entrusted_bodies as queries
from tenants import queries as bureaus


@dataclass(frozen=True)
class Entrustment:
    """What an agreement says: who, in which unit its officers stand, what, from when until when."""

    name: str
    unit_id: UUID
    agreement: str
    scope: str
    since: date
    until: date


def entrust(wanted: Entrustment, letter: tuple[str, bytes, str] | None) -> EntrustedBody:
    """Enter an agreement with its letter (name, content, media type) and publish it. Raises ClerkError beside what is wrong."""
    wrong = _wrong(wanted)
    if letter is None or not letter[1]:
        wrong["letter"] = ["请附上委托书。"]
    if wrong or letter is None:
        raise ClerkError("委托执法有几处需要修改。", fields=wrong)
    if any(
        one.unit_id == wanted.unit_id and _meet(one, wanted.since, wanted.until)
        for one in queries.entrusted_bodies()
    ):
        raise Conflict("这个科室在这些日子里已经对应一个受委托组织。")
    stored = files.store_file(files.plain_name(letter[0]), *letter[1:])
    made = EntrustedBody(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        file_id=stored.id,
        entered_by=current_scope().actor_name,
        entered_at=now(),
        **{**vars(wanted), "name": wanted.name.strip(), "scope": wanted.scope.strip()},
    )
    db.session.add(made)
    db.session.flush()
    about = {"agreement": made.agreement, "scope": made.scope, **_days(made)}
    audit.record("officers.entrusted.add", ("entrusted_body", made.id), made.name, after=about)
    _publish(made, (stored.name, stored.media_type, letter[1]))
    return made


def end_entrustment(body_id: UUID, last: date, reason: str) -> EntrustedBody:
    """End an agreement before its time, with the reason; from the day after nobody checks under it."""
    found = queries.entrusted_body(body_id)
    if found.ended_on is not None or found.until < today():
        raise Conflict("这项委托已经终止。")
    wrong: dict[str, list[str]] = {}
    if not today() <= last <= found.until:
        wrong["last"] = ["终止日期不能早于今天，也不能晚于委托期限。"]
    if not reason.strip():
        wrong["reason"] = ["请写明终止的理由。"]
    if wrong:
        raise ClerkError("终止委托有几处需要修改。", fields=wrong)
    found.ended_on, found.end_reason = last, reason.strip()
    db.session.flush()
    audit.record("officers.entrusted.end", ("entrusted_body", found.id), found.name, after=_days(found))
    _publish(found, disclosure.Unchanged(_file_name(found)))
    return found


def _publish(made: EntrustedBody, file: disclosure.PublicFile | disclosure.Unchanged) -> None:
    bureau = bureaus.my_bureau()
    content = {
        "name": made.name,
        "principal": bureau.name,
        "agreement": made.agreement,
        "scope": made.scope,
        **_days(made),
        "end_reason": made.end_reason,
    }
    title = Sentence("%(bureau)s委托%(name)s执法", bureau=bureau.name, name=made.name)
    disclosure.publish("entrusted", made.id, title, content, files=[file])


def _file_name(found: EntrustedBody) -> str:
    name = db.session.scalar(sa.select(files.StoredFile.name).where(files.StoredFile.id == found.file_id))
    assert name is not None
    return name


def _days(made: EntrustedBody) -> dict[str, str]:
    last = made.ended_on or made.until
    return {"since": made.since.isoformat(), "until": last.isoformat()}


def _wrong(wanted: Entrustment) -> dict[str, list[str]]:
    wrong = {
        name: ["请填写此项。"] for name in ("name", "agreement", "scope") if not getattr(wanted, name).strip()
    }
    if wanted.unit_id not in {unit.id for unit in bureaus.units()}:
        wrong["unit_id"] = ["请从所列科室中选择。"]
    if wanted.until < max(wanted.since, today()):
        wrong["until"] = ["截止日期不能早于起始日期，也不能早于今天。"]
    return wrong


def _meet(one: EntrustedBody, since: date, until: date) -> bool:
    return one.since <= until and since <= (one.ended_on or one.until)
