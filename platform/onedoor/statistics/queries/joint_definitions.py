"""How the figures of one joint check are read (F8): over its objects, whichever bureau has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign, Participation, PartyItem
from onedoor.campaigns.rules.states import CampaignState
from onedoor.draws.models import Draw
from onedoor.statistics.queries.as_of import Ask
from onedoor.statistics.queries.campaigns import objects
from onedoor.statistics.queries.figure_rows import ONE, Rows, codes_drawn, named, rows_of
from tenants.models import Bureau


def joint_campaigns(ask: Ask) -> sa.Select[Any]:
    """The joint checks of the year that the bureau leads: the rows of its F8."""
    return (
        sa.select(Campaign)
        .where(
            Campaign.tenant_id == ask.bureau,
            Campaign.joint,
            Campaign.state != CampaignState.CANCELLED,
            Campaign.year == ask.starts_on.year,
            Campaign.created_at <= ask.cutoff,
        )
        .order_by(Campaign.created_at, Campaign.id)
    )


def _taking_part(ask: Ask) -> Any:
    return sa.and_(
        Participation.campaign_id == ask.part,
        sa.or_(Participation.left_out_at.is_(None), Participation.left_out_at > ask.cutoff),
    )


def _partners(ask: Ask) -> Rows:
    opens = sa.func.concat("campaign:", Participation.campaign_id)
    return (
        rows_of(Bureau.id, Participation.list_name, Bureau.name, opens)
        .join(Participation, Participation.tenant_id == Bureau.id)
        .where(_taking_part(ask), Participation.part == "partner")
    )


def _brought(ask: Ask) -> Rows:
    own = sa.and_(
        Participation.campaign_id == PartyItem.campaign_id, Participation.tenant_id == PartyItem.tenant_id
    )
    return (
        rows_of(
            sa.func.concat(PartyItem.campaign_id, ":", PartyItem.id),
            PartyItem.number,
            PartyItem.name,
            sa.func.concat("item:", PartyItem.item_id),
        )
        .join(Participation, own)
        .where(_taking_part(ask))
    )


def _doors(ask: Ask) -> Rows:
    current = sa.and_(Campaign.draw_id == Draw.id, Campaign.id == ask.part)
    codes = codes_drawn().join(Campaign, current).where(Draw.ended_at <= ask.cutoff)
    return named(codes.subquery("codes"))


def _of_objects(weight: str, only: str = "") -> Callable[[Ask], Rows]:
    """Objects of a joint check by a column of `campaigns.objects`; `only` is a yes or no, each of which counts one."""

    def of(ask: Ask) -> Rows:
        found = objects(ask.cutoff)
        state = [
            found.c[name] for name in ("visits", "entered", "bureaus", "due", "checked", "problem", "public")
        ]
        return (
            rows_of(
                sa.func.concat(found.c.campaign_id, ":", found.c.entity_code),
                sa.func.concat_ws("/", *state),
                found.c.entity_name,
                sa.func.concat("visit:", found.c.visit),
                ONE if only else found.c[weight],
            )
            .select_from(found)
            .where(found.c.campaign_id == ask.part, found.c[only] if only else found.c[weight] != 0)
        )

    return of


JOINT: Mapping[str, Callable[[Ask], Rows]] = {
    "partners": _partners,
    "brought": _brought,
    "doors": _doors,
    "entered": _of_objects("entered"),
    "matters_due": _of_objects("due"),
    "matters_checked": _of_objects("checked"),
    "saved": _of_objects("saved"),
    "joint_problems": _of_objects("", "problem"),
    "joint_public": _of_objects("", "public"),
}
