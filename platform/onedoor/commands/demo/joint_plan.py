"""Chapter two: a plan line for a joint check, reviewed, approved, published, filed, accepted by justice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onedoor.commands.demo.cast import Cast
from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.plans import queries, service
from onedoor.targets import queries as target_queries
from tenants.rules import Role, permissions_of

PARTNERS = ("XFJY", "WSJK", "WLJ")
# Invited as well: one declines, one is silent.
INVITED = (*PARTNERS, "SWJ", "YJGL")
PLACES = ["住宿", "餐饮", "娱乐", "上网服务", "电影"]
SMALL = 1_000


def make(cast: Cast) -> UUID:
    """Make, file and have accepted this year's added plan; returns the id of its joint line."""
    plan_id, line_id = _draft(cast)
    with cast.acting("scjg.planner"):
        service.submit(plan_id)
    with cast.acting("scjg.reviewer"):
        service.review(plan_id, False, "请写明责任人和检查依据。", permissions_of(frozenset({Role.REVIEWER})))
    with cast.acting("scjg.planner"):
        service.submit(plan_id)
    with cast.acting("scjg.reviewer"):
        service.review(plan_id, True, "", permissions_of(frozenset({Role.REVIEWER})))
    with cast.acting("scjg.head"):
        service.approve(plan_id, True, "", permissions_of(frozenset({Role.HEAD})))
    with cast.acting("scjg.planner"):
        service.publish(plan_id)
        service.file(plan_id)
    with cast.acting("sfj.supervisor"):
        for sent in filings.of_subject(plan_id):
            filing.answer(sent.id, True, "")
    return line_id


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


def _draft(cast: Cast) -> tuple[UUID, UUID]:
    items = _items(cast, "SCJG", *INVITED)
    share = rate(cast)
    with cast.acting("scjg.planner") as person:
        plan = service.draft(today().year, "supplement", reason="年中增补：公众聚集场所部门联合抽查")
        line = service.add_line(
            plan.id,
            name="公众聚集场所部门联合抽查",
            items=items,
            rates=share,
            starts_on=today(),
            ends_on=date(today().year, 12, 31),
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
        return plan.id, line.id
