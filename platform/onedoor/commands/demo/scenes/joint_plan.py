"""Chapter two: the year's plan with a line for a joint check, reviewed, approved, published, filed, accepted by justice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.plans import queries, service
from onedoor.plans.models import PlanLine
from onedoor.targets import queries as target_queries
from tenants.rules import Role, permissions_of

PARTNERS = ("XFJY", "WSJK", "WLJ")
# Invited as well: one declines, one is silent.
INVITED = (*PARTNERS, "SWJ", "YJGL")
PLACES = ["住宿", "餐饮", "娱乐", "上网服务", "电影"]
SMALL = 1_000
AUTUMN = "登记事项随机抽查"
# What the officers of one bureau can do beside the rest.
FEW: dict[str, Any] = {"*": {"number": 12}}


# Whose yearly plan is filed after its day (R-P1).
LATE = "XFJY"
ADDED = "年中增补：公众聚集场所部门联合抽查"


def make(cast: Cast) -> UUID:
    """Make, file and have accepted the year's plan, in good time; returns the id of its joint line.

    Without a story it is one that is added in the course of a year.
    """
    cast.at(1, 6)
    kind = "yearly" if cast.story else "supplement"
    plan_id, line_id = _draft(cast, kind)
    with cast.acting("scjg.planner"):
        service.submit(plan_id)
    cast.at(1, 7)
    with cast.acting("scjg.reviewer"):
        service.review(plan_id, False, "请写明责任人和检查依据。", permissions_of(frozenset({Role.REVIEWER})))
    with cast.acting("scjg.planner"):
        service.submit(plan_id)
    cast.at(1, 8)
    carry_through(cast, plan_id, "SCJG")
    cast.at(1, 14)
    _accept(cast, plan_id)
    return line_id


def make_late(cast: Cast) -> None:
    """Another bureau's plan of the year comes to justice a week after its last day, and is accepted as late."""
    cast.at(1, 20)
    with cast.acting(f"{LATE.lower()}.planner") as person:
        plan_id = service.draft(today().year).id
        service.add_line(
            plan_id,
            name="消防安全随机抽查",
            items=[item_queries.published_items(cast.bureaus[LATE])[0].id],
            rates={"*": {"bp": 200}},
            starts_on=today(),
            ends_on=date(today().year, 12, 31),
            person_responsible=person.display_name,
            conditions={},
        )
        service.submit(plan_id)
    cast.at(1, 21)
    carry_through(cast, plan_id, LATE)
    cast.at(1, 24)
    _accept(cast, plan_id)


def add_now(cast: Cast) -> UUID:
    """A plan added today, of checks that are still to come; returns the id of its one line."""
    items = _items(cast, "SCJG")
    with cast.acting("scjg.planner") as person:
        plan = service.draft(today().year, "supplement", reason="年中增补：食品经营随机抽查")
        line_id = service.add_line(
            plan.id,
            name="食品经营随机抽查",
            items=items,
            rates=FEW,
            starts_on=today(),
            ends_on=date(today().year, 12, 31),
            person_responsible=person.display_name,
            conditions=_conditions(),
        ).id
        service.submit(plan.id)
    carry_through(cast, plan.id, "SCJG")
    _accept(cast, plan.id)
    return line_id


def carry_through(cast: Cast, plan_id: UUID, letters: str) -> None:
    """From the unit's word to publication and filing, the head's word a day later."""
    with cast.acting(f"{letters.lower()}.reviewer"):
        service.review(plan_id, True, "", permissions_of(frozenset({Role.REVIEWER})))
    cast.later(1)
    with cast.acting(f"{letters.lower()}.head"):
        service.approve(plan_id, True, "", permissions_of(frozenset({Role.HEAD})))
    with cast.acting(f"{letters.lower()}.planner"):
        service.publish(plan_id)
        service.file(plan_id)


def _accept(cast: Cast, plan_id: UUID) -> None:
    with cast.acting("sfj.supervisor"):
        for sent in filings.of_subject(plan_id):
            filing.answer(sent.id, True, "")


def autumn_line(cast: Cast) -> UUID:
    """The line of the year's plan that is drawn from in autumn."""
    with cast.acting("scjg.planner") as person:
        query = sa.select(PlanLine.id).where(PlanLine.tenant_id == person.tenant_id, PlanLine.name == AUTUMN)
        return db.session.scalars(query).one()


def rate(cast: Cast) -> dict[str, Any]:
    """A tenth of a small library, less of a large one: what the officers of the made-up city can do."""
    with cast.acting("scjg.planner"):
        count = len(target_queries.pool_rows(_conditions(), "none"))
    return {"*": {"bp": 1_000 if count < SMALL else 200}}


def _conditions() -> dict[str, Any]:
    """Public places; of a file that has none of them, all firms. Asked in the lead's scope."""
    asked = {"scope": PLACES}
    return asked if target_queries.pool_rows(asked, "none") else {"kinds": ["91", "92", "93"]}


def _items(cast: Cast, *letters: str) -> list[UUID]:
    """The first published matter of each of these bureaus."""
    with cast.acting("scjg.planner"):
        return [item_queries.published_items(cast.bureaus[one])[0].id for one in letters]


def _items_of(cast: Cast, place: int) -> list[UUID]:
    """The lead's published matter at this place of its list. Asked in the lead's scope."""
    return [item_queries.published_items(cast.bureaus["SCJG"])[place].id]


def _draft(cast: Cast, kind: str) -> tuple[UUID, UUID]:
    items = _items(cast, "SCJG", *INVITED)
    share = rate(cast)
    with cast.acting("scjg.planner") as person:
        plan = service.draft(today().year, kind, reason=ADDED if kind == "supplement" else "")
        line = service.add_line(
            plan.id,
            name="公众聚集场所部门联合抽查",
            items=items,
            rates=share,
            starts_on=cast.day(3, 17),
            ends_on=cast.until(5, 16),
            person_responsible=person.display_name,
            conditions=_conditions(),
            stratify="kind",
            reserve=2,
        )
        assert queries.line(line.id).joint
        service.add_line(
            plan.id,
            kind="daily",
            name="餐饮单位日常检查",
            items=items[:1],
            rates={"*": {"number": 20}},
            starts_on=today(),
            ends_on=date(today().year, 12, 31),
            person_responsible=person.display_name,
            conditions={},
        )
        if cast.story is not None:
            service.add_line(
                plan.id,
                name=AUTUMN,
                items=_items_of(cast, 1),
                rates=FEW,
                starts_on=cast.day(9, 8),
                ends_on=cast.day(11, 7),
                person_responsible=person.display_name,
                conditions={"kinds": ["91"]},
            )
        return plan.id, line.id
