"""The outcome of a draw as rows: who was drawn, who is a substitute, and the slots of the teams.

A draw of a million has tens of thousands of them, so they go in as columns, one statement for each table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Draw, DrawnRow, TeamSlot
from onedoor.draws.rules.outline import drawn_ids
from onedoor.kernel.db import db

TEXT, INTEGER, BOOLEAN = sa.Text(), sa.Integer(), sa.Boolean()
DRAWN_COLUMNS: Mapping[str, sa.types.TypeEngine[Any]] = {
    "list_name": TEXT, "list_position": INTEGER, "stratum": TEXT, "part": TEXT, "position": INTEGER, "object_code": TEXT,
}  # fmt: skip
SLOT_COLUMNS: Mapping[str, sa.types.TypeEngine[Any]] = {
    "object_code": TEXT, "object_position": INTEGER, "slot": INTEGER, "list_name": TEXT, "bureau_code": TEXT,
    "inspector": TEXT, "lead": BOOLEAN,
}  # fmt: skip


def keep_outcome(draw: Draw, proof: rules.Proof) -> None:
    """Keep the proof's drawn, substitutes and slots as rows of this draw."""
    _insert(DrawnRow, draw, DRAWN_COLUMNS, _drawn(proof))
    _insert(TeamSlot, draw, SLOT_COLUMNS, _slots(proof))


def _insert(
    model: type[DrawnRow] | type[TeamSlot],
    draw: Draw,
    types: Mapping[str, sa.types.TypeEngine[Any]],
    rows: Iterable[Sequence[Any]],
) -> None:
    columns = list(zip(*rows, strict=True))
    if not columns:
        return
    arrays = [sa.literal(list(c), sa.ARRAY(each)) for c, each in zip(columns, types.values(), strict=True)]
    given = sa.func.unnest(*arrays).table_valued(*types, name="given").render_derived()
    owner = [sa.literal(draw.tenant_id).label("tenant_id"), sa.literal(draw.id).label("draw_id")]
    query = sa.select(*owner, *(given.c[name] for name in types))
    # The ids come from the database: a default of ours would be asked for once, not for each row.
    insert = sa.insert(model).from_select(["tenant_id", "draw_id", *types], query, include_defaults=False)
    db.session.execute(insert)


def _drawn(proof: rules.Proof) -> Iterable[tuple[Any, ...]]:
    for place, result in enumerate(proof["result"]):
        for stratum in result["strata"]:
            for part, ids in (("drawn", stratum["drawn"]), ("reserve", stratum["reserve"])):
                for position, id_ in enumerate(ids):
                    yield result["list"], place, stratum["stratum"], part, position, id_


def _slots(proof: rules.Proof) -> Iterable[tuple[Any, ...]]:
    plan = proof["plan"]
    seats = rules.seats_of(plan, proof["result"], proof["teams"], proof["unfilled"])
    needs = rules.needs_of(plan, proof["result"])
    lists_of = _lists_of_slots(plan, drawn_ids(proof["result"]))
    for place, team in enumerate(proof["teams"]):
        object_ = team["object"]
        for slot, need in enumerate(needs[object_]):
            yield (
                object_,
                place,
                slot,
                lists_of[object_][slot],
                need.bureau,
                seats.get((object_, slot)),
                need.lead,
            )


def _lists_of_slots(plan: rules.Plan, drawn: list[list[str]]) -> dict[str, list[str]]:
    """The list that each slot of each object belongs to, in slot order."""
    found: dict[str, list[str]] = {}
    for entry, ids in zip(plan["lists"], drawn, strict=True):
        for id_ in ids if entry["team"] else ():
            found.setdefault(id_, []).extend([entry["list"]] * (entry["team"] or {"size": 0})["size"])
    return found
