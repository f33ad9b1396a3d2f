"""Measures proposed from the credit file, passed to the bureau that applies them, their answer and end (R-O4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.credit.models import CreditMeasure, MeasureAnswer
from onedoor.entities import queries as entities
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.messages import service as messages
from onedoor.visits import queries as visits
from tenants import queries as tenants
from tenants import settings
from tenants.rules import Permission

KINDS = {"joint": N_("联合惩戒"), "exit": N_("市场退出")}
ANSWERS = {"receive": N_("已收到"), "apply": N_("已采取"), "decline": N_("未采取"), "end": N_("已结束")}
NEXT: Mapping[str | None, tuple[str, ...]] = {
    None: ("apply", "decline"),
    "receive": ("apply", "decline"),
    "apply": ("end",),
    "decline": (),
    "end": (),
}


def propose_measure(entity_id: UUID, given: Mapping[str, Any]) -> CreditMeasure:
    """Propose a measure against an entity to the bureau that applies it, on facts of its file."""
    entity = entities.entity(entity_id)
    receiver, facts = (
        given.get("receiver_id"),
        [one.strip() for one in given.get("facts") or () if one.strip()],
    )
    others = [one.id for one in tenants.bureaus() if one.id != current_scope().tenant_id]
    wrong = {
        name: [text]
        for name, lacking, text in (
            ("kind", given.get("kind") not in KINDS, N_("请选择措施。")),
            ("receiver_id", receiver not in others, N_("请选择采取措施的单位，不能是本单位。")),
            ("content", not (given.get("content") or "").strip(), N_("请写明建议采取的措施。")),
            ("law", not (given.get("law") or "").strip(), N_("请写明依据的法律条款。")),
            ("facts", not facts, N_("请至少选择一项信用档案里的事实。")),
        )
        if lacking
    }
    if wrong:
        raise ClerkError("措施建议还没有填完。", fields=wrong)
    assert isinstance(receiver, UUID)
    made = CreditMeasure(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        entity_id=entity.id,
        receiver_id=receiver,
        kind=given["kind"],
        entity_code=entity.code or "",
        entity_name=entity.name,
        content=given["content"].strip(),
        law=given["law"].strip(),
        facts=facts,
        sender_name=current_scope().actor_name,
        sent_at=now(),
        answer_by=_answer_by(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "credit.measure.propose",
        ("measure", made.id),
        entity.name,
        after={"kind": made.kind, "law": made.law},
    )
    return made


def answer_measure(measure_id: UUID, given: Mapping[str, Any]) -> MeasureAnswer:
    """The receiver's next word: applied with its paper, declined with the reason, or ended."""
    locks.hold(f"measure {measure_id}")
    found, kind = measure(measure_id), given.get("kind") or ""
    if found.receiver_id != current_scope().tenant_id:
        raise Forbidden("这项措施建议不是送给本单位的，只能查看。")
    said = answers(measure_id)
    if kind not in NEXT[said[-1].kind if said else None]:
        raise Conflict("这项措施建议已经办理到别的步骤，请刷新页面查看。")
    text, paper = (given.get("text") or "").strip(), (given.get("paper") or "").strip()
    on, until = given.get("on") or today(), given.get("until")
    wrong = {
        name: [words]
        for name, lacking, words in (
            ("text", kind in ("decline", "end") and not text, N_("请写明理由。")),
            ("paper", kind == "apply" and not paper, N_("请填写采取措施的文号。")),
            ("on", on > today(), N_("日期不能晚于今天。")),
            ("until", until is not None and until <= on, N_("截止日期须晚于采取措施的日期。")),
        )
        if lacking
    }
    if wrong:
        raise ClerkError("答复还没有填完。", fields=wrong)
    return _say(found, kind, text=text, paper=paper, on=on, until=until if kind == "apply" else None)


def note_measures() -> int:
    """In each bureau's own scope: people are told of measures that came, and of answers to theirs; returns of how many."""
    mine = current_scope().tenant_id
    unread = sa.select(CreditMeasure).where(
        CreditMeasure.receiver_id == mine, ~sa.exists().where(MeasureAnswer.measure_id == CreditMeasure.id)
    )
    count = 0
    for found in list(db.session.scalars(unread)):
        _say(found, "receive", text="", paper="", on=today(), until=None)
        text = Sentence(
            "%(name)s建议对%(entity)s采取措施：%(what)s",
            name=tenants.bureau(found.tenant_id).short_name,
            entity=found.entity_name,
            what=Sentence(KINDS[found.kind]),
        )
        messages.send_message(text, f"/exports/measures/{found.id}", Permission.DISCLOSE)
        count += 1
    for found in list(db.session.scalars(sa.select(CreditMeasure).where(CreditMeasure.tenant_id == mine))):
        said = answers(found.id)
        if len(said) > found.noted:
            found.noted = len(said)
            if said[-1].kind != "receive":
                text = Sentence(
                    "%(entity)s：%(name)s%(what)s措施",
                    entity=found.entity_name,
                    name=tenants.bureau(found.receiver_id).short_name,
                    what=Sentence(ANSWERS[said[-1].kind]),
                )
                messages.send_message(text, f"/exports/measures/{found.id}", Permission.DISCLOSE)
                count += 1
    db.session.flush()
    return count


def measure(measure_id: UUID) -> CreditMeasure:
    """One that this bureau proposed or was asked for."""
    found = db.session.get(CreditMeasure, measure_id)
    if found is None:
        raise NotFound("没有找到这项措施建议。")
    return found


def answers(measure_id: UUID) -> list[MeasureAnswer]:
    """What the receiver said, oldest first."""
    query = sa.select(MeasureAnswer).where(MeasureAnswer.measure_id == measure_id)
    return list(db.session.scalars(query.order_by(MeasureAnswer.at, MeasureAnswer.id)))


def measures() -> sa.Select[*tuple[Any, ...]]:
    """Those this bureau proposed or was asked for, with the latest answer, for a list."""
    latest = (
        sa.select(MeasureAnswer.kind)
        .where(MeasureAnswer.measure_id == CreditMeasure.id)
        .order_by(MeasureAnswer.at.desc(), MeasureAnswer.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    state = sa.func.coalesce(latest, "sent").label("state")
    return sa.select(CreditMeasure, state)


def measures_of(entity_id: UUID) -> list[tuple[CreditMeasure, str]]:
    """Those about an entity that this bureau may see, with how far they are."""
    query = measures().where(CreditMeasure.entity_id == entity_id).order_by(CreditMeasure.sent_at.desc())
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _say(found: CreditMeasure, kind: str, **given: Any) -> MeasureAnswer:
    made = MeasureAnswer(
        id=new_id(),
        tenant_id=found.receiver_id,
        measure_id=found.id,
        sender_id=found.tenant_id,
        kind=kind,
        at=now(),
        by=current_scope().actor_name,
        **given,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(f"credit.measure.{kind}", ("measure", found.id), found.entity_name)
    return made


def _answer_by() -> Any:
    try:
        return visits.calendar().add_working_days(today(), int(settings.value("followup_answer_days")))
    except CalendarUnknown:
        return None
