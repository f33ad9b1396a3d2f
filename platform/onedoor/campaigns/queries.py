"""Reads of campaigns; row policies decide what of them this bureau sees (access.md)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import (
    Answer,
    Campaign,
    CampaignDeviation,
    Participation,
    PartyInspector,
    PartyItem,
    PartyList,
    PartyReadiness,
    PartyUnit,
)
from onedoor.campaigns.rules import AnswerState, CampaignState, PartyState, Problem, party_state
from onedoor.campaigns.rules.states import IN_DRAW
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import Job
from onedoor.kernel.scope import current_scope
from tenants.models import Bureau


@dataclass(frozen=True)
class Party:
    """One party as every participant sees it: who, which part, what it said, and since when."""

    participation: Participation
    bureau: Bureau
    answer: Answer | None
    state: PartyState

    @property
    def tenant_id(self) -> UUID:
        """The party's bureau."""
        return self.participation.tenant_id

    @property
    def in_draw(self) -> bool:
        """Whether its list is drawn (or was, before it withdrew)."""
        return self.state in IN_DRAW


def campaign(campaign_id: UUID, *, lock: bool = False) -> Campaign:
    """The campaign, if this bureau leads it or takes part (or supervises)."""
    found = db.session.get(Campaign, campaign_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound()
    return found


def by_code(code: str) -> Campaign:
    """The campaign whose draws have this `line`."""
    found = db.session.scalar(sa.select(Campaign).where(Campaign.code == code))
    if found is None:
        raise NotFound()
    return found


def by_draw(draw_id: UUID) -> Campaign:
    """The campaign whose current draw this is."""
    found = db.session.scalar(sa.select(Campaign).where(Campaign.draw_id == draw_id))
    if found is None:
        raise NotFound()
    return found


def of_the_same_line(found: Campaign) -> sa.Select[Any]:
    """The campaigns of this one's plan line, itself among them, as ids."""
    return sa.select(Campaign.id).where(Campaign.line_code == found.line_code)


def visible() -> sa.Select[tuple[Campaign]]:
    """Campaigns this bureau leads or takes part in, as a select for lists."""
    return sa.select(Campaign)


def unanswered() -> sa.Select[tuple[Campaign]]:
    """Campaigns whose invitation (or own part, for the lead) this bureau has yet to answer."""
    me = current_scope().tenant_id
    said = sa.exists().where(Answer.campaign_id == Campaign.id, Answer.tenant_id == me)
    left_out = sa.exists().where(
        Participation.campaign_id == Campaign.id,
        Participation.tenant_id == me,
        Participation.left_out_at.is_not(None),
    )
    open_ones = Campaign.state.in_((CampaignState.DRAFT, CampaignState.INVITING))
    return visible().where(open_ones, ~said, ~left_out)


def led(state: CampaignState) -> sa.Select[tuple[Campaign]]:
    """Campaigns that this bureau leads in one state, as a select."""
    return visible().where(Campaign.tenant_id == current_scope().tenant_id, Campaign.state == state)


def all_answered() -> sa.Select[tuple[Campaign]]:
    """Campaigns that this bureau leads and of which nobody has an answer to give: what is left is to draw."""
    said = sa.exists().where(
        Answer.campaign_id == Participation.campaign_id, Answer.tenant_id == Participation.tenant_id
    )
    waited = sa.exists().where(
        Participation.campaign_id == Campaign.id,
        Participation.left_out_at.is_(None),
        ~said.correlate(Participation),
    )
    return led(CampaignState.INVITING).where(~waited)


def mine() -> list[Campaign]:
    """Campaigns this bureau leads or takes part in, newest first."""
    return list(db.session.scalars(visible().order_by(Campaign.created_at.desc(), Campaign.id)))


def of_line(line_code: str) -> list[Campaign]:
    """The campaigns of a plan line through the plan's versions, by batch."""
    query = sa.select(Campaign).where(Campaign.line_code == line_code).order_by(Campaign.batch)
    return list(db.session.scalars(query))


def held_of_lines() -> dict[str, int]:
    """How many campaigns each of this bureau's plan lines has, by the line's code; cancelled ones do not count (R-P3)."""
    query = (
        sa.select(Campaign.line_code, sa.func.count())
        .where(Campaign.tenant_id == current_scope().tenant_id, Campaign.state != CampaignState.CANCELLED)
        .where(Campaign.line_code.is_not(None))
        .group_by(Campaign.line_code)
    )
    return {code: count for code, count in db.session.execute(query) if code is not None}


def going_on_here(limit: int) -> list[Campaign]:
    """Campaigns this bureau leads or takes part in that have not come to their end, the nearest end first.

    Not those it declined, was left out of, or withdrew from before the lists were frozen.
    """
    over, me = (CampaignState.CLOSED, CampaignState.CANCELLED), current_scope().tenant_id
    left_out = sa.exists().where(
        Participation.campaign_id == Campaign.id,
        Participation.tenant_id == me,
        Participation.left_out_at.is_not(None),
    )
    late = sa.func.coalesce(Answer.withdrawn_at >= Campaign.frozen_at, sa.false())
    gone = sa.exists().where(
        Answer.campaign_id == Campaign.id,
        Answer.tenant_id == me,
        sa.or_(Answer.state == AnswerState.DECLINED, sa.and_(Answer.state == AnswerState.WITHDRAWN, ~late)),
    )
    query = visible().where(Campaign.state.not_in(over), ~left_out, ~gone)
    return list(db.session.scalars(query.order_by(Campaign.ends_on, Campaign.id).limit(limit)))


def answered_counts(ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """Of each of these campaigns how many parties have said something, or are not waited for, and how many there are."""
    said = sa.exists().where(
        Answer.campaign_id == Participation.campaign_id, Answer.tenant_id == Participation.tenant_id
    )
    settled = sa.func.count().filter(sa.or_(Participation.left_out_at.is_not(None), said))
    query = (
        sa.select(Participation.campaign_id, settled, sa.func.count())
        .where(Participation.campaign_id.in_(ids))
        .group_by(Participation.campaign_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def parties(campaign_id: UUID) -> list[Party]:
    """All parties with their progress, the lead first, in the order of the draw's lists."""
    found = campaign(campaign_id)
    query = (
        sa.select(Participation, Bureau, Answer)
        .join(Bureau, Bureau.id == Participation.tenant_id)
        .outerjoin(
            Answer,
            sa.and_(
                Answer.campaign_id == Participation.campaign_id, Answer.tenant_id == Participation.tenant_id
            ),
        )
        .where(Participation.campaign_id == campaign_id)
        .order_by(Participation.position)
    )
    return [_party(found, *row) for row in db.session.execute(query)]


def _party(found: Campaign, participation: Participation, bureau: Bureau, answer: Answer | None) -> Party:
    state = party_state(
        answer.state if answer else None,
        after_freeze=answer is not None and is_late(found, answer.withdrawn_at),
        left_out=participation.left_out_at is not None,
        invited=participation.invited_at is not None or participation.part == "lead",
        due=found.answer_due,
        today=today(),
    )
    return Party(participation, bureau, answer, state)


def is_late(found: Campaign, withdrawn_at: datetime | None) -> bool:
    """Whether a party withdrew after the lists in force were frozen; lists opened again forget it."""
    return withdrawn_at is not None and found.frozen_at is not None and withdrawn_at >= found.frozen_at


def party(campaign_id: UUID, tenant_id: UUID) -> Party:
    """One party of a campaign."""
    for found in parties(campaign_id):
        if found.tenant_id == tenant_id:
            return found
    raise NotFound()


def my_party(campaign_id: UUID) -> Party:
    """This bureau's own part."""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return party(campaign_id, tenant_id)


def _taking_part(model: Any, campaign_id: UUID) -> sa.Select[Any]:
    """Rows of the parties whose lists are drawn, not of those left out or withdrawn in time."""
    there = [found.tenant_id for found in parties(campaign_id) if found.in_draw]
    return sa.select(model).where(model.campaign_id == campaign_id, model.tenant_id.in_(there))


def party_items(campaign_id: UUID, tenant_id: UUID | None = None) -> list[PartyItem]:
    """The matters of all parties that take part, or of one, by bureau and number."""
    query = _taking_part(PartyItem, campaign_id)
    if tenant_id is not None:
        query = query.where(PartyItem.tenant_id == tenant_id)
    return list(db.session.scalars(query.order_by(PartyItem.tenant_id, PartyItem.number, PartyItem.id)))


def party_inspectors(campaign_id: UUID, tenant_id: UUID | None = None) -> list[PartyInspector]:
    """The roster this bureau may see: its own before the draw, every party's after it."""
    query = _taking_part(PartyInspector, campaign_id)
    if tenant_id is not None:
        query = query.where(PartyInspector.tenant_id == tenant_id)
    return list(db.session.scalars(query.order_by(PartyInspector.tenant_id, PartyInspector.code)))


def my_list(campaign_id: UUID) -> PartyList | None:
    """This bureau's own list, if it gave one; nobody else's is to be had here."""
    return db.session.scalar(
        sa.select(PartyList).where(
            PartyList.campaign_id == campaign_id, PartyList.tenant_id == current_scope().tenant_id
        )
    )


def my_items(campaign_id: UUID) -> list[PartyItem]:
    """What this bureau brings itself, by number."""
    mine = PartyItem.tenant_id == current_scope().tenant_id
    query = sa.select(PartyItem).where(PartyItem.campaign_id == campaign_id, mine)
    return list(db.session.scalars(query.order_by(PartyItem.number)))


def my_units(campaign_id: UUID) -> list[PartyUnit]:
    """What the units of this bureau say of their parts, where its matters belong to several."""
    query = sa.select(PartyUnit).where(
        PartyUnit.campaign_id == campaign_id, PartyUnit.tenant_id == current_scope().tenant_id
    )
    return list(db.session.scalars(query.order_by(PartyUnit.unit_name, PartyUnit.id)))


def deviations(campaign_id: UUID) -> list[CampaignDeviation]:
    """Where the campaign departs from its plan line: all parties' for the lead and the supervisor, else one's own (R-P3)."""
    query = sa.select(CampaignDeviation).where(CampaignDeviation.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(CampaignDeviation.tenant_id, CampaignDeviation.kind)))


def my_deviations(campaign_id: UUID) -> list[CampaignDeviation]:
    """This bureau's own departures from the plan line."""
    me = current_scope().tenant_id
    return [row for row in deviations(campaign_id) if row.tenant_id == me]


def readiness_rows(campaign_id: UUID) -> dict[UUID, PartyReadiness]:
    """What parties' lists and rosters come to, as counts, by bureau: all of them for the lead, else one's own."""
    query = sa.select(PartyReadiness).where(PartyReadiness.campaign_id == campaign_id)
    return {row.tenant_id: row for row in db.session.scalars(query)}


def problem(stored: dict[str, Any]) -> Problem:
    """A finding of a party's readiness, as it was stored."""
    return Problem.from_json(stored)


def jobs_of(campaign_id: UUID) -> list[Job]:
    """The newest job of each kind and bureau about a campaign, in order of their beginning."""
    query = sa.select(Job).where(Job.subject_id == campaign_id).order_by(Job.created_at, Job.id)
    newest = {(job.name, job.tenant_id): job for job in db.session.scalars(query)}
    return list(newest.values())
