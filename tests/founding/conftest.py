"""The story of the demo told in a database, served to a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.config import Config
from onedoor.disclosure.models import Disclosure
from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.plans.models import PlanLine
from onedoor.visits.models import Followup, Record, Visit, VisitMatter
from tests.fixtures.browser import served
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.founding.walk import Walk


@pytest.fixture(scope="module")
def told(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(told: tuple[Config, MainJobResult]) -> Config:
    return told[0]


def _things(city: City, result: MainJobResult, bureau: str) -> dict[str, Any]:
    """What addresses name: a published result of the lead's with its visit and follow-up, and an item of the bureau."""
    with city.acting("scjg.planner"):
        record = db.session.execute(
            sa.select(Record.id, Record.visit_id, Visit.entity_id, Followup.id.label("followup"))
            .join(Visit, Visit.id == Record.visit_id)
            .join(Followup, Followup.record_id == Record.id)
            .join(Disclosure, sa.and_(Disclosure.subject_id == Record.id, Disclosure.until.is_(None)))
            .where(Record.tenant_id == city.bureaus["SCJG"], Followup.kind != "none")
            .order_by(Record.created_at)
            .limit(1)
        ).one()
        own = sa.and_(VisitMatter.visit_id == record.visit_id, VisitMatter.bureau_id == city.bureaus["SCJG"])
        matter = db.session.scalar(sa.select(VisitMatter.id).where(own).limit(1))
        plan = db.session.scalar(sa.select(PlanLine.plan_id).where(PlanLine.id == result.line_id))
    with city.acting(f"{bureau}.planner"):
        own = Item.tenant_id == city.bureaus[bureau.upper()]
        item = db.session.scalar(
            sa.select(Item.id).where(own, Item.state == "published").order_by(Item.number)
        )
    return {
        "record": record.id,
        "visit": record.visit_id,
        "entity": record.entity_id,
        "followup": record.followup,
        "matter": matter,
        "plan": plan,
        "line": result.line_id,
        "campaign": result.campaign_id,
        "draw": result.draw_id,
        "item": item,
        "lead": city.bureaus["SCJG"],
    }


@pytest.fixture
def walk(
    app: Flask,
    city: City,
    context: Any,
    told: tuple[Config, MainJobResult],
    request: pytest.FixtureRequest,
) -> Iterator[Walk]:
    things = _things(city, told[1], request.module.BUREAU)
    with served(app) as address:
        yield Walk(context, address, city, things)
