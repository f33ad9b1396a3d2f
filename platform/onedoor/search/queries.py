"""What is found of each kind by what somebody typed; row policies decide what of it there is for whom.

Entities by their index of characters, and what hangs on them by them; of the few plans, campaigns, draws, items and officers
of a bureau, name and number are read. All but the entities in one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.draws.models import Draw
from onedoor.entities.models import Entity
from onedoor.entities.queries import search as entity_search
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.pinyin import pinyin_initials
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.rules.states import PlanState
from onedoor.visits.models import Visit

# So many of a kind; who looks for more has the kind's list. Names kept without their initials are read so far back.
OF_A_KIND, NAMES_READ = 6, 300
SHORTEST, LONGEST = 2, 80
KINDS = ("entity", "plan", "line", "campaign", "draw", "visit", "item", "officer")


@dataclass(frozen=True)
class Found:
    """One thing: its kind, its name, its number or code, and when it was, or what it is like, in a word."""

    kind: str
    id: UUID
    name: str
    number: str
    note: str


def find(typed: str) -> list[Found]:
    """Things of all kinds that are called or numbered so, kind by kind; nothing of less than two characters."""
    words = typed.strip()[:LONGEST]
    if len(words) < SHORTEST:
        return []
    entities = _entities(words)
    selects = [_few(place, query) for place, query in enumerate(_queries(words, entities))]
    rows = db.session.execute(sa.union_all(*selects)).all()
    rest = [Found(row.kind, row.id, row.name, row.number or "", row.note or "") for row in rows]
    found = [*entities, *rest]
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def _entities(words: str) -> list[Found]:
    query = entity_search.matching(sa.select(Entity), words).limit(OF_A_KIND)
    return [
        Found("entity", one.id, one.name, one.code or "", one.address) for one in db.session.scalars(query)
    ]


def _queries(words: str, entities: Sequence[Found]) -> list[sa.Select[Any]]:
    like, mine = _containing(words), current_scope().tenant_id
    code = normalise_code(words)
    initials = words.lower() if words.isascii() and words.isalnum() else None
    return [
        _named(sa.select(Plan), "plan", Plan, Plan.title, Plan.number, like, Plan.state, initials).where(
            Plan.state != PlanState.REPLACED
        ),
        _row(
            sa.select(PlanLine).join(Plan, Plan.id == PlanLine.plan_id),
            "line", PlanLine.id, PlanLine.name, PlanLine.code, sa.cast(Plan.year, sa.Text),
        ).where(Plan.state != PlanState.REPLACED, PlanLine.tenant_id == mine,
                sa.or_(PlanLine.name.ilike(like), PlanLine.code.ilike(like))),
        _named(sa.select(Campaign), "campaign", Campaign, Campaign.name, Campaign.number, like, Campaign.state,
               initials, Campaign.code.ilike(like)),
        _named(sa.select(Draw), "draw", Draw, Draw.title, Draw.number, like, Draw.state, initials,
               Draw.line.ilike(like)),
        _row(sa.select(Visit), "visit", Visit.id, Visit.entity_name, Visit.number, Visit.state).where(
            sa.or_(
                Visit.entity_id.in_([one.id for one in entities]),
                Visit.code == code,
                Visit.number == words,
                Visit.entity_code == code,
            )
        ),
        _row(item_queries.items(), "item", Item.id, Item.name, Item.number, sa.null()).where(
            sa.or_(
                Item.name.ilike(like),
                Item.number.ilike(like),
                officer_queries.initials(Item.sort_key).ilike(like),
            )
        ),
        _row(
            officer_queries.inspectors(), "officer", Inspector.id, Inspector.name, Inspector.certificate_number,
            Inspector.body,
        ).where(
            sa.or_(
                Inspector.name.ilike(like),
                Inspector.certificate_number.ilike(like),
                officer_queries.initials().ilike(like),
            )
        ),
    ]  # fmt: skip


def _named(
    query: sa.Select[Any], kind: str, table: Any, name: Any, number: Any, like: str, note: Any,
    initials: str | None, *more: Any,
) -> sa.Select[Any]:  # fmt: skip
    """Things whose initials no column keeps: those of the newest are read from their names."""
    so_called = _by_initials(table.id, name, initials) if initials else []
    return _row(query, kind, table.id, name, number, note).where(
        sa.or_(name.ilike(like), number.ilike(like), table.id.in_(so_called), *more)
    )


def _by_initials(key: Any, name: Any, initials: str) -> list[UUID]:
    rows = db.session.execute(sa.select(key, name).order_by(key.desc()).limit(NAMES_READ))
    return [row[0] for row in rows if initials in pinyin_initials(row[1])]


def _row(query: sa.Select[Any], kind: str, key: Any, name: Any, number: Any, note: Any) -> sa.Select[Any]:
    return query.with_only_columns(
        sa.literal(kind).label("kind"),
        key.label("id"),
        sa.cast(name, sa.Text).label("name"),
        sa.cast(number, sa.Text).label("number"),
        sa.cast(note, sa.Text).label("note"),
    ).order_by(None)


def _few(place: int, query: sa.Select[Any]) -> sa.Select[Any]:
    """The newest few of a kind; ids are made in order of time."""
    rows = query.subquery(f"kind_{place}")
    few = sa.select(*rows.c).order_by(rows.c.id.desc()).limit(OF_A_KIND).subquery(f"few_{place}")
    return sa.select(*few.c)


def _containing(words: str) -> str:
    plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
