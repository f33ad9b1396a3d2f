"""Reads of entities that were merged: what became of what hung on them, and one code for whoever counts (R-T4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.entities.models import Entity, EntityMerge, MergeStep
from onedoor.entities.queries.entities import former_codes
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope

_HOLDS = EntityMerge.undone_at.is_(None)


def my_merge(merge_id: UUID) -> EntityMerge:
    """A merge that the current bureau made."""
    found = db.session.get(EntityMerge, merge_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这次合并。")
    return found


def merged_into(entity: Entity) -> tuple[EntityMerge, Entity] | None:
    """The entity that this one was merged into, if it was."""
    query = (
        sa.select(EntityMerge, Entity)
        .join(Entity, Entity.id == EntityMerge.survivor_id)
        .where(EntityMerge.gone_id == entity.id, _HOLDS)
    )
    row = db.session.execute(query).first()
    return (row[0], row[1]) if row else None


def is_newest(made: EntityMerge) -> bool:
    """Whether nothing was merged into the survivor after this, or only what was taken back again."""
    later = sa.exists().where(
        EntityMerge.survivor_id == made.survivor_id,
        EntityMerge.at > made.at,
        EntityMerge.id != made.id,
        _HOLDS,
    )
    return not db.session.scalar(sa.select(later))


class Merged(NamedTuple):
    """A merge into an entity, or one taken back, with the other entity and the steps the current bureau may see."""

    made: EntityMerge
    other: Entity
    steps: list[MergeStep]


def merges_of(entity: Entity) -> list[Merged]:
    """The merges into this one, and those of either side that were taken back, the oldest first."""
    query = (
        sa.select(EntityMerge, Entity)
        .join(
            Entity,
            Entity.id
            == sa.case(
                (EntityMerge.gone_id == entity.id, EntityMerge.survivor_id), else_=EntityMerge.gone_id
            ),
        )
        .where(
            sa.or_(
                EntityMerge.survivor_id == entity.id,
                sa.and_(EntityMerge.gone_id == entity.id, sa.not_(_HOLDS)),
            )
        )
        .order_by(EntityMerge.at)
    )
    return [Merged(row[0], row[1], steps_of(row[0].id)) for row in db.session.execute(query)]


def steps_of(merge_id: UUID) -> list[MergeStep]:
    """What a merge did, as far as the current bureau may see it: with its own rows, and what all share."""
    query = sa.select(MergeStep).where(MergeStep.merge_id == merge_id)
    return list(db.session.scalars(query.order_by(MergeStep.part, MergeStep.id)))


def merged_codes(by: datetime | None = None) -> sa.Subquery:
    """`former` and `code`: of every entity that was merged away the code of the one that stands for it now, and of every
    code that was corrected the one that stands instead.

    There are few of them; join it from the left to codes of any age, so that draws, visits and the ledger, which keep the
    code under which they were made, are counted as one. With `by`: of those that were merged by then.
    """
    holds = _HOLDS if by is None else sa.and_(_HOLDS, EntityMerge.at <= by)
    first = sa.select(EntityMerge.gone_id, EntityMerge.survivor_id).where(holds).cte("merged", recursive=True)
    on = aliased(EntityMerge)
    then = on.undone_at.is_(None) if by is None else sa.and_(on.undone_at.is_(None), on.at <= by)
    further = sa.select(first.c.gone_id, on.survivor_id).join(
        on, sa.and_(on.gone_id == first.c.survivor_id, then)
    )
    chain = first.union(further)
    last = sa.select(chain.c.gone_id, chain.c.survivor_id).where(
        ~sa.exists().where(EntityMerge.gone_id == chain.c.survivor_id, holds)
    )
    return sa.union_all(_gone(last.subquery()), _corrected(last.subquery(), by)).subquery("merged_codes")


def _gone(last: sa.Subquery) -> sa.Select[str, str]:
    """Codes of entities that were merged away."""
    gone, stands = aliased(Entity), aliased(Entity)
    return (
        sa.select(gone.code.label("former"), stands.code.label("code"))
        .select_from(last)
        .join(gone, gone.id == last.c.gone_id)
        .join(stands, stands.id == last.c.survivor_id)
    )


def _corrected(last: sa.Subquery, by: datetime | None) -> sa.Select[Any]:
    """Codes that were corrected, of an entity that stands or was merged since."""
    former, stands = former_codes(), aliased(Entity)
    found: sa.Select[Any] = (
        sa.select(former.c.code.label("former"), stands.code.label("code"))
        .select_from(former)
        .outerjoin(last, last.c.gone_id == former.c.id)
        .join(stands, stands.id == sa.func.coalesce(last.c.survivor_id, former.c.id))
    )
    return found if by is None else found.where(former.c.at <= by)


def one_with(code: str, by: datetime | None = None) -> list[str]:
    """The codes of the entities that are one with this by now, or were `by` then, itself among them; the one that stands
    for all comes first."""
    merged = merged_codes(by)
    stands = sa.select(merged.c.code).where(merged.c.former == code).scalar_subquery()
    query = sa.select(merged.c.former, merged.c.code).where(merged.c.code == sa.func.coalesce(stands, code))
    rows = db.session.execute(query.order_by(merged.c.former)).all()
    return [rows[0].code, *(row.former for row in rows)] if rows else [code]


def codes_of_firm(code: str) -> dict[str, bool]:
    """For the public: every code of the firm with this one, and whether it is the one that stands; none, unless a result of
    the firm is public now."""
    found = db.session.execute(sa.text("SELECT code, stands FROM codes_of_firm(:asked)"), {"asked": code})
    return {row.code: row.stands for row in found}


def standing_codes(codes: Collection[str], by: datetime | None = None) -> dict[str, str]:
    """Of those codes that were merged away: the code that stands for each now, or stood `by` then."""
    if not codes:
        return {}
    merged = merged_codes(by)
    asked = merged.c.former == sa.any_(sa.literal(list(codes), sa.ARRAY(sa.Text())))
    return {
        row[0]: row[1] for row in db.session.execute(sa.select(merged.c.former, merged.c.code).where(asked))
    }
