"""Reads of what a library lists beside entities: places of business, products, projects and activities."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity, Premises
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import TargetMatter

# What one is called and numbered: a place as the shared register has it now.
NAME = sa.case(
    (TargetMatter.premises_id.is_(None), TargetMatter.name),
    else_=sa.func.coalesce(sa.func.nullif(Premises.name, ""), Premises.address),
)
NUMBER = sa.func.coalesce(sa.cast(Premises.number, sa.Text()), TargetMatter.number)
# Where it is: its own, else the entity's.
PLACE = sa.func.coalesce(Premises.jurisdiction_code, TargetMatter.jurisdiction_code, Entity.jurisdiction_code)


class Listed(NamedTuple):
    """One with its name and number, and its place of business where it is one."""

    matter: TargetMatter
    name: str
    number: str
    premises: Premises | None


def matter(matter_id: UUID) -> TargetMatter:
    """The one with this id; raises NotFound, also if it is another bureau's."""
    found = db.session.get(TargetMatter, matter_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个场所、产品、项目或行为。")
    return found


def matters() -> sa.Select[Any, Any, Any, Any, Any]:
    """All of the current bureau with their entities and places of business, and `name` and `number`, for a list."""
    return (
        sa.select(TargetMatter, Entity, Premises, NAME.label("name"), NUMBER.label("number"))
        .join(Entity, Entity.id == TargetMatter.entity_id)
        .outerjoin(Premises, Premises.id == TargetMatter.premises_id)
        .where(TargetMatter.tenant_id == current_scope().tenant_id)
    )


def matters_of(entity_id: UUID) -> list[TargetMatter]:
    """Those of one entity that the current bureau oversees, what stands first."""
    return [one.matter for one in listed_of(entity_id)]


def listed_of(entity_id: UUID) -> list[Listed]:
    """The same with their names: places by number, then the others by name."""
    query = matters().where(TargetMatter.entity_id == entity_id)
    ordered = query.order_by(TargetMatter.ended_on.is_not(None), Premises.number, NAME)
    rows = db.session.execute(ordered)
    return [Listed(row.TargetMatter, row.name, row.number, row.Premises) for row in rows]


def listed_place(matter: TargetMatter) -> Premises | None:
    """The place of business that it is, or None: it is a product, project or activity."""
    return db.session.get(Premises, matter.premises_id) if matter.premises_id else None


def matter_at(entity_id: UUID, sequence: int) -> TargetMatter | None:
    """The product, project or activity of the current bureau with this number in draws, while it is the entity's."""
    query = sa.select(TargetMatter).where(
        TargetMatter.entity_id == entity_id, TargetMatter.sequence == sequence
    )
    return db.session.scalar(query.where(TargetMatter.premises_id.is_(None)))
