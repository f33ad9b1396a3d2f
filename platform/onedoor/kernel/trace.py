"""The trace (全程留痕, R-D9): every step of a thing's way, from the item to the export.

A step names all the things it is about, so that the page of any of them shows the one timeline. The
names of people and bureaus are copied, since another bureau may read the step but not their account.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, S, can
from onedoor.kernel.clock import now
from onedoor.kernel.db import Identified, db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import sentence_parts


class TraceStep(Identified):
    """One step. `stage` is item, plan, campaign, pool, draw, team, notice, visit, record, result,
    disclosure or export; `text` a Chinese sentence (`text_said`: of
    what it was made, for readers of another language); `shared_with` the bureaus that may read it beside
    the owner; `everyone` opens it to every bureau (what is published anyway)."""

    __tablename__ = "trace_step"
    tenant_id: Mapped[UUID]
    at: Mapped[datetime]
    stage: Mapped[str]
    text: Mapped[str]
    text_said: Mapped[dict[str, Any] | None]
    actor_name: Mapped[str]
    bureau_name: Mapped[str]
    link: Mapped[str | None]
    about: Mapped[list[UUID]]
    shared_with: Mapped[list[UUID]] = mapped_column(server_default="{}")
    everyone: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (sa.Index("ix_trace_step_about", "about", postgresql_using="gin"),)


access.rules(
    "trace_step",
    can("trace_step", B, "select", f"{MINE} OR everyone OR {ME} = ANY (shared_with)"),
    can("trace_step", B, "insert", check=MINE),
    can("trace_step", S, "select", access.SUPERVISED),
    can("trace_step", S, "select", "everyone"),
)


def step(
    stage: str,
    text: str,
    about: Iterable[UUID],
    *,
    link: str | None = None,
    shared_with: Iterable[UUID] = (),
    everyone: bool = False,
) -> None:
    """Leave a step in this transaction; `text` is a `Sentence`. `link` is a path inside the site that opens the thing."""
    scope = current_scope()
    assert scope.tenant_id is not None, "a step belongs to a bureau"
    db.session.add(
        TraceStep(
            tenant_id=scope.tenant_id,
            at=now(),
            stage=stage,
            text=str(text),
            text_said=sentence_parts(text),
            actor_name=scope.actor_name,
            bureau_name=scope.bureau_name,
            link=link,
            about=list(about),
            shared_with=list(shared_with),
            everyone=everyone,
        )
    )


def of(*things: UUID) -> list[TraceStep]:
    """The steps about any of `things`, oldest first."""
    query = (
        sa.select(TraceStep)
        .where(sa.type_coerce(TraceStep.about, ARRAY(sa.Uuid())).overlap(list(things)))
        .order_by(TraceStep.at, TraceStep.id)
    )
    return list(db.session.scalars(query))
