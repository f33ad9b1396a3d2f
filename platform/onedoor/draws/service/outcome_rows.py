"""The outcome of a draw as rows: who was drawn, who is a substitute, and the slots of the teams.

There may be tens of thousands: objects stand together by list, stratum and part, and slots go in as columns, each in one
statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Draw, DrawnPart, TeamSlot
from onedoor.draws.rules.partial_checks import drawn_ids
from onedoor.kernel.db import db

TEXT, INTEGER, BOOLEAN = sa.Text(), sa.Integer(), sa.Boolean()
SLOT_COLUMNS: Mapping[str, sa.types.TypeEngine[Any]] = {
    "object_code": TEXT, "object_position": INTEGER, "slot": INTEGER, "list_name": TEXT, "bureau_code": TEXT,
    "inspector": TEXT, "lead": BOOLEAN,
}  # fmt: skip


def keep_outcome(draw: Draw, proof: rules.Proof) -> None:
    """Keep the proof's drawn, substitutes and slots as rows of this draw."""
    parts = list(_parts(draw, proof))
    if parts:
        db.session.execute(sa.insert(DrawnPart).values(parts))
    _keep_slots(draw, list(_slots(proof)))


def _parts(draw: Draw, proof: rules.Proof) -> Iterable[dict[str, Any]]:
    for place, result in enumerate(proof["result"]):
        for stratum in result["strata"]:
            for part, ids in (("drawn", stratum["drawn"]), ("reserve", stratum["reserve"])):
                if ids:
                    yield {
                        "tenant_id": draw.tenant_id,
                        "draw_id": draw.id,
                        "list_name": result["list"],
                        "list_position": place,
                        "stratum": stratum["stratum"],
                        "part": part,
                        # As one text, which takes the driver no time: no id has a line feed.
                        "codes": sa.func.string_to_array("\n".join(ids), "\n"),
                    }


def _keep_slots(draw: Draw, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    columns = list(zip(*rows, strict=True))
    arrays = [
        sa.literal(list(c), sa.ARRAY(each)) for c, each in zip(columns, SLOT_COLUMNS.values(), strict=True)
    ]
    given = sa.func.unnest(*arrays).table_valued(*SLOT_COLUMNS, name="given").render_derived()
    owner = [sa.literal(draw.tenant_id), sa.literal(draw.id)]
    query = sa.select(*owner, *(given.c[name] for name in SLOT_COLUMNS))
    # The ids come from the database: a default of ours would be asked for once, not for each row.
    names = ["tenant_id", "draw_id", *SLOT_COLUMNS]
    db.session.execute(sa.insert(TeamSlot).from_select(names, query, include_defaults=False))


def _slots(proof: rules.Proof) -> Iterable[tuple[Any, ...]]:
    if not proof["teams"]:
        return
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
