"""Two lists of one bureau frozen before either's visits exist, at a cap that one of them uses up (R-P6; issue 18)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.campaigns import service
from onedoor.config import Config
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.jobs import Job, JobName
from onedoor.plans.models import VisitCap
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import begin, commit, reveal
from tests.conftest import city_alone
from tests.fixtures.city import City
from tests.fixtures.databases import Databases


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


def frozen_job(city: City, draw_id: UUID) -> Job:
    with city.acting("scjg.planner"):
        query = sa.select(Job).where(
            Job.name == JobName.FREEZE_LIST, Job.payload["draw_id"].as_string() == str(draw_id)
        )
        return db.session.scalars(query.order_by(Job.created_at.desc()).limit(1)).one()


def test_two_campaigns_at_once_do_not_both_draw_the_last_visit(city: City, run_jobs: Any) -> None:
    """The attack: open two campaigns over the same firms, each of which may be visited once more, and draw both."""
    world = World(city).fill()
    with city.acting("scjg.planner"):
        bureau = city.bureaus["SCJG"]
        db.session.add(
            VisitCap(tenant_id=bureau, year=today().year, entity_kind="*", visits=1, basis="示范文件")
        )
    first, second = world.ready(()), world.ready(())
    one = begin(world, first)
    run_jobs()
    assert frozen_job(city, one).state == "done"
    other = begin(world, second)
    run_jobs()
    refused = frozen_job(city, other)
    assert refused.state == "failed" and "今年只能再检查一次" in (refused.problem or "")
    nonce = commit(world, one)
    run_jobs()
    reveal(world, one, nonce)
    run_jobs()
    # The first has its result and its visits: now the second is frozen, without those it drew.
    with city.acting("scjg.planner"):
        assert service.freeze_list(other)["statuses"]["XCAP"] > 0
        db.session.rollback()
