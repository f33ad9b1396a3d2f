"""Figures as selects over records: what a figure counts is what its list shows (R-S2).

Row policies decide whose records are counted: in a bureau's scope its own and those of the joint checks it is
part of, in a supervisor's those of its grant (there the selects are read through `tenants.crossing`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign, Participation, PartyItem
from onedoor.campaigns.rules.states import CampaignState
from onedoor.draws.models import Draw
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db
from onedoor.statistics.queries.as_of import accepted, begun, going_on, with_problem
from onedoor.statistics.rules import Checked
from onedoor.visits.models import Record, Visit, VisitMatter, VisitPart
from onedoor.visits.queries import disclosed
from tenants.models import Bureau


def checked(campaign_id: UUID | None = None) -> list[Checked]:
    """Accepted records of a campaign, or of all, as `rules.saved_entries` counts them."""
    query = (
        sa.select(Visit.campaign_id, Visit.object_code, Visit.id, Record.tenant_id)
        .join(Record, Record.visit_id == Visit.id)
        .where(going_on(), accepted())
    )
    if campaign_id is not None:
        query = query.where(Visit.campaign_id == campaign_id)
    return [Checked(*row) for row in db.session.execute(query)]


def objects(at: datetime | None = None) -> sa.Subquery:
    """One row for each campaign and object that its draw drew, or that is visited after a former draw; as it stood `at` a moment.

    `visits` and `entered` count visits that were not called off, and those begun; `bureaus` those whose record was accepted, `saved`
    the entries they saved; `due` and `checked` matters; `problem` and `public` say whether any accepted
    record found a problem, and whether all of them are public.
    """
    visits, records, matters = _visits(at), _records(at), _matters(at)
    counted = {
        name: sa.func.coalesce(column, 0).label(name)
        for name, column in (
            ("bureaus", records.c.bureaus),
            ("saved", records.c.bureaus - records.c.visits),
            ("due", matters.c.due),
            ("checked", matters.c.checked),
        )
    }
    return (
        sa.select(
            *visits.c,
            *counted.values(),
            sa.func.coalesce(records.c.problem, False).label("problem"),
            sa.func.coalesce(records.c.public, False).label("public"),
        )
        .outerjoin(records, _same(visits, records))
        .outerjoin(matters, _same(visits, matters))
        .subquery("objects")
    )


def campaigns() -> sa.Subquery:
    """One row for each campaign with the figures of F8, and the three measures of its draw.

    `partners` are the other bureaus that brought matters, `brought` all items brought; the other figures add up
    the rows of `objects`.
    """
    parties, figures = _parties(), _figures()
    sums = [
        sa.func.coalesce(column, 0).label(column.name) for column in figures.c if column.name != "campaign_id"
    ]
    return (
        sa.select(
            Campaign.id,
            Campaign.tenant_id,
            Campaign.year,
            Campaign.number,
            Campaign.name,
            Campaign.joint,
            Campaign.state,
            Campaign.ends_on,
            Campaign.created_at,
            Bureau.code.label("bureau"),
            Bureau.short_name.label("bureau_name"),
            sa.func.coalesce(parties.c.partners, 0).label("partners"),
            sa.func.coalesce(parties.c.brought, 0).label("brought"),
            Draw.id.label("draw_id"),
            Draw.independent_doors,
            Draw.doors,
            Draw.matters,
            *sums,
        )
        .join(Bureau, Bureau.id == Campaign.tenant_id)
        .outerjoin(Draw, sa.and_(Draw.id == Campaign.draw_id, Draw.state == DrawState.DRAWN))
        .outerjoin(parties, parties.c.campaign_id == Campaign.id)
        .outerjoin(figures, figures.c.campaign_id == Campaign.id)
        .subquery("campaigns")
    )


def joint(year: int) -> sa.Select[*tuple[Any, ...]]:
    """The rows of F8 (联合检查工作进展情况统计表) of a year, the oldest campaign first."""
    rows = campaigns()
    query = sa.select(*rows.c).where(
        rows.c.joint, rows.c.year == year, rows.c.state != CampaignState.CANCELLED
    )
    return query.order_by(rows.c.created_at, rows.c.id)


def joint_rows(year: int) -> list[Any]:
    """F8 of a year as this scope may see it."""
    return list(db.session.execute(joint(year)))


def objects_of(campaign_id: UUID, at: datetime | None = None) -> sa.Subquery:
    """The rows of `objects` of one campaign, for the list that its figures open."""
    rows = objects(at)
    return sa.select(*rows.c).where(rows.c.campaign_id == campaign_id).subquery("of_campaign")


def shown(rows: sa.Subquery) -> dict[str, sa.ColumnElement[bool]]:
    """The conditions by which a figure of a campaign narrows its objects."""
    return {
        "entered": rows.c.entered > 0,
        "saved": rows.c.saved != 0,
        "checked": rows.c.checked > 0,
        "left": rows.c.checked < rows.c.due,
        "cancelled": rows.c.visits == 0,
        "problem": rows.c.problem,
        "public": rows.c.public,
    }


def years() -> list[int]:
    """The years this scope has campaigns of, newest first."""
    return list(db.session.scalars(sa.select(Campaign.year).distinct().order_by(Campaign.year.desc())))


def _same(one: sa.Subquery, other: sa.Subquery) -> sa.ColumnElement[bool]:
    return sa.and_(one.c.campaign_id == other.c.campaign_id, one.c.entity_code == other.c.entity_code)


def _visits(at: datetime | None) -> sa.Subquery:
    going = going_on(at)
    return (
        sa.select(
            Visit.campaign_id,
            Visit.object_code.label("entity_code"),
            sa.func.max(Visit.entity_name).label("entity_name"),
            sa.func.max(sa.cast(Visit.id, sa.Text)).label("visit"),
            sa.func.count(Visit.id.distinct()).filter(going).label("visits"),
            sa.func.count(Visit.id.distinct()).filter(going, begun(at)).label("entered"),
        )
        .join(Campaign, Campaign.id == Visit.campaign_id)
        .outerjoin(VisitPart, VisitPart.visit_id == Visit.id)
        .where(sa.or_(going, Visit.draw_id == Campaign.draw_id))
        .group_by(Visit.campaign_id, Visit.object_code)
        .subquery("of_visits")
    )


def _records(at: datetime | None) -> sa.Subquery:
    return (
        sa.select(
            Visit.campaign_id,
            Visit.object_code.label("entity_code"),
            sa.func.count(Record.tenant_id.distinct()).label("bureaus"),
            sa.func.count(Visit.id.distinct()).label("visits"),
            sa.func.bool_or(with_problem(at)).label("problem"),
            sa.func.bool_and(disclosed(at)).label("public"),
        )
        .join(Record, Record.visit_id == Visit.id)
        .where(going_on(at), accepted(at))
        .group_by(Visit.campaign_id, Visit.object_code)
        .subquery("of_records")
    )


def _matters(at: datetime | None) -> sa.Subquery:
    own = sa.and_(
        Record.visit_id == VisitMatter.visit_id, Record.tenant_id == VisitMatter.bureau_id, accepted(at)
    )
    return (
        sa.select(
            Visit.campaign_id,
            Visit.object_code.label("entity_code"),
            sa.func.count().label("due"),
            sa.func.count(Record.id).label("checked"),
        )
        .join(VisitMatter, VisitMatter.visit_id == Visit.id)
        .outerjoin(Record, own)
        .where(going_on(at))
        .group_by(Visit.campaign_id, Visit.object_code)
        .subquery("of_matters")
    )


def _parties() -> sa.Subquery:
    brought = sa.and_(
        PartyItem.campaign_id == Participation.campaign_id, PartyItem.tenant_id == Participation.tenant_id
    )
    partner = Participation.part == "partner"
    return (
        sa.select(
            Participation.campaign_id,
            sa.func.count(Participation.tenant_id.distinct()).filter(partner).label("partners"),
            sa.func.count(PartyItem.id).label("brought"),
        )
        .join(PartyItem, brought)
        .where(Participation.left_out_at.is_(None))
        .group_by(Participation.campaign_id)
        .subquery("of_parties")
    )


def _figures() -> sa.Subquery:
    rows = objects()
    return (
        sa.select(
            rows.c.campaign_id,
            sa.func.count().filter(rows.c.visits > 0).label("objects"),
            *[
                sa.cast(sa.func.sum(rows.c[name]), sa.Integer).label(name)
                for name in ("visits", "entered", "due", "checked", "saved")
            ],
            *[sa.func.count().filter(rows.c[name]).label(f"{name}s") for name in ("problem", "public")],
            sa.func.count().filter(rows.c.bureaus > 0).label("inspected"),
        )
        .group_by(rows.c.campaign_id)
        .subquery("figures")
    )
