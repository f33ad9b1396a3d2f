"""What enters the list: matters of a partner that withdrew after the freeze, said that it cannot come, or did not come (R-J5)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.rules import Disposition
from onedoor.draws import queries as draws
from onedoor.kernel import jobs
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.owed_matters import queries
from onedoor.owed_matters.models import OwedMatter
from onedoor.owed_matters.rules import Cause, given_reason
from onedoor.owed_matters.service.handovers import ask
from onedoor.owed_matters.service.steps import me, step
from onedoor.visits import queries as visits
from onedoor.visits.models import Visit, VisitMatter, VisitPart, VisitParty
from onedoor.visits.rules.states import READY, SubstitutionState, VisitState
from tenants import queries as tenants
from tenants.rules import Permission


def register_owed() -> int:
    """Enter what this bureau owes by now and has not entered; returns how many. Doing it again adds nothing."""
    made: list[OwedMatter] = []
    for visit, party in _left_for_later():
        made += _enter(visit, Cause.WITHDREW, party.deferred_reason or "")
    for visit in _not_come_to():
        made += _enter(visit, Cause.SILENT, "")
    _pass_on(made)
    _tell_leads(made)
    return len(made)


def stay_away(visit_id: UUID, reason: str) -> list[OwedMatter]:
    """A partner says before its part has begun that it cannot come: its matters are owed, and the visit goes on without it."""
    visit = visits.visit(visit_id)
    party, part = visits.my_party(visit.id), visits.parts(visit.id).get(me())
    if visit.drawn is None or visit.tenant_id == me():
        raise Conflict("只有参与部门可以登记不能到场；牵头部门请改日期或取消检查。")
    if visit.state == VisitState.CANCELLED.value or party.deferred_reason is not None:
        raise Conflict("本单位的事项已不在这次检查里。")
    if part is not None and part.begun_at is not None:
        raise Conflict("本单位的检查已经开始，不能再登记不能到场。")
    if (going := visits.my_substitution(visit.id)) is not None and going.state != SubstitutionState.RETURNED:
        raise Conflict("本单位已申请改由替补对象，不能再登记不能到场。")
    made = _enter(visit, Cause.ABSENT, given_reason(reason))
    if not made:
        raise Conflict("本单位的事项已登记为待补查。")
    jobs.enqueue(
        JobName.DEFER_PART,
        {"visit_id": str(visit.id), "bureau_id": str(me()), "reason": reason.strip()},
        title=Sentence("%(name)s不能到场：%(entity)s", name=party.bureau_name, entity=visit.entity_name),
        subject=("visit", visit.id),
        for_bureau=visit.tenant_id,
    )
    _tell_leads(made)
    return made


def note_owed(bureau_id: UUID, number: int) -> None:
    """Tell the lead's people that a partner owes matters."""
    name = tenants.bureau(bureau_id).short_name
    text = Sentence("%(name)s有 %(number)s 个抽中的事项待补查", name=name, number=number)
    messages.send_message(text, "/owed/led", Permission.VISIT_MANAGE)


def _left_for_later() -> list[tuple[Visit, VisitParty]]:
    """Visits at which the lead left this bureau's matters for later, of draws that still stand."""
    query = (
        sa.select(Visit, VisitParty)
        .join(VisitParty, VisitParty.visit_id == Visit.id)
        .where(VisitParty.bureau_id == me(), VisitParty.owed, Visit.draw_id.is_not(None))
        .order_by(Visit.number)
    )
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    return [(visit, party) for visit, party in found if _stands(visit)]


def _stands(visit: Visit) -> bool:
    """Whether its draw is still the one of its campaign (R-D7)."""
    return campaigns.campaign(visit.required_campaign_id).draw_id == visit.draw_id


def _not_come_to() -> list[Visit]:
    """Joint visits whose days are over and at which this bureau, a partner, never began: silence on the day (R-J5)."""
    here = sa.and_(VisitPart.visit_id == Visit.id, VisitPart.tenant_id == me())
    query = (
        sa.select(Visit)
        .join(VisitParty, sa.and_(VisitParty.visit_id == Visit.id, VisitParty.bureau_id == me()))
        .where(
            Visit.tenant_id != me(),
            Visit.draw_id.is_not(None),
            Visit.state.in_([state.value for state in READY]),
            Visit.ends_on < today(),
            VisitParty.deferred_reason.is_(None),
            ~sa.exists().where(here, VisitPart.begun_at.is_not(None)),
        )
    )
    found = list(db.session.scalars(query.order_by(Visit.number)))
    asked = {visit.id: visits.my_substitution(visit.id) for visit in found}
    return [
        visit
        for visit in found
        if (one := asked[visit.id]) is None or one.state == SubstitutionState.RETURNED
    ]


def _enter(visit: Visit, cause: Cause, reason: str) -> list[OwedMatter]:
    """The matters of this bureau at a visit that are not in its list yet, each with a step."""
    matters = visits.matters(visit.id, me())
    known = queries.known_matters([one.id for one in matters])
    made = [_row(visit, matter, cause, reason) for matter in matters if matter.id not in known]
    db.session.add_all(made)
    db.session.flush()
    for one in made:
        text = Sentence(
            "%(item)s没有检查，列入待补查：%(why)s", item=one.item_name, why=one.reason or "到期未检查"
        )
        step(one, text, "matter.register", {"cause": one.cause})
    return made


def _row(visit: Visit, matter: VisitMatter, cause: Cause, reason: str) -> OwedMatter:
    campaign_id, draw_id = visit.required_campaign_id, visit.required_draw_id
    return OwedMatter(
        id=new_id(),
        tenant_id=me(),
        visit_id=visit.id,
        matter_id=matter.id,
        lead_id=visit.tenant_id,
        campaign_name=campaigns.campaign(campaign_id).name,
        draw_number=draws.draw(draw_id).number,
        visit_number=visit.number,
        entity_code=visit.entity_code,
        entity_name=visit.entity_name,
        entity_address=visit.entity_address,
        place_number=visit.place_number,
        item_number=matter.number,
        item_name=matter.name,
        cause=cause.value,
        reason=reason,
        since=today(),
        created_at=now(),
    )


def _pass_on(made: list[OwedMatter]) -> None:
    """A party that withdrew said who is to take its matters; that bureau is asked, and may decline."""
    for one in made:
        if one.cause != Cause.WITHDREW:
            continue
        answer = campaigns.my_party(visits.visit(one.visit_id).required_campaign_id).answer
        if answer is not None and answer.disposition == Disposition.HANDED_OVER and answer.handed_to:
            ask(one, answer.handed_to, answer.reason or one.reason)


def _tell_leads(made: list[OwedMatter]) -> None:
    """One word to each lead, however many there are."""
    for lead_id in sorted({one.lead_id for one in made}):
        number = sum(one.lead_id == lead_id for one in made)
        jobs.enqueue(
            JobName.NOTE_OWED,
            {"bureau_id": str(me()), "number": number},
            title=Sentence("通知牵头部门：待补查事项"),
            for_bureau=lead_id,
        )
