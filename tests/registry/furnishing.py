"""What hangs on two entities that are merged, put there and read again; and officers entered by hand, for several modules."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.registry import queries, service
from onedoor.registry.models import (
    CreditClass,
    DuplicatePair,
    EntityContact,
    EntityTag,
    Inspector,
    Licence,
    Premises,
    Target,
    TargetMatter,
    TargetRisk,
)
from onedoor.registry.rules.codes import InspectorStatus
from tests.fixtures.city import City


def told_together(event: str, stays: UUID) -> list[Any]:
    """What the log of the current bureau says of what another did."""
    entries = sa.select(AuditEntry.after).where(AuditEntry.event == event, AuditEntry.origin == "together")
    return list(db.session.scalars(entries.where(AuditEntry.subject_id == stays)))


def alike(city: City, one: UUID, other: UUID) -> DuplicatePair:
    """A pair of market regulation's."""
    first, second = sorted((one, other))
    pair = DuplicatePair(
        id=new_id(),
        tenant_id=city.bureaus["SCJG"],
        first_id=first,
        second_id=second,
        likeness="address",
        state="open",
        found_at=now(),
    )
    db.session.add(pair)
    db.session.flush()
    return pair


def furnish(city: City, gone: UUID, stays: UUID) -> None:
    """All that may hang on an entity, on both."""
    me = city.bureaus["SCJG"]
    place = {"name": "", "jurisdiction_code": "990100", "closed_on": None, "note": ""}
    paper = {
        "issued_by": "示范市市场监管局",
        "issued_on": None,
        "valid_to": None,
        "cancelled_on": None,
        "note": "",
    }
    with city.acting("scjg.planner"):
        for entity_id, address in ((gone, "和平路1号"), (gone, "解放路2号"), (stays, "和平路1号")):
            service.save_premises(queries.entity(entity_id), {**place, "address": address})
        for entity_id, number, at in ((gone, "JY1", 2), (gone, "JY2", None), (stays, "JY2", None)):
            given = {**paper, "kind": "药品经营许可证", "number": number, "premises_number": at}
            service.save_licence(queries.entity(entity_id), given)
        service.note_contact(queries.entity(gone), "钱某", "13900000051")
        tag = service.add_tag("连锁", "", shared=False)
        service.set_tags(queries.entity(gone), [tag.id])
        risk = {"tenant_id": me, "factors": [], "since": now(), "actor_name": "甲"}
        matter = {"tenant_id": me, "kind": "project", "number": "", "note": "", "listed_on": today()}
        db.session.add_all(
            [
                Target(tenant_id=me, entity_id=gone, listed_on=today()),
                TargetRisk(**risk, entity_id=gone, level="高", by_hand=True, reason="有隐患"),
                TargetRisk(**risk, entity_id=stays, level="低", by_hand=False, score=0),
                TargetMatter(**matter, entity_id=gone, name="校医室"),
                CreditClass(tenant_id=me, entity_id=gone, grade="D", since=today()),
                CreditClass(tenant_id=me, entity_id=stays, grade="B", since=today()),
            ]
        )
    with city.acting("wsjk.planner"):
        service.note_contact(queries.entity(gone), "孙某", "")
        service.note_contact(queries.entity(stays), "孙某某", "")
        service.correct(queries.entity(gone), "address", "示范市城区人民路二百零一号", "门牌改了", "")


def standing(gone: UUID, stays: UUID) -> dict[str, dict[int, Any]]:
    """What hangs on both, as market regulation sees it."""
    names = {gone: 5, stays: 6}

    def by(query: Any) -> dict[int, Any]:
        found: dict[int, list[str]] = {}
        for entity_id, text in db.session.execute(query):
            found.setdefault(names[entity_id], []).append(text)
        return {number: sorted(texts) for number, texts in sorted(found.items())}

    def one(query: Any) -> dict[int, str]:
        return {number: texts[0] for number, texts in by(query).items()}

    of = list(names)
    at = sa.func.coalesce(sa.func.concat(" ", Licence.premises_number), "")
    return {
        "premises": by(
            sa.select(Premises.entity_id, sa.func.concat(Premises.number, " ", Premises.address)).where(
                Premises.entity_id.in_(of)
            )
        ),
        "licences": by(
            sa.select(Licence.entity_id, sa.func.rtrim(Licence.number + at)).where(Licence.entity_id.in_(of))
        ),
        "contacts": by(
            sa.select(EntityContact.entity_id, EntityContact.person).where(EntityContact.entity_id.in_(of))
        ),
        "tags": by(sa.select(EntityTag.entity_id, EntityTag.name).where(EntityTag.entity_id.in_(of))),
        "targets": by(
            sa.select(Target.entity_id, sa.literal("在库")).where(
                Target.entity_id.in_(of), Target.ended_on.is_(None)
            )
        ),
        "risk": one(
            sa.select(TargetRisk.entity_id, TargetRisk.level).where(
                TargetRisk.entity_id.in_(of), TargetRisk.until.is_(None)
            )
        ),
        "credit": one(
            sa.select(CreditClass.entity_id, CreditClass.grade).where(
                CreditClass.entity_id.in_(of), CreditClass.until.is_(None)
            )
        ),
        "matters": by(
            sa.select(TargetMatter.entity_id, TargetMatter.name).where(
                TargetMatter.entity_id.in_(of), TargetMatter.premises_id.is_(None)
            )
        ),
        "places": by(
            sa.select(TargetMatter.entity_id, sa.func.concat(Premises.number, " ", Premises.address))
            .join(Premises, Premises.id == TargetMatter.premises_id)
            .where(TargetMatter.entity_id.in_(of), TargetMatter.ended_on.is_(None))
        ),
    }


def beside(owner: psycopg.Connection, work: Callable[[], None]) -> threading.Thread:
    """Do it on another connection, and come back when it waits for this one."""
    thread = threading.Thread(target=work)
    thread.start()
    waits = (
        "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.datname = current_database() WHERE NOT l.granted"
    )
    waits += " AND l.pid IN (SELECT a.pid FROM pg_stat_activity a WHERE a.datname = current_database())"
    until = time.monotonic() + 120
    while owner.execute(waits).fetchone() is None:
        assert thread.is_alive() and time.monotonic() < until, "it does not wait"
        time.sleep(0.02)
    return thread


def by_hand(name: str, certificate: str, expires: date) -> dict[str, Any]:
    return {
        "name": name, "body": "示范市卫生健康委员会", "unit_id": None, "post": "", "kinds": "", "area": "",
        "certificate_number": certificate, "certificate_expires_on": expires, "qualifications": [], "leads": False,
        "user_id": None,
    }  # fmt: skip


def entered(values: dict[str, Any]) -> Inspector:
    """An officer who is in the library, as after the head's approval."""
    made = service.save_inspector(None, values)
    made.status = InspectorStatus.ACTIVE.value
    db.session.flush()
    return made
