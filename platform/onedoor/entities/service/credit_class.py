"""The credit class of an entity as it comes down from the room `credit`: dated, with the facts that made it (R-O4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import CreditClass
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_

GRADES = ("A", "B", "C", "D")


def set_classes(changes: Sequence[tuple[UUID | None, UUID, str, Sequence[str]]]) -> int:
    """From today on these entities are of a class: of each the class that holds (or None), the entity, the grade and its
    facts. What held ends. Returns how many there were."""
    ended = [held for held, *_ in changes if held is not None]
    if ended:
        ending = sa.update(CreditClass).where(CreditClass.id.in_(ended)).values(until=today())
        db.session.execute(ending, execution_options={"synchronize_session": False})
    rows = [
        {
            "id": new_id(),
            "tenant_id": current_scope().tenant_id,
            "entity_id": entity_id,
            "grade": grade,
            "facts": list(facts),
            "since": today(),
        }
        for _, entity_id, grade, facts in changes
    ]
    if rows:
        db.session.execute(sa.insert(CreditClass), rows)
    return len(rows)


def take_in_class(entity_id: UUID, given: Mapping[str, Any]) -> CreditClass:
    """A class as the province determined it; what held ends on its day. Raises `ClerkError` with what is wrong."""
    grade, since, paper = given.get("grade"), given.get("since"), (given.get("paper") or "").strip()
    held = _held(entity_id)
    wrong = {
        name: [text]
        for name, lacking, text in (
            ("grade", grade not in GRADES, N_("请选择 A、B、C 或 D。")),
            ("since", not isinstance(since, date) or since > today(), N_("请填写评定日期，不能晚于今天。")),
            (
                "since",
                held is not None and isinstance(since, date) and since < held.since,
                N_("评定日期不能早于现在分类的起始日期。"),
            ),
            ("paper", not paper, N_("请填写评定文件或数据批次。")),
        )
        if lacking
    }
    if wrong:
        raise ClerkError("接收的分类还没有填完。", fields=wrong)
    assert isinstance(since, date)
    if held is not None:
        held.until = since
        db.session.flush()
    made = CreditClass(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        entity_id=entity_id,
        grade=grade,
        facts=[],
        source="province",
        paper=paper,
        since=since,
    )
    db.session.add(made)
    db.session.flush()
    return made


def give_up_class(entity_id: UUID) -> None:
    """What was taken in from the province ends today."""
    held = _held(entity_id)
    if held is None or held.source != "province":
        raise Conflict("这个主体现在的分类不是从上级接收的。")
    held.until = today()
    db.session.flush()


def _held(entity_id: UUID) -> CreditClass | None:
    return db.session.scalar(
        sa.select(CreditClass).where(CreditClass.entity_id == entity_id, CreditClass.until.is_(None))
    )
