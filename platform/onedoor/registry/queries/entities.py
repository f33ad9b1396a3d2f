"""Reads of the shared register, and the rows of a pool."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.registry.models import Entity, EntityChange, Import, Target
from onedoor.registry.queries.moments import Moment, earlier
from onedoor.registry.queries.premises import licensed
from onedoor.registry.queries.risk import at_risk
from onedoor.registry.queries.tags import carrying
from onedoor.registry.rules.industries import words_within
from onedoor.registry.rules.selection import Conditions, read_conditions
from tenants.models import Bureau, Jurisdiction, UserAccount

# As many as a list counts.
FEW = 10_000
# What a firm is asked for by most scopes: where it is, what it is, what it does.
DECIDES_SCOPE = ("jurisdiction_code", "kind", "scope")


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


class Told(NamedTuple):
    """One change of an entity: by which bureau; the load and the person where they are this bureau's own."""

    change: EntityChange
    bureau: str
    load: Import | None
    actor: str


def history_of(entity_id: UUID, most: int = 50, before: Moment | None = None) -> list[Told]:
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
    return [Told(row[0], row[1], row[2], row[3] or "") for row in db.session.execute(query)]


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


def uncovered() -> sa.Select[Any]:
    """Entities of this bureau's trade that stand in no bureau's library (监管真空, R-L6).

    Few are named by their ids, found once; of more than a list counts each is asked for as the list comes to it.
    """
    found = sa.select(sa.func.uncovered_entities(FEW + 1).column_valued("id"))
    ids = list(db.session.scalars(found))
    if len(ids) > FEW:
        return sa.select(Entity).where(sa.func.is_uncovered(Entity.id))
    return sa.select(Entity).where(Entity.id == sa.any_(sa.cast(ids, ARRAY(sa.Uuid()))))


def uncovered_count() -> int:
    """How many those are, to one more than a list counts; it stops there."""
    found = sa.select(sa.func.uncovered_entities(FEW + 1).column_valued("id")).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def my_entity_kinds() -> frozenset[str]:
    """The kinds of entity whose register this bureau keeps (R-T4)."""
    return frozenset(db.session.scalars(sa.text("SELECT my_entity_kinds()")))


def selection(conditions: Mapping[str, Any] | Conditions) -> sa.Select[Any]:
    """The entities a rule chooses (R-L5). Raises ClerkError for conditions that say nothing sensible."""
    asked = conditions if isinstance(conditions, Conditions) else read_conditions(conditions)
    return sa.select(Entity).where(*clauses_of(asked))


class LibraryChanges(NamedTuple):
    """How a library changed: how many came, how many left by the reason told, and in how many that are there what decides a scope changed."""

    joined: int
    left: dict[str, int]
    moved: int


def library_changes(since: date) -> LibraryChanges:
    """What came into the current bureau's library and what left it since a day (draw.md, "Who could cheat")."""
    mine = Target.tenant_id == current_scope().tenant_id
    joined = sa.select(sa.func.count()).where(mine, Target.listed_on >= since)
    left = (
        sa.select(Target.ended_reason, sa.func.count())
        .where(mine, Target.ended_on >= since)
        .group_by(Target.ended_reason)
        .order_by(sa.func.count().desc())
    )
    changed = sa.select(EntityChange.entity_id).where(
        EntityChange.what == "changed",
        EntityChange.at >= datetime.combine(since, time(), SHANGHAI),
        EntityChange.after.op("?|")(sa.literal([*DECIDES_SCOPE], ARRAY(sa.Text()))),
    )
    moved = sa.select(sa.func.count()).where(mine, Target.ended_on.is_(None), Target.entity_id.in_(changed))
    return LibraryChanges(
        db.session.scalar(joined) or 0,
        {row[0] or "": row[1] for row in db.session.execute(left)},
        db.session.scalar(moved) or 0,
    )


def clauses_of(asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
    """What holds of the entities a rule chooses."""
    if asked.places:
        yield Entity.jurisdiction_code.in_(places_under(asked.places))
    for column, values in (
        (Entity.kind, asked.kinds),
        (Entity.industry, words_within(asked.industries)),
        (Entity.entity_type, asked.types),
        (Entity.status, asked.statuses),
    ):
        if values:
            yield column.in_(values)
    if asked.scope:
        yield _contains(Entity.scope, asked.scope)
    if asked.scope_without:
        yield sa.not_(_contains(Entity.scope, asked.scope_without))
    if asked.name:
        yield _contains(Entity.name, asked.name)
    yield from _beside(asked)
    if asked.registered_from:
        yield Entity.registered_on >= date.fromisoformat(asked.registered_from)
    if asked.registered_until:
        yield Entity.registered_on <= date.fromisoformat(asked.registered_until)


def _beside(asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
    """What is said of an entity in tables beside its own."""
    if asked.tags:
        yield Entity.id.in_(carrying(asked.tags))
    if asked.risk:
        yield Entity.id.in_(at_risk(asked.risk))
    if asked.licences:
        yield Entity.id.in_(licensed(asked.licences))


def _contains(column: Any, words: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(word, autoescape=True) for word in words))


def places_under(codes: tuple[str, ...]) -> sa.Select[Any]:
    """The codes of these places and of all below them; a subquery."""
    tree = sa.select(Jurisdiction.code).where(Jurisdiction.code.in_(codes)).cte(recursive=True)
    tree = tree.union(sa.select(Jurisdiction.code).join(tree, Jurisdiction.parent_code == tree.c.code))
    return sa.select(tree.c.code)
