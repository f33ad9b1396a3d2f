"""From any thing back to its list and forward to what came of it (R-D9), as far as the reader's scope sees.

A way is read through an `execute`: the session's in a bureau's scope, a crossing's reader in a supervisor's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.draws.models import Draw
from onedoor.filing.models import Filing
from onedoor.provenance.queries import filed_returns
from onedoor.provenance.queries.reach import Reach, campaigns_reach, reach_of, visits_reach
from onedoor.provenance.queries.stages import stages_of
from onedoor.provenance.rules import NAMED, STAGES, Stage, Thing
from onedoor.visits.models import Visit

Execute = Callable[[Any], Iterable[Any]]


def way(kind: str, thing: UUID, execute: Execute) -> list[Stage]:
    """The stages of a thing's way that have something in them, from the list on."""
    if kind == "filing":
        kind, thing = _filed(thing, execute)
    if not kind:
        return []
    reach = _of_return(thing, execute) if kind == "return" else reach_of(kind, thing)
    made = []
    for key, query in stages_of(reach, thing).items():
        rows = list(execute(query.add_columns(sa.func.count().over().label("total")).limit(NAMED)))
        if rows:
            found = [Thing(key, row.id, row.name or "", row.page, row.public, row.owner) for row in rows]
            made.append(Stage(key, found, rows[0].total))
    returns = filed_returns.returns_that_counted(reach, execute) if kind != "return" else ()
    if returns:
        named = [
            Thing("return", one.id, f"{one.kind} {one.year} {one.part}", one.id) for one in returns[:NAMED]
        ]
        made.append(Stage("return", named, len(returns)))
    order = list(STAGES)
    return sorted(made, key=lambda stage: order.index(stage.key))


def _filed(filing_id: UUID, execute: Execute) -> tuple[str, UUID]:
    """What was filed: a plan, a list or a return; of what is not on a way, nothing."""
    rows = list(execute(sa.select(Filing.kind, Filing.subject_id).where(Filing.id == filing_id)))
    if not rows:
        return "", filing_id
    kinds = {"plan": "plan", "items": "list", "return": "return", "joint": "campaign"}
    return kinds.get(rows[0].kind, ""), rows[0].subject_id


def _of_return(return_id: UUID, execute: Execute) -> Reach:
    """From a return back to what its figures counted."""
    ids = filed_returns.counted_by(return_id, execute)
    visits = sa.select(Visit.id).where(Visit.id.in_(ids.get("visit", ())))
    reach = visits_reach(visits) if "visit" in ids else Reach()
    campaigns = sa.select(Campaign.id).where(
        sa.or_(
            Campaign.id.in_(ids.get("campaign", ())),
            Campaign.id.in_(sa.select(Draw.campaign_id).where(Draw.id.in_(ids.get("draw", ())))),
            Campaign.id.in_(reach.campaigns),
        )
    )
    whole = campaigns_reach(campaigns)
    return replace(whole, visits=reach.visits, records=reach.records)
