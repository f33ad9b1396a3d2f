"""An object that cannot be visited: its bureau asks, its unit decides, and the next of the reserve comes (draw.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.rules.states import CampaignState
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.kernel import jobs, locks
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Substitution, Visit, VisitPart, VisitParty
from onedoor.visits.rules.states import SubstitutionState, VisitState
from onedoor.visits.rules.substitution import HINDRANCE_NAMES, Hindrance, public_reason
from onedoor.visits.service.audit_trail import led_visit, own_bureau, record_step
from onedoor.visits.service.conduct import my_part, on_the_team
from onedoor.visits.service.handover import end_part, visit_the_one_that_comes
from onedoor.visits.service.merged_objects import visit_once
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission

KIND = "substitute"
ARRANGING = frozenset({Permission.VISIT_MANAGE, Permission.DRAW_OPERATE})


def ask_substitute(visit_id: UUID, kind: str, note: str, permissions: frozenset[Permission]) -> Substitution:
    """Ask that another object come for the one of this visit, for this bureau's list; its unit decides.

    An officer asks for a visit they are on, who arranges visits or draws for any of their bureau. Raises `Conflict` for
    a check that has begun and found somebody, and where the reserve is exhausted.
    """
    visit = queries.visit(visit_id)
    party, part = queries.my_party(visit.id), my_part(visit)
    if not permissions & ARRANGING:
        on_the_team(visit)
    if not note.strip():
        text = N_("请写明怎样核实的。")
        raise ClerkError(text, fields={"note": [text]})
    # What goes into the log is refused here, where somebody can still write it otherwise.
    drawing.tidy(note, "note")
    going = queries.my_substitution(visit.id)
    if going is not None:
        raise Conflict("已于 %(at)s 申请改由替补对象，不必重复。", at=going.asked_at.date())
    _expect_possible(visit, part)
    _expect_reserve(visit, party)
    row = Substitution(
        id=new_id(),
        tenant_id=own_bureau(),
        visit_id=visit.id,
        entity_code=visit.object_code,
        entity_name=visit.called,
        kind=Hindrance(kind).value,
        note=note.strip(),
        state=SubstitutionState.ASKED,
        asked_at=now(),
        asked_by=current_scope().actor_name,
    )
    db.session.add(row)
    db.session.flush()
    title = Sentence("%(name)s：改由替补对象", name=visit.called)
    approvals.ask(KIND, row.id, title, "review", Permission.VISIT_REVIEW)
    why = Sentence(HINDRANCE_NAMES[Hindrance(kind)])
    record_step(
        visit,
        "visit",
        Sentence("申请改由替补对象：%(reason)s", reason=why),
        "substitution.ask",
        {"kind": kind},
    )
    return row


def decide_substitute(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """The unit's word; if it agrees, the lead's job does the rest."""
    row = queries.substitution(approval.subject_id, lock=True)
    visit = queries.visit(row.visit_id)
    if approved:
        part = my_part(visit)
        _in_turn(visit)
        _expect_possible(visit, part)
        if part.begun_at is not None and part.accepted_at is None:
            raise Conflict(
                "请先审核“%(name)s”无法联系的检查记录，再决定是否改由替补对象。", name=row.entity_name
            )
        _expect_reserve(visit, queries.my_party(visit.id))
    approvals.decide(approval, approved, reason, permissions)
    row.state = "approved" if approved else "returned"
    row.decided_at, row.decider_name = now(), current_scope().actor_name
    row.return_reason = None if approved else reason.strip()
    db.session.flush()
    if not approved:
        text = Sentence("不同意改由替补对象：%(reason)s", reason=reason.strip())
        record_step(visit, "visit", text, "substitution.return", {"reason": reason.strip()})
        return
    record_step(visit, "visit", Sentence("同意改由替补对象"), "substitution.approve")
    jobs.enqueue(
        JobName.SUBSTITUTE_OBJECT,
        {"substitution_id": str(row.id)},
        title=Sentence("改由替补对象：%(name)s", name=row.entity_name),
        subject=("visit", visit.id),
        for_bureau=visit.tenant_id,
    )


def substitute(substitution_id: UUID) -> dict[str, Any]:
    """Carry out what a bureau decided, in the lead's scope and in one transaction: register, teams, visits.

    Asked again for what is done, it changes nothing.
    """
    row = queries.substitution(substitution_id)
    visit = led_visit(row.visit_id)
    campaign = campaigns.campaign(visit.required_campaign_id, lock=True)
    party = next((each for each in queries.parties(visit.id) if each.bureau_id == row.tenant_id), None)
    if row.state != SubstitutionState.APPROVED or party is None:
        raise NotFound("没有找到已同意的替补申请。")
    done = draws.substitutes(visit.required_draw_id).get((party.list_name, visit.object_code))
    if done is not None:
        return {"comes": done, "added": 0}
    if campaign.draw_id != visit.draw_id or campaign.state in (CampaignState.CANCELLED, CampaignState.CLOSED):
        raise Conflict("抽查任务“%(name)s”已经停止、结束或另行抽取，不再安排替补对象。", name=campaign.name)
    kind = Hindrance(row.kind)
    made = drawing.substitute(
        visit.required_draw_id, party.list_name, visit.object_code, public_reason(kind, row.note)
    )
    end_part(visit, party, made.ended, Sentence(HINDRANCE_NAMES[kind]))
    comes = visit_the_one_that_comes(campaign, visit.required_draw_id, party.list_name, made)
    text = Sentence(
        "%(bureau)s的抽中对象%(out)s由替补对象%(comes)s接替",
        bureau=party.bureau_name,
        out=visit.called,
        comes=comes.called,
    )
    for one in (visit, comes):
        record_step(one, "draw", text, "object.substitute", {"out": visit.object_code, "in": made.comes})
    # Whoever comes may be one, by now, with somebody who was drawn.
    visit_once(visit.required_draw_id)
    return {"comes": made.comes, "added": 1, "unfilled": len(made.unfilled)}


def why_no_substitute(visit: Visit) -> ClerkError | None:
    """Why this bureau cannot ask for a substitute now, or None if it can; for the page."""
    try:
        party = queries.my_party(visit.id)
        if party.deferred_reason is not None:
            return Conflict("本单位的事项已改为另行检查：%(reason)s", reason=party.deferred_reason)
        _expect_possible(visit, queries.parts(visit.id).get(own_bureau()))
        _expect_reserve(visit, party)
    except ClerkError as problem:
        return problem
    return None


def _expect_possible(visit: Visit, part: VisitPart | None) -> None:
    if visit.drawn is None:
        raise Conflict("这次检查不是抽取产生的，没有替补对象。对象无法检查的，请取消检查并写明原因。")
    campaign = campaigns.campaign(visit.drawn[0])
    if campaign.draw_id != visit.draw_id or campaign.state in (CampaignState.CANCELLED, CampaignState.CLOSED):
        raise Conflict("抽查任务“%(name)s”已经停止、结束或另行抽取，不再安排替补对象。", name=campaign.name)
    if visit.ends_on < today():
        raise Conflict("抽查任务的期限已于 %(last)s 结束，不能再安排替补对象。", last=visit.ends_on)
    if visit.state == VisitState.SUBMITTED.value:
        raise Conflict("检查正在审批中，请等审批结束，或请审批人退回后再申请改由替补对象。")
    if part is not None and part.begun_at is not None and part.outcome != "unreachable":
        raise Conflict("检查已经开始。确实无法联系的，请先记下“无法联系”并提交检查记录，再申请改由替补对象。")


def _expect_reserve(visit: Visit, party: VisitParty) -> None:
    """What is left of the stratum's reserve is more than what was decided and is still to be carried out."""
    found = draws.reserve_of(visit.required_draw_id, party.list_name, visit.object_code)
    if found is None:
        raise Conflict("这个对象现在不在本部门抽中的名单里，不能改由替补对象。")
    drawn, left = found
    stratum = drawn[visit.object_code]
    ahead = sum(
        drawn.get(other.entity_code) == stratum
        for other in queries.my_decided_substitutions(visit.required_draw_id)
    )
    if len(left) <= ahead:
        raise Conflict(drawing.EXHAUSTED)


def _in_turn(visit: Visit) -> None:
    """Two who decide at once take turns, so that one substitute is not promised twice."""
    locks.hold(f"substitutes {visit.draw_id} {own_bureau()}")
