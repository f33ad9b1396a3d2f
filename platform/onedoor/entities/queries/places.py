"""Places of business as a draw names them, by the code of their entity and their number (docs/adr/0011)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity, EntityMerge, MergeStep, Premises
from onedoor.kernel.db import db


def place_at(entity_id: UUID, number: int) -> Premises | None:
    """The place of an entity with this number; where the entity was merged away since, what became of the place it had."""
    own = sa.select(Premises).where(Premises.entity_id == entity_id, Premises.number == number)
    found = db.session.scalar(own)
    if found is not None:
        return db.session.get(Premises, standing_place(found.id))
    moved = (
        sa.select(Premises)
        .join(MergeStep, MergeStep.part_id == Premises.id)
        .join(EntityMerge, EntityMerge.id == MergeStep.merge_id)
        .where(
            EntityMerge.gone_id == entity_id,
            EntityMerge.undone_at.is_(None),
            MergeStep.part == "premises",
            MergeStep.said["number"].as_integer() == number,
        )
    )
    found = db.session.scalar(moved.limit(1))
    return found and db.session.get(Premises, standing_place(found.id))


def standing_place(premises_id: UUID) -> UUID:
    """The place that stands for this one: itself, unless a merge found that the survivor had the same place."""
    stands = (
        sa.select(MergeStep.made_id)
        .join(EntityMerge, EntityMerge.id == MergeStep.merge_id)
        .where(
            EntityMerge.undone_at.is_(None),
            MergeStep.part == "premises",
            MergeStep.how == "kept",
            MergeStep.part_id == sa.bindparam("place"),
        )
        .limit(1)
    )
    # The survivor may have been merged away in its turn.
    while following := db.session.scalar(stands, {"place": premises_id}):
        premises_id = following
    return premises_id


def places_named(ids: Collection[str]) -> dict[str, str]:
    """What is said of these places after the name of their entity, by id; nothing of one that the register has no more."""
    if not ids:
        return {}
    codes = sa.literal(sorted({each.partition(":")[0] for each in ids}), sa.ARRAY(sa.Text()))
    query = (
        sa.select(Entity.code, Premises.number, Premises.name, Premises.address)
        .join(Premises, Premises.entity_id == Entity.id)
        .where(Entity.code == sa.any_(codes))
    )
    wanted = set(ids)
    return {
        each: in_words(row.number, row.name or row.address)
        for row in db.session.execute(query)
        if (each := f"{row.code}:{row.number}") in wanted
    }


def in_words(number: int, name: str) -> str:
    """Which place of its entity it is."""
    return f"（{number}. {name}）" if name else f"（{number}）"
