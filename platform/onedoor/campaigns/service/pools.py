"""A party's pool: every target of its library in the scope, with who is left out and why (R-D2, R-D3, R-P6)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.rules.quotas import ELIGIBLE, Row
from onedoor.draws import queries as draws
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.registry import queries as registry
from tenants import queries as tenants

SKIP_DRAWN = "draw.leave_out_drawn_this_year"
KEPT_REASONS = ("complaint", "abnormal", "penalty", "order")


class Scope(Protocol):
    """What of a list decides its pool."""

    conditions: dict[str, object]
    stratify: str
    skip_drawn: bool
    kept: list[dict[str, str]]


def pool_of(campaign: Campaign, own: PartyList) -> list[Row]:
    """The rows of this bureau's pool, by code: the campaign's scope, its own conditions within, and statuses.

    XGONE has ceased or moved, XCAP has had its visits of the year (R-P6), XYEAR was drawn earlier in the
    year (R-D3) unless it is among those the list keeps in.
    """
    rows = registry.pool_rows(campaign.conditions, own.stratify)
    if own.conditions:
        within = {row[0] for row in registry.pool_rows(own.conditions, "none")}
        rows = [row for row in rows if row[0] in within]
    capped = plans.capped([row[0] for row in rows], campaign.year)
    drawn = _drawn_earlier(campaign) if own.skip_drawn and campaign.source == "plan" else frozenset()
    drawn = drawn - {kept["code"] for kept in own.kept}
    return [
        (code, stratum, weight, _status(code, status, capped, drawn))
        for code, stratum, weight, status in rows
    ]


def skips_drawn() -> bool:
    """Whether a place leaves out what was drawn earlier in the year unless told otherwise (R-D3)."""
    return bool(tenants.setting(SKIP_DRAWN, tenants.my_bureau().jurisdiction_code, True))


def _status(code: str, status: str, capped: Collection[str], drawn: Collection[str]) -> str:
    if status != ELIGIBLE:
        return status
    if code in capped:
        return "XCAP"
    return "XYEAR" if code in drawn else ELIGIBLE


def _drawn_earlier(campaign: Campaign) -> frozenset[str]:
    """The objects this bureau's lists drew in its other campaigns of the year."""
    name = tenants.my_bureau().code
    query = sa.select(Campaign.draw_id).where(
        Campaign.year == campaign.year,
        Campaign.id != campaign.id,
        Campaign.draw_id.is_not(None),
        Campaign.drawn_at.is_not(None),
    )
    codes: set[str] = set()
    for draw_id in db.session.scalars(query):
        codes |= _codes(draw_id, name)
    return frozenset(codes)


def _codes(draw_id: UUID | None, list_name: str) -> set[str]:
    assert draw_id is not None and current_scope().tenant_id is not None
    return {drawn.code for drawn in draws.outcome(draw_id).objects if list_name in drawn.lists}
