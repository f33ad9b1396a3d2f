"""Checking what is owed: a visit of the bureau's own, which keeps that its object was drawn (R-J5, R-V9)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.items import queries as item_queries
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.owed_matters import queries
from onedoor.owed_matters.models import OwedMatter
from onedoor.owed_matters.rules import State
from onedoor.owed_matters.service.steps import end, me, open_matters, step
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import Kind, Source
from onedoor.visits.rules.states import VisitState


def open_check(owed_id: UUID, given: dict[str, Any]) -> Visit:
    """Register the visit that makes up for this matter and all else that is owed of the same visit; approval comes as for any.

    `given` as `schemas.OwedCheckSchema` loads it. The same key again is the same check.
    """
    there = visits.source_with_key(given["key"]) if given.get("key") else None
    if there is not None and queries.owed(owed_id).check_visit_id == there.visit_id:
        return visits.visit(there.visit_id)
    matters = open_matters(owed_id, True)
    visit = visiting.propose(_proposal(matters, given))
    for one in matters:
        one.state, one.check_visit_id = State.CHECKING.value, visit.id
        text = Sentence("补查%(item)s：%(number)s", item=one.item_name, number=visit.number)
        step(one, text, "matter.check", {"visit": visit.number}, about=[visit.id])
    return visit


def _proposal(matters: list[OwedMatter], given: dict[str, Any]) -> visiting.Proposal:
    first = matters[0]
    items = given.get("item_ids") or own_items(matters)
    if not items:
        raise ClerkError(
            "本单位已公布的事项清单里没有同编号的事项，请选择补查用的事项。",
            fields={"item_ids": [N_("请至少选择一个检查事项。")]},
        )
    last: date | None = given.get("ends_on")
    return visiting.Proposal(
        kind=Kind.RANDOM,
        source=Source.OWED,
        entity_code=first.entity_code,
        place_number=first.place_number,
        item_ids=items,
        inspector_ids=given.get("inspector_ids") or [],
        leader_id=given.get("leader_id"),
        starts_on=given["starts_on"],
        ends_on=last,
        reason=f"{first.campaign_name}抽中，检查 {first.visit_number} 时未检查，补查。",
        reference=first.draw_number,
        announced=bool(given.get("announced")),
        unannounced_basis=given.get("unannounced_basis") or "",
        key=given.get("key") or "",
        owed_visit_id=first.visit_id,
    )


def own_items(matters: Collection[OwedMatter]) -> list[UUID]:
    """The items of this bureau's published list that have the numbers of what is owed."""
    numbers = {one.item_number for one in matters}
    return [item.id for item in item_queries.published_items(me()) if item.number in numbers]


def settle_check(visit_id: UUID) -> int:
    """What a visit makes up for is checked once its record was accepted, and owed again where it was called off; returns how many changed."""
    changed = 0
    for one in queries.of_check(visit_id):
        if one.state == State.CHECKING:
            changed += _settle(one, visits.visit(visit_id))
    db.session.flush()
    return changed


def _settle(found: OwedMatter, visit: Visit) -> int:
    part = visits.parts(visit.id).get(me())
    if part is not None and part.accepted_at is not None:
        end(found, State.CHECKED, "")
        text = Sentence("已补查%(item)s：%(number)s", item=found.item_name, number=visit.number)
        step(found, text, "matter.complete", {"visit": visit.number}, about=[visit.id])
        return 1
    if visit.state == VisitState.CANCELLED.value:
        found.state, found.check_visit_id = State.OPEN.value, None
        text = Sentence("补查已取消，%(item)s仍待补查", item=found.item_name)
        step(found, text, "matter.reopen", {"visit": visit.number}, about=[visit.id])
        return 1
    return 0
