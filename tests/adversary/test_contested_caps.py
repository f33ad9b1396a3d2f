"""Two lists of one bureau frozen before either's visits exist, at a cap that one of them uses up (R-P6; issue 18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import service
from onedoor.config import Config
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import Job, JobName
from onedoor.plans.models import VisitCap
from tasks.draws import keep_deadlines
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import begin, commit, reveal
from tests.conftest import city_alone
from tests.fixtures.city import City
from tests.fixtures.databases import Databases


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


@pytest.fixture(scope="module")
def filled(city: City) -> World:
    return World(city).fill()


@pytest.fixture
def world(filled: World, owner: psycopg.Connection) -> Iterator[World]:
    """No cap, and no draw that goes on."""
    yield filled
    owner.execute("DELETE FROM visit_cap")
    for letters in ("SCJG", "YJGL"):
        with filled.city.acting(f"{letters.lower()}.operator"):
            for each in db.session.scalars(draws.going_on()).all():
                drawing.give_up(each.id, "试验结束")


def frozen_job(city: City, draw_id: UUID) -> Job:
    with city.acting("scjg.planner"):
        query = sa.select(Job).where(
            Job.name == JobName.FREEZE_LIST, Job.payload["draw_id"].as_string() == str(draw_id)
        )
        return db.session.scalars(query.order_by(Job.created_at.desc(), Job.id.desc()).limit(1)).one()


def once_a_year(city: City, *bureaus: str) -> None:
    """Each firm may be visited once."""
    for letters in bureaus:
        with city.acting(f"{letters.lower()}.planner"):
            cap = VisitCap(
                tenant_id=city.bureaus[letters],
                year=today().year,
                entity_kind="*",
                visits=1,
                basis="示范文件",
            )
            db.session.add(cap)


def draw(world: World, draw_id: UUID, run_jobs: Any) -> None:
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()


def frozen_lists(city: City, draw_id: UUID) -> set[str]:
    with city.acting("scjg.planner"):
        return {each.list_name.partition("-")[2] for each in draws.deposits(draw_id)}


def keep(city: City, run_jobs: Any) -> None:
    """The clock's job, and what it asks for."""
    with city.app.app_context():
        keep_deadlines()
    run_jobs()


def test_two_campaigns_at_once_do_not_both_draw_the_last_visit(
    city: City, world: World, run_jobs: Any
) -> None:
    """The attack: open two campaigns over the same firms, each of which may be visited once more, and draw both. The later
    list waits, its page says for what, and it goes on by itself once the visits of the first are there."""
    once_a_year(city, "SCJG")
    first, second = world.ready(()), world.ready(())
    one = begin(world, first)
    run_jobs()
    assert frozen_lists(city, one) == {"SCJG"}
    other = begin(world, second)
    run_jobs()
    job = frozen_job(city, other)
    assert job.state == "done" and frozen_lists(city, other) == set()
    with city.acting("scjg.planner"):
        number = draws.draw(one).number
        assert job.outcome == {"waits": [{"bureau": "示范市市场监督管理局", "number": number}]}
        # It is not given up meanwhile: the days to freeze count from the end of the wait.
        due = drawing.deadline(draws.draw(other))
        assert due is not None and due > draws.draw(other).created_at + timedelta(days=9)
    keep(city, run_jobs)
    assert frozen_lists(city, other) == set(), "nothing has changed"
    planner = city.client("scjg.planner")
    for address in (f"/campaigns/{second}", f"/draws/{other}"):
        page = planner.get(address).get_data(as_text=True)
        assert "名单在等另一次抽取" in page and number in page
    draw(world, one, run_jobs)
    keep(city, run_jobs)
    # The first has its result and its visits: the second is frozen by itself, without those it drew.
    assert frozen_lists(city, other) == {"SCJG"}
    with city.acting("scjg.planner"):
        (own,) = draws.deposits(other)
        drawn = {each.code for each in draws.outcome(one).objects}
        assert own.statuses["XCAP"] > 0
        assert draws.waits(other) == []
    draw(world, other, run_jobs)
    with city.acting("scjg.planner"):
        assert not drawn & {each.code for each in draws.outcome(other).objects}
    assert "名单在等另一次抽取" not in planner.get(f"/draws/{other}").get_data(as_text=True)


def test_a_campaigns_lists_wait_together_and_go_on_together(city: City, world: World, run_jobs: Any) -> None:
    """Of three parties one has a list elsewhere: none of the three is frozen before that draw has ended."""
    once_a_year(city, "SCJG", "YJGL")
    first, second = world.ready(()), world.ready(("YJGL", "XFJY"))
    one = begin(world, first)
    run_jobs()
    other = begin(world, second)
    run_jobs()
    assert frozen_lists(city, one) == {"SCJG"} and frozen_lists(city, other) == set()
    with city.acting("xfjy.planner"):
        # A partner reads who waits, and in the row no object.
        assert [each.bureau_name for each in draws.waits(other)] == ["示范市市场监督管理局"]
    with city.acting("scjg.operator"):
        drawing.give_up(one, "改期")
    keep(city, run_jobs)
    assert frozen_lists(city, other) == {"SCJG", "YJGL", "XFJY"}


def test_two_draws_do_not_wait_for_each_other(city: City, world: World, run_jobs: Any) -> None:
    """Each begun before either's lists are in, by jobs in whatever order: the line opened first goes first."""
    once_a_year(city, "SCJG", "YJGL")
    first, second = world.ready(("YJGL",)), world.ready(("YJGL",))
    one, other = begin(world, first), begin(world, second)
    with city.acting("yjgl.planner"):
        # The later draw's job comes first.
        assert service.freeze_list(other)["waits"]
    run_jobs()
    assert frozen_lists(city, one) == {"SCJG", "YJGL"} and frozen_lists(city, other) == set()
    draw(world, one, run_jobs)
    keep(city, run_jobs)
    assert frozen_lists(city, other) == {"SCJG", "YJGL"}


def test_without_a_cap_nobody_waits(city: City, world: World, run_jobs: Any) -> None:
    one, other = begin(world, world.ready(())), begin(world, world.ready(()))
    run_jobs()
    assert frozen_lists(city, one) == frozen_lists(city, other) == {"SCJG"}


def test_a_party_does_not_put_the_end_off_for_good(
    city: City, world: World, owner: psycopg.Connection, run_jobs: Any
) -> None:
    """The attack: a partner writes its own row, with a moment years away from which the days to freeze would count."""
    once_a_year(city, "SCJG")
    begin(world, world.ready(()))
    other = begin(world, world.ready(()))
    run_jobs()
    owner.execute(
        "UPDATE list_turn SET waits_for = NULL, waits_number = NULL, freed_at = now() + interval '9 years' WHERE draw_id = %s",
        [other],
    )
    with city.acting("scjg.planner"):
        due, begun = drawing.deadline(draws.draw(other)), draws.draw(other).created_at
        assert due is not None and due <= begun + timedelta(days=15)


def test_a_stranger_reads_of_no_wait(city: City, world: World, run_jobs: Any) -> None:
    once_a_year(city, "SCJG")
    begin(world, world.ready(()))
    other = begin(world, world.ready(()))
    run_jobs()
    with city.acting("xfjy.planner"):
        assert draws.waits(other) == [] and draws.my_earlier(other) == []
        with pytest.raises(ClerkError):
            service.freeze_list(other)
