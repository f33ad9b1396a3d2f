"""The team of a check that no draw made: named by the unit, of its bureau's officers who may check there (R-D5, R-L8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries as entity_queries
from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.visits.rules.source_strings import N_
from onedoor.visits.service.audit_trail import own_bureau


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
    return team


def _officer(inspector_id: UUID, code: str, day: date) -> Inspector:
    officer = db.session.get(Inspector, inspector_id)
    if officer is None or officer.tenant_id != own_bureau():
        raise _unfit(Sentence("所选人员不在本单位的执法人员名录里。"))
    name = officer.name
    if officer.status != "active" or officer.certificate_number is None:
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
