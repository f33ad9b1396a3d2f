"""The team of a check that no draw made: named by the unit, of its bureau's officers who may check there (R-D5, R-L8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.rules.states import UnitAnswer
from onedoor.entities import queries as entity_queries
from onedoor.items.models import Item
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitMatter, VisitMember, VisitUnit
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import led_visit, own_bureau, record_step
from tenants import units
from tenants.rules import Permission


def chosen_team(ids: Sequence[UUID], code: str, items: Sequence[Item], day: date) -> list[Inspector]:
    """The officers named: this bureau's, at work with a valid certificate, not recused, qualified (R-D5, R-L8)."""
    team = [_officer(one, code, day) for one in dict.fromkeys(ids)]
    if len(team) < 2:
        raise ClerkError(
            "检查组至少要有 2 名持有效执法证的执法人员。",
            fields={"inspector_ids": [N_("请至少选择 2 名执法人员。")]},
        )
    for item in items:
        able = [one for one in team if set(item.qualifications) <= set(one.qualifications)]
        if len(able) < 2:
            raise ClerkError(
                "检查“%(item)s”至少要有 2 人具备：%(needed)s。",
                item=item.name,
                needed=list(item.qualifications),
                fields={"inspector_ids": [N_("检查组缺少事项所需的资格。")]},
            )
    _check_units(team, items)
    return team


def expect_seat(visit_id: UUID, may: Callable[[Permission], bool]) -> None:
    """Raise `Forbidden` unless whoever works here is on this check's team, or of the unit that manages it: nobody else puts it off,
    ends what followed, or completes its report. `may` says which permissions they have.
    """
    if queries.my_place(visit_id) is not None:
        return
    if not (may(Permission.VISIT_MANAGE) or may(Permission.VISIT_REVIEW)):
        raise Forbidden("您不在这次检查的检查组里，请由检查组的执法人员或者管理这次检查的科室办理。")
    found = queries.units_of(visit_id, own_bureau())
    if found and all(units.is_others(unit_id) for unit_id in found):
        raise units.others(next(iter(found)))


def _check_units(team: Sequence[Inspector], items: Sequence[Item]) -> None:
    """Where items of several units are checked together, each unit sends an officer (R-J2)."""
    asked = {item.unit_id for item in items if item.unit_id is not None}
    if len(asked) < 2:
        return
    for unit_id in asked - {one.unit_id for one in team}:
        raise ClerkError(
            "事项分属几个科室的，每个科室都要有人参加：检查组里没有“%(unit)s”的执法人员。",
            unit=units.unit(unit_id).name if unit_id else "",
            fields={"inspector_ids": [N_("请加上这个科室的执法人员。")]},
        )


def ask_units(visit: Visit) -> None:
    """The units of a check of several are asked for their parts; that of whoever proposes it agrees by that (R-J2)."""
    found = queries.units_of(visit.id)
    for unit_id, name in found.items() if len(found) > 1 else ():
        agreed = unit_id == units.my_unit()
        db.session.add(
            VisitUnit(
                tenant_id=visit.tenant_id,
                visit_id=visit.id,
                unit_id=unit_id,
                unit_name=name,
                state="agreed" if agreed else "asked",
                answered_at=now() if agreed else None,
                answered_by=current_scope().actor_name if agreed else None,
            )
        )
    db.session.flush()


def answer_for_unit(visit_id: UUID, unit_id: UUID, agreed: bool, reason: str) -> VisitUnit:
    """A unit agrees to its part of a check, or declines with the reason; by its own people (R-J2, R-T5)."""
    visit = led_visit(visit_id)
    row = next((one for one in queries.visit_units(visit.id) if one.unit_id == unit_id), None)
    if row is None:
        raise NotFound("这个科室在这次检查里没有事项。")
    units.refuse_others(unit_id)
    if visit.state not in (VisitState.PROPOSED.value, VisitState.PENDING.value):
        raise Conflict("检查已经提交审批或已经取消，不能再改答复。")
    if not agreed and not reason.strip():
        raise ClerkError("请写明不参加的理由。", fields={"reason": [N_("请写明理由。")]})
    row.state, row.reason = ("agreed", "") if agreed else ("declined", reason.strip())
    row.answered_at, row.answered_by = now(), current_scope().actor_name
    text = Sentence("%(unit)s同意检查本科室的事项", unit=row.unit_name)
    if not agreed:
        text = Sentence("%(unit)s不参加：%(reason)s", unit=row.unit_name, reason=row.reason)
    record_step(visit, "visit", text, "visit.answer", {"unit": row.unit_name, "state": row.state})
    db.session.flush()
    return row


def expect_units(visit: Visit) -> None:
    """Raise until every unit has agreed to its part."""
    for row in queries.visit_units(visit.id):
        if row.state == UnitAnswer.ASKED:
            raise Conflict("“%(unit)s”还没有答复是否参加，答复以后再提交审批。", unit=row.unit_name)
        if row.state == UnitAnswer.DECLINED:
            raise Conflict(
                "“%(unit)s”不参加：%(reason)s。请取消后去掉它的事项，重新登记。",
                unit=row.unit_name,
                reason=row.reason,
            )


def refuse_other_units(visit: Visit, matter: VisitMatter, officer: VisitMember) -> None:
    """Each unit checks its own part: the matters of one that sent somebody are for its officers (R-J2)."""
    if matter.unit_id is None or len(queries.units_of(visit.id, own_bureau())) < 2:
        return
    there = {
        one.id: one.unit_id
        for member in queries.team(visit.id)
        if member.bureau_id == own_bureau()
        and (one := db.session.get(Inspector, member.inspector_id)) is not None
    }
    if matter.unit_id in there.values() and there.get(officer.inspector_id) != matter.unit_id:
        raise Forbidden(
            "“%(name)s”由“%(unit)s”的执法人员检查和填写。", name=matter.name, unit=matter.unit_name
        )


def _officer(inspector_id: UUID, code: str, day: date) -> Inspector:
    officer = db.session.get(Inspector, inspector_id)
    if officer is None or officer.tenant_id != own_bureau():
        raise _unfit(Sentence("所选人员不在本单位的执法人员名录里。"))
    name = officer.name
    if officer.status != InspectorStatus.ACTIVE or officer.certificate_number is None:
        raise _unfit(Sentence("%(name)s没有有效的执法证，或现在不能执法。", name=name))
    if officer.certificate_expires_on is None or officer.certificate_expires_on < day:
        ends = officer.certificate_expires_on or "—"
        raise _unfit(Sentence("%(name)s的执法证到 %(day)s 为止，检查那天已经失效。", name=name, day=ends))
    if _is_recused(officer, code, day):
        raise _unfit(Sentence("%(name)s对这个对象已登记回避，不能参加。", name=name))
    if db.session.scalar(
        sa.select(Inspector.id).where(Inspector.id == officer.id, officer_queries.away_on(day))
    ):
        raise _unfit(Sentence("%(name)s检查那天休假。", name=name))
    return officer


def _is_recused(officer: Inspector, code: str, day: date) -> bool:
    """By any code of the object: merged entities are one (R-T4)."""
    codes = {code, *entity_queries.merges.one_with(code)}
    return any(
        one.inspector_id == officer.id and one.entity_code in codes
        for one in officer_queries.my_recusals(day)
    )


def _unfit(why: Sentence) -> ClerkError:
    text = N_("请换一名执法人员。")
    return ClerkError("%(why)s请换一名执法人员。", why=why, fields={"inspector_ids": [why, text]})


def chosen_leader(team: Sequence[Inspector], leader_id: UUID | None) -> Inspector:
    """The leader named, one of the team who may lead; unless named the first who may (R-D5)."""
    able = [one for one in team if one.leads]
    if leader_id is None and able:
        return able[0]
    for one in able:
        if one.id == leader_id:
            return one
    raise ClerkError(
        "组长应是检查组里可以担任组长的人员。",
        fields={"leader_id": [N_("请在检查组里选择可以担任组长的人员。")]},
    )
