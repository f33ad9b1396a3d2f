"""Reads of the shared register, and the rows of a pool."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity, EntityChange
from onedoor.entities.queries.history_position import Moment, earlier
from onedoor.imports.models import Import
from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from tenants.models import Bureau, Jurisdiction, UserAccount

# As many as a list counts.
FEW = 10_000


def entity(entity_id: UUID) -> Entity:
    """The entity with this id."""
    found = db.session.get(Entity, entity_id)
    if found is None:
        raise NotFound("没有找到这个经营主体。")
    return found


def entity_by_code(code: str) -> Entity:
    """The entity with this unified social credit code, as typed, or that had it before its code was corrected."""
    text = normalise_code(code)
    found = known_by_code(text) or bearer_of(text)
    if found is None:
        raise NotFound("名录里没有统一社会信用代码为“%(code)s”的经营主体，请核对代码。", code=code.strip())
    return found


def known_by_code(code: str) -> Entity | None:
    """The entity with this code, if there is one."""
    return db.session.scalar(sa.select(Entity).where(Entity.code == code))


def former_codes() -> Any:
    """`code`, `id` and `at`: each code that an entity bore before it was corrected, and that no other bears by now."""
    columns = sa.column("code", sa.Text()), sa.column("id", sa.Uuid()), sa.column("at", sa.DateTime(True))
    return sa.func.former_codes().table_valued(*columns)


def bearer_of(former: str) -> Entity | None:
    """The entity whose code this was before it was corrected."""
    codes = former_codes()
    return db.session.scalar(
        sa.select(Entity).join(codes, codes.c.id == Entity.id).where(codes.c.code == former)
    )


class EntityHistoryEntry(NamedTuple):
    """One change of an entity: by which bureau; the load and the person where they are this bureau's own."""

    change: EntityChange
    bureau: str
    load: Import | None
    actor: str


def history_of(entity_id: UUID, most: int = 50, before: Moment | None = None) -> list[EntityHistoryEntry]:
    """What became of an entity, newest first; what was `before` a moment."""
    query = (
        sa.select(EntityChange, Bureau.name, Import, UserAccount.display_name)
        .join(Bureau, Bureau.id == EntityChange.tenant_id)
        .outerjoin(Import, Import.id == EntityChange.import_id)
        .outerjoin(UserAccount, UserAccount.id == EntityChange.actor_id)
        .where(EntityChange.entity_id == entity_id, *earlier(EntityChange, before))
        .order_by(EntityChange.at.desc(), EntityChange.id.desc())
        .limit(most)
    )
    return [EntityHistoryEntry(row[0], row[1], row[2], row[3] or "") for row in db.session.execute(query)]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names of entities by code, also by one that was corrected since."""
    asked = set(codes)
    query = sa.select(Entity.code, Entity.name).where(Entity.code.in_(asked))
    found = {row[0]: row[1] for row in db.session.execute(query)}
    if asked - found.keys():
        former = former_codes()
        bore = sa.select(former.c.code, Entity.name).join(Entity, Entity.id == former.c.id)
        found |= {row[0]: row[1] for row in db.session.execute(bore.where(former.c.code.in_(asked)))}
    return found


def entities() -> sa.Select[Any]:
    """The whole register, for a list."""
    return sa.select(Entity)


def my_entity_kinds() -> frozenset[str]:
    """The kinds of entity whose register this bureau keeps (R-T4)."""
    return frozenset(db.session.scalars(sa.text("SELECT my_entity_kinds()")))


def places_under(codes: tuple[str, ...]) -> sa.Select[Any]:
    """The codes of these places and of all below them; a subquery."""
    tree = sa.select(Jurisdiction.code).where(Jurisdiction.code.in_(codes)).cte(recursive=True)
    tree = tree.union(sa.select(Jurisdiction.code).join(tree, Jurisdiction.parent_code == tree.c.code))
    return sa.select(tree.c.code)
