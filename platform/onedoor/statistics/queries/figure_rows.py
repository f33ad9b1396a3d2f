"""The shape of a definition's select, and what several definitions are made of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from onedoor.draws.models import Draw, DrawnPart
from onedoor.draws.states import DrawState
from onedoor.visits.models import Visit

Rows = sa.Select[Any]
ONE = sa.literal(1)


def rows_of(id_: Any, version: Any, name: Any, thing: Any, weight: Any = ONE) -> Rows:
    return sa.select(
        sa.cast(id_, sa.Text).label("id"),
        sa.cast(version, sa.Text).label("version"),
        sa.cast(name, sa.Text).label("name"),
        weight.label("weight"),
        sa.cast(thing, sa.Text).label("thing"),
    )


def each_once(query: Rows, *order: Any) -> Rows:
    """Of several rows with one identity the first in order."""
    identity = query.selected_columns[0]
    return query.ext(distinct_on(identity)).order_by(identity, *order)


def codes_drawn() -> Any:
    """Codes that draws of the period drew for the bureau's lists."""
    code = sa.func.unnest(DrawnPart.codes).label("code")
    return (
        sa.select(Draw.id.label("draw_id"), Draw.number, code, Draw.campaign_id)
        .join(DrawnPart, DrawnPart.draw_id == Draw.id)
        .where(DrawnPart.part == "drawn", Draw.state == DrawState.DRAWN)
    )


def named(codes: Any) -> Rows:
    """Objects drawn, by the name that their visit copied."""
    visit = (
        sa.select(
            Visit.draw_id, Visit.object_code.label("code"), sa.func.max(Visit.entity_name).label("name")
        )
        .group_by(Visit.draw_id, Visit.object_code)
        .subquery("named")
    )
    found = rows_of(
        sa.func.concat(codes.c.draw_id, ":", codes.c.code),
        codes.c.number,
        sa.func.coalesce(visit.c.name, codes.c.code),
        sa.func.concat("draw:", codes.c.draw_id),
    ).select_from(codes)
    found = found.outerjoin(visit, sa.and_(visit.c.draw_id == codes.c.draw_id, visit.c.code == codes.c.code))
    return each_once(found)
