"""Several units of one party: each lists and answers its own part of what the bureau brings (R-J2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, PartyInspector, PartyItem, PartyList, PartyUnit
from onedoor.campaigns.rules import Level, Problem
from onedoor.campaigns.rules.states import UnitAnswer
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.officers import queries as officer_queries
from tenants import units


@dataclass(frozen=True)
class UnitPart:
    """What a unit says: whether it takes part, with which of its matters and officers, or why not."""

    agreed: bool
    item_ids: Sequence[UUID] = ()
    inspector_ids: Sequence[UUID] = ()
    reason: str = ""


def items_by_unit(campaign_id: UUID) -> dict[UUID, set[UUID]]:
    """The matters this bureau brings, by the unit they belong to; what belongs to none is the whole bureau's."""
    found: dict[UUID, set[UUID]] = {}
    for item in queries.my_items(campaign_id):
        if item.unit_id is not None:
            found.setdefault(item.unit_id, set()).add(item.item_id)
    return found


def ask_units(campaign: Campaign, before: dict[UUID, set[UUID]]) -> None:
    """The units whose matters the bureau brings are asked for their parts, where there are several; that of whoever answers agrees
    by that, and what a unit had agreed to stands while its matters are the same as `before`.
    """
    there = {row.unit_id: row for row in queries.my_units(campaign.id)}
    brought = items_by_unit(campaign.id)
    if len(brought) < 2:
        brought = {}
    for unit_id in there.keys() - brought.keys():
        db.session.delete(there[unit_id])
    for unit_id, items in brought.items():
        row = there.get(unit_id)
        if row is None:
            row = _new(campaign, unit_id)
        elif row.state == UnitAnswer.AGREED and before.get(unit_id) == items:
            continue
        agreed = unit_id == units.my_unit()
        row.state, row.reason = UnitAnswer.AGREED if agreed else UnitAnswer.ASKED, ""
        row.answered_at, row.answered_by = (now(), current_scope().actor_name) if agreed else (None, None)
    db.session.flush()


def put_answer(campaign: Campaign, own: PartyList, unit_id: UUID, said: UnitPart) -> PartyUnit:
    """A unit's word on its part: its own matters and officers, or no with the reason; by its own people (R-T5).

    Its matters and officers are put in the place of those the bureau brought for it; those of the others stay.
    """
    row = next((one for one in queries.my_units(campaign.id) if one.unit_id == unit_id), None)
    if row is None:
        raise Conflict("这个科室在本部门的部分里没有事项，或者事项只属于一个科室，不必分别答复。")
    units.refuse_others(unit_id)
    _check(campaign, said, unit_id)
    officers = _officers_of(unit_id)
    _keep(PartyItem, campaign.id, PartyItem.unit_id == unit_id, PartyItem.item_id, _of(said, said.item_ids))
    mine = PartyInspector.inspector_id.in_(officers)
    kept = _of(said, said.inspector_ids)
    _keep(PartyInspector, campaign.id, mine, PartyInspector.inspector_id, kept)
    _expect_team(campaign, own)
    row.state, row.reason = (
        (UnitAnswer.AGREED, "") if said.agreed else (UnitAnswer.DECLINED, said.reason.strip())
    )
    row.answered_at, row.answered_by = now(), current_scope().actor_name
    text = Sentence("%(unit)s同意检查本科室的事项", unit=row.unit_name)
    if not said.agreed:
        text = Sentence("%(unit)s不参加：%(reason)s", unit=row.unit_name, reason=row.reason)
    record_step(campaign, "answer.unit", text, after={"unit": row.unit_name, "state": row.state})
    db.session.flush()
    return row


def problems_of_units(campaign_id: UUID) -> list[Problem]:
    """The units that have not answered yet: told, and not waited for."""
    return [
        Problem(
            "“%(unit_name)s”还没有答复是否参加。名单冻结以前没有答复的，按本部门的答复参加。",
            Level.WARN,
            unit_name=row.unit_name,
            where="list",
        )
        for row in queries.my_units(campaign_id)
        if row.state == UnitAnswer.ASKED
    ]


def _new(campaign: Campaign, unit_id: UUID) -> PartyUnit:
    row = PartyUnit(
        tenant_id=current_scope().tenant_id,
        campaign_id=campaign.id,
        unit_id=unit_id,
        unit_name=units.unit(unit_id).name,
    )
    db.session.add(row)
    return row


def _check(campaign: Campaign, said: UnitPart, unit_id: UUID) -> None:
    if not said.agreed:
        if not said.reason.strip():
            raise ClerkError("请写明不参加的理由。", fields={"reason": [N_("请写明理由。")]})
        if not set(items_by_unit(campaign.id)) - {unit_id} and not _unowned(campaign.id):
            raise Conflict("本部门的部分只剩这个科室的事项；都不参加的，请由本部门答复不参加。")
        return
    brought = items_by_unit(campaign.id).get(unit_id, set())
    if not said.item_ids or set(said.item_ids) - brought:
        raise ClerkError(
            "只能从本部门这次要查的、属于本科室的事项里选择。",
            fields={"item_ids": [N_("请至少选择一个本科室的事项。")]},
        )
    there = {one.inspector_id for one in queries.party_inspectors(campaign.id, current_scope().tenant_id)}
    if set(said.inspector_ids) - (_officers_of(unit_id) & there):
        raise ClerkError(
            "只能从本部门这次要派的、属于本科室的执法人员里选择。",
            fields={"inspector_ids": [N_("请在本科室的执法人员里选择。")]},
        )


def _unowned(campaign_id: UUID) -> bool:
    return any(one.unit_id is None for one in queries.my_items(campaign_id))


def _of(said: UnitPart, ids: Sequence[UUID]) -> set[UUID]:
    return set(ids) if said.agreed else set()


def _officers_of(unit_id: UUID) -> set[UUID]:
    return {one.id for one in officer_queries.my_inspectors() if one.unit_id == unit_id}


def _keep(model: Any, campaign_id: UUID, which: Any, key: Any, kept: Collection[UUID]) -> None:
    """Of the bureau's rows of `which` those with these keys stay."""
    mine = (model.campaign_id == campaign_id, model.tenant_id == current_scope().tenant_id)
    db.session.execute(sa.delete(model).where(*mine, which, key.not_in(kept)))
    db.session.flush()


def _expect_team(campaign: Campaign, own: PartyList) -> None:
    left = len(queries.party_inspectors(campaign.id, current_scope().tenant_id))
    if left < own.team_size:
        raise ClerkError(
            "每组 %(size)s 人，名单上只剩 %(count)s 名执法人员，组不成检查组。请多派几名人员。",
            size=own.team_size,
            count=left,
            fields={"inspector_ids": [N_("请多选几名执法人员。")]},
        )
