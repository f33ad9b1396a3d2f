"""Two bureaus at one door, each with its own check (R-J4), and another bureau's result instead of a second check (R-J7)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.firms import METHODS
from onedoor.commands.demo.scenes import joint_visits
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import EntityStatus
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.targets import queries as target_queries
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.service import Proposal
from tenants import approvals

# Who comes along.
PARTNER = "XFJY"


def firms() -> set[str]:
    """The codes of the firms in this bureau's library."""
    return set(db.session.scalars(target_queries.targets().with_only_columns(Entity.code)))


def checked_by_others() -> str | None:
    """A firm of this bureau's library about which another bureau published a result: the one that was longest ago not visited."""
    found = (
        disclosures.search("result")
        .with_only_columns(Disclosure.entity_code)
        .where(Disclosure.tenant_id != current_scope().tenant_id, Disclosure.until.is_(None))
        .order_by(None)
    )
    visited = sa.select(sa.func.max(Visit.scheduled_on)).where(Visit.entity_id == Entity.id).scalar_subquery()
    query = (
        target_queries.targets()
        .with_only_columns(Entity.code)
        .where(Entity.status == EntityStatus.ACTIVE, Entity.code.in_(found))
        .order_by(visited.nulls_first(), Entity.code)
        .limit(1)
    )
    return db.session.scalar(query)


def recognise(cast: Cast, visit: Visit) -> None:
    """At the door the officer uses what another bureau found there lately, where the matter's item allows it."""
    with cast.acting("scjg.officer"):
        found = queries.recognisable(visit)
        for matter in queries.matters(visit.id):
            if found and matter.name in METHODS:
                reason = "该部门近期已到同一场所检查，结果可以说明登记事项与现场一致"
                service.recognise(visit.id, matter.id, found[0].id, reason)


def go_together(cast: Cast, proposal: Proposal, first: str) -> int:
    """The partner would go to the same firm apart, is asked, and comes along; returns how many results were made public."""
    with cast.acting(f"{PARTNER.lower()}.planner"):
        own = next(one for one in item_queries.my_items() if one.state == ItemState.PUBLISHED and team(one))
        theirs = replace(
            proposal, item_ids=[own.id], inspector_ids=[one.id for one in team(own)],
            reason="群众反映疏散通道堆放杂物", complainant_name="", complainant_phone="",
        )  # fmt: skip
    going = {
        first: register(cast, proposal, first),
        PARTNER: register(cast, theirs, PARTNER),
    }
    for letters, visit in going.items():
        approve(cast, visit.id, letters)
    with cast.acting(f"{first.lower()}.planner"):
        asked = service.ask_to_combine(going[first].id, cast.bureaus[PARTNER]).id
    cast.settle()
    with cast.acting(f"{PARTNER.lower()}.planner"):
        service.answer_combination(asked, True, "")
    cast.settle()
    for letters, visit in going.items():
        with cast.acting(f"{letters.lower()}.planner"):
            service.issue_notice(visit.id)
            day = queries.visit(visit.id).scheduled_on
    cast.on(day, 10)
    for letters, visit in going.items():
        joint_visits.scan(cast, visit)
        joint_visits.begin(cast, visit, letters)
    cast.wait()
    records = {
        letters: joint_visits.hand_in(cast, visit, letters, "nothing") for letters, visit in going.items()
    }
    cast.later(1)
    for letters, visit in going.items():
        joint_visits.accept(cast, letters, records[letters])
        joint_visits.report(cast, visit, letters, "nothing")
    cast.later(5)
    return sum(joint_visits.disclose(cast, letters, [record_id]) for letters, record_id in records.items())


def register(cast: Cast, proposal: Proposal, letters: str) -> Visit:
    """Registered by its planner and handed to the head."""
    with cast.acting(f"{letters.lower()}.planner"):
        visit = service.propose(proposal)
        service.submit_check(visit.id)
        return visit


def approve(cast: Cast, visit_id: UUID, letters: str) -> None:
    """The word of the unit and of the head."""
    for role in ("reviewer", "head"):
        with cast.acting(f"{letters.lower()}.{role}") as person:
            waiting = approvals.waiting_for("check", visit_id)
            assert waiting is not None
            service.decide_check(waiting, True, "", person.permissions)


def team(item: Item) -> list[Inspector]:
    """Two officers with an account and what the item needs, one who may lead; nobody where there are not so many."""
    able = [
        one
        for one in officer_queries.my_inspectors()
        if one.user_id is not None and set(item.qualifications) <= set(one.qualifications)
    ]
    leading = [one for one in able if one.leads]
    return (
        [leading[0], next(one for one in able if one is not leading[0])] if leading and len(able) > 1 else []
    )
