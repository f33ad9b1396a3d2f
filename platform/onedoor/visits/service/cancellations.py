"""Visits that do not take place, or not in part: superseded by another draw, or left for later by who withdrew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import PartyState
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.draws.states import DrawState
from onedoor.kernel import jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence, store_sentence
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitMember, VisitParty
from onedoor.visits.rules.kinds import Source
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import led_visit, record_step
from tenants import queries as tenants


def drop_former(campaign: Campaign, draw_id: UUID) -> None:
    """Visits of a former draw of the campaign that have not begun are called off (R-D7, R-P4).

    So is whatever else that draw drew, visits or not: beside its result stands that another draw came in its place.
    """
    reason = Sentence("抽查任务已再次抽取，以新的抽取结果为准")
    former = [
        each
        for each in draws.of_campaign(campaign.id)
        if each.id != draw_id and each.state == DrawState.DRAWN
    ]
    begun: dict[UUID, set[str]] = defaultdict(set)
    for visit in queries.of_campaign(campaign.id) if former else ():
        if visit.draw_id == draw_id:
            continue
        if queries.visit_state(visit).parts.begun:
            begun[visit.required_draw_id].add(visit.object_code)
        elif visit.state != VisitState.CANCELLED.value:
            visit.state, visit.cancelled_at = VisitState.CANCELLED.value, now()
            store_sentence(visit, "cancel_reason", reason)
            text = Sentence("取消检查：%(reason)s", reason=reason)
            record_step(visit, "visit", text, "visit.cancel")
    for each in former:
        drawing.call_off_rest(each.id, reason, but=begun[each.id])


def defer(campaign: Campaign) -> None:
    """Matters of a party that withdrew late are left for later at visits it has not begun (R-J5)."""
    late = {party.tenant_id: party for party in campaigns.parties(campaign.id) if deferred(party)}
    left: list[tuple[Visit, str, str]] = []
    for visit in queries.of_campaign(campaign.id) if late else ():
        begun = {bureau for bureau, part in queries.parts(visit.id).items() if part.begun_at}
        for party in queries.parties(visit.id):
            if party.bureau_id in late and party.bureau_id not in begun and party.deferred_reason is None:
                reason = deferred(late[party.bureau_id])
                party.owed = True
                store_sentence(party, "deferred_reason", reason)
                text = Sentence(
                    "%(bureau)s的事项另行检查：%(reason)s", bureau=party.bureau_name, reason=reason
                )
                record_step(visit, "visit", text, "visit.defer")
                left.append((visit, party.list_name, reason or ""))
        drop_empty(visit)
    call_off(left)
    tell_owed(campaign, late)


def tell_owed(campaign: Campaign, bureau_ids: Iterable[UUID]) -> None:
    """Bureaus whose drawn matters are left for later enter them in their lists of what is owed (R-J5)."""
    for bureau_id in bureau_ids:
        jobs.enqueue(
            JobName.REGISTER_OWED,
            {"campaign_id": str(campaign.id)},
            title=Sentence("登记待补查事项：%(name)s", name=campaign.name),
            subject=("campaign", campaign.id),
            for_bureau=bureau_id,
        )


def defer_part(visit_id: UUID, bureau_id: UUID, reason: str) -> None:
    """A partner said that it cannot come: its matters are left for later and are owed (R-J5); the lead's job.

    A part that has begun, or was left already, stays as it is.
    """
    visit = led_visit(visit_id)
    party = next((one for one in queries.parties(visit.id) if one.bureau_id == bureau_id), None)
    part = queries.parts(visit.id).get(bureau_id)
    if party is None or party.deferred_reason is not None or (part is not None and part.begun_at is not None):
        return
    why = Sentence("不能到场，事项另行检查，理由：%(reason)s", reason=reason)
    slots = draws.current_state(visit.required_draw_id).places(party.list_name, visit.object_code)
    party.owed = True
    leave_part(visit, party, slots, why, "本单位不能到场")
    text = Sentence("%(bureau)s的事项另行检查：%(reason)s", bureau=party.bureau_name, reason=why)
    record_step(visit, "visit", text, "visit.defer")
    call_off([(visit, party.list_name, why)])


def settle_owed(visit: Visit) -> None:
    """Where a check makes up for what was owed, the list of that learns how it stands (R-J5)."""
    if visit.source == Source.OWED:
        title = Sentence("更新待补查事项：%(name)s", name=visit.entity_name)
        jobs.enqueue(
            JobName.SETTLE_OWED, {"visit_id": str(visit.id)}, title=title, subject=("visit", visit.id)
        )


def drop_empty(visit: Visit) -> bool:
    """A visit on which every party's matters are left for later does not take place; whether that was found now.

    What its draw shows of it is for who calls: a substitution has its own entry in the log.
    """
    parties = queries.parties(visit.id)
    if visit.state == VisitState.CANCELLED.value or not all(party.deferred_reason for party in parties):
        return False
    visit.state, visit.cancelled_at = VisitState.CANCELLED.value, now()
    visit.cancel_reason = parties[0].deferred_reason
    visit.cancel_reason_said = parties[0].deferred_reason_said
    text = Sentence("取消检查：%(reason)s", reason=visit.cancel_reason)
    record_step(visit, "visit", text, "visit.cancel")
    return True


def leave_part(visit: Visit, party: VisitParty, slots: Collection[int], why: Sentence, left: str) -> None:
    """One bureau's part of a visit ends with the reason, its members' places with `left`; the others' stay.

    A part that was carried out stays as it is: that is its result.
    """
    part = queries.parts(visit.id).get(party.bureau_id)
    if part is not None and part.begun_at is not None:
        return
    store_sentence(party, "deferred_reason", why)
    for member in queries.team(visit.id):
        if member.bureau_id == party.bureau_id and member.slot in slots:
            member.left_at, member.left_reason = now(), left
    visit.unfilled = [slot for slot in visit.unfilled if slot not in slots]
    db.session.flush()
    drop_empty(visit)
    if visit.state == VisitState.CANCELLED.value:
        return
    if visit.state == VisitState.WAITING.value and not visit.unfilled:
        visit.state = VisitState.PROPOSED.value
    tell_anew(visit)
    lead_again(visit)


def call_off(left: Iterable[tuple[Visit, str, str]]) -> None:
    """Nobody comes to these visits for these lists, and why: it stands beside the result, and the supervisor is told (R-D7)."""
    found: dict[tuple[UUID, str], dict[str, list[str]]] = {}
    for visit, list_name, reason in left:
        found.setdefault((visit.required_draw_id, reason), {}).setdefault(visit.object_code, []).append(
            list_name
        )
    for (draw_id, reason), objects in found.items():
        drawing.call_off(draw_id, objects, reason)


def deferred(party: campaigns.Party) -> Sentence | None:
    """Why a party's drawn matters are not checked now: it withdrew after the freeze (R-J5)."""
    answer = party.answer
    if party.state is not PartyState.WITHDRAWN_LATE or answer is None:
        return None
    if answer.handed_to:
        to = tenants.bureau(answer.handed_to).name
        return Sentence("名单冻结后退出，事项移交%(to)s办理，理由：%(reason)s", to=to, reason=answer.reason)
    return Sentence("名单冻结后退出，事项另行检查，理由：%(reason)s", reason=answer.reason)


def tell_anew(visit: Visit) -> None:
    """A notice that names who does not come is sent again (R-D6)."""
    if visit.state == VisitState.NOTICED.value and not queries.visit_state(visit).parts.begun:
        visit.state, visit.notice_file_id = VisitState.APPROVED.value, None


def lead_again(visit: Visit) -> None:
    """A team has a leader of those drawn for it (R-D5): the first that may lead, or the first, if its leader has gone."""
    team: list[VisitMember] = queries.team(visit.id)
    if team and not any(member.leader for member in team):
        able = queries.leading(member.inspector_id for member in team)
        chosen = next((member for member in team if member.inspector_id in able), team[0])
        chosen.leader = True
        db.session.flush()
