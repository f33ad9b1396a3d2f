"""Checks that no draw made: a daily, a special, a single-case and an emergency one, from their source to disclosure (R-V9).

The special one uses another bureau's result; to the single-case one another bureau comes along.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.firms import METHODS
from onedoor.commands.demo.scenes import joint_visits, one_door
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import EntityStatus
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.plans import queries as plans
from onedoor.targets import queries as target_queries
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import Exceptional, Kind, Source
from onedoor.visits.service import Proposal

LETTERS = "SCJG"
# A daily, a special, a single-case and an emergency one.
DAYS = ((6, 16), (6, 27), (7, 8), (7, 17))
NONE_BEGUN: dict[str, int] = {kind.value: 0 for kind in Kind}


def carry_out(cast: Cast) -> int:
    """The four, each to its end; returns how many results were made public."""
    done = 0
    for number, (month, day) in enumerate(DAYS):
        cast.at(month, day)
        with cast.acting(f"{one_door.PARTNER.lower()}.planner"):
            shared = one_door.firms()
        with cast.acting("scjg.planner"):
            proposal = _proposals(shared)[number]
        if proposal.source is Source.COMPLAINT:
            done += one_door.go_together(cast, proposal, LETTERS)
        else:
            done += _one(cast, proposal)
    return done


def count(cast: Cast) -> dict[str, int]:
    """Checks begun, by kind; a joint one once."""
    counted = dict(NONE_BEGUN)
    for letters in cast.bureaus:
        with cast.acting(f"{letters.lower()}.planner"):
            for kind, number in queries.begun_by_kind(own=True).items():
                counted[kind] += number
    return counted


def _one(cast: Cast, proposal: Proposal) -> int:
    visit = one_door.register(cast, proposal, LETTERS)
    if proposal.exceptional is not None:
        # At the door before the head has decided; the approval comes in the meantime.
        record_id = joint_visits.record(cast, visit, LETTERS, 0)
        one_door.approve(cast, visit.id, LETTERS)
        cast.later(5)
        return joint_visits.disclose(cast, LETTERS, [record_id])
    one_door.approve(cast, visit.id, LETTERS)
    with cast.acting("scjg.planner"):
        service.issue_notice(visit.id)
        day = queries.visit(visit.id).scheduled_on
    cast.on(day, 10)
    if proposal.kind is Kind.SPECIAL:
        joint_visits.begin(cast, visit, LETTERS)
        one_door.recognise(cast, visit)
    record_id = joint_visits.record(cast, visit, LETTERS, 0)
    cast.later(5)
    return joint_visits.disclose(cast, LETTERS, [record_id])


def _proposals(shared: set[str]) -> list[Proposal]:
    (line,) = queries.open_lines(Kind.DAILY.value)
    published = [
        one for one in item_queries.my_items() if one.state == ItemState.PUBLISHED and one_door.team(one)
    ]
    listed = published[0]
    single = _firms(listed, Entity.code.in_(shared))[0]
    daily, urgent, *others = _firms(listed, Entity.code != single)
    special = one_door.checked_by_others() or others[0]
    elsewhere = next((one for one in published if one.name in METHODS), listed)
    going: dict[str, Any] = {
        "inspector_ids": [one.id for one in one_door.team(listed)],
        "item_ids": [listed.id],
    }
    first = Proposal(
        kind=Kind.DAILY, source=Source.PLAN_LINE, entity_code=daily, line_id=line.id, starts_on=today(),
        ends_on=_last_day(), reason="按年度计划进行日常检查", **going,
    )  # fmt: skip
    outside = replace(first, line_id=None, reference=f"示市监督〔{today().year}〕18号")
    return [
        replace(first, item_ids=_foreseen(line.id)),
        replace(
            outside, kind=Kind.SPECIAL, source=Source.DEPLOYMENT, entity_code=special, reason="部署食品安全专项检查",
            item_ids=[elsewhere.id], special_number=f"示市监专〔{today().year}〕2号", special_approval=f"示政办函〔{today().year}〕31号",
        ),
        replace(
            outside, kind=Kind.SINGLE, source=Source.COMPLAINT, entity_code=single, reason="群众反映经营场所卫生问题",
            complainant_name="示例投诉人", complainant_phone="13900000000",
        ),
        replace(
            outside, kind=Kind.SINGLE, source=Source.ACCIDENT, entity_code=urgent, ends_on=None, reason="报告发生设备故障",
            exceptional=Exceptional.EMERGENCY, exceptional_reason="可能危及人身安全，须立即到场",
        ),
    ]  # fmt: skip


def _foreseen(line_id: UUID) -> list[UUID]:
    """The published version of what the daily line foresees."""
    numbers = {one.item_number for one in plans.line_items(line_id)}
    return [
        one.id
        for one in item_queries.my_items()
        if one.number in numbers and one.state == ItemState.PUBLISHED
    ]


def _last_day() -> date:
    return min(today() + timedelta(days=14), date(today().year, 12, 31))


def _firms(item: Item, *conditions: Any) -> list[str]:
    """Firms of the bureau's library that the item is about and nobody has visited."""
    visited = sa.select(Visit.entity_id)
    query = (
        target_queries.targets()
        .with_only_columns(Entity.code)
        .where(
            Entity.status == EntityStatus.ACTIVE,
            Entity.kind.in_(item.object_kinds),
            Entity.id.not_in(visited),
            *conditions,
        )
        .order_by(Entity.code)
        .limit(4)
    )
    return list(db.session.scalars(query))
