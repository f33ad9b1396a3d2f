"""Who acts for whom in the supervised bureaus (R-T3, R-T5)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.supervision.queries.records import BUREAU, Records
from tenants.models import Bureau, StandIn


def stand_ins() -> Records:
    """Who acts for whom in the supervised bureaus, and in one's own (R-T5): coming, valid, over, ended."""
    rows = (
        sa.select(
            StandIn.id,
            *BUREAU,
            sa.cast(sa.extract("year", StandIn.since), sa.Integer).label("year"),
            StandIn.kind,
            StandIn.principal_name,
            StandIn.agent_name,
            StandIn.permissions,
            StandIn.since,
            StandIn.until,
            StandIn.basis,
            StandIn.made_by,
            StandIn.ended_at,
            sa.case(
                (StandIn.ended_at.is_not(None), "ended"),
                (StandIn.until < today(), "over"),
                (StandIn.since > today(), "coming"),
                else_="valid",
            ).label("state"),
        )
        .join(Bureau, Bureau.id == StandIn.tenant_id)
        .subquery("stand_ins")
    )
    states = ("coming", "valid", "over", "ended")
    return Records(rows, {"all": sa.true(), **{state: rows.c.state == state for state in states}})
