"""A library is brought up to date by statements over all rows at once, however many come and go (issue 5, "Size")."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.imports import service as import_service
from onedoor.kernel.db import db
from onedoor.kernel.job_progress import NoProgress
from onedoor.targets import service as target_service
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm

pytestmark = pytest.mark.committed("its tests go on from one another")


def registered(city: City, first: int, number: int) -> None:
    with city.acting("scjg.planner"):
        rows = [firm(n, scope="塔楼保洁") for n in range(first, first + number)]
        import_service.run_import(
            import_service.begin_import("entities", "保洁.csv", as_csv(rows)).id, NoProgress()
        )


def ceased(city: City, number: int) -> None:
    in_business = queries.entities().where(Entity.scope == "塔楼保洁", Entity.status == "active")
    with city.acting("scjg.planner"):
        for one in db.session.scalars(in_business.limit(number)).all():
            entity_service.correct(one, "status", "注销", "登记注销", "")


def brought_up_to_date(city: City) -> tuple[dict[str, int], list[str]]:
    """What a run did, and its statements."""
    result: list[str] = []

    def hear(_link: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        result.append(statement)

    with city.acting("wsjk.planner"):
        sa.event.listen(db.engine, "before_cursor_execute", hear)
        try:
            return target_service.refresh_targets(lambda *_steps: None), result
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", hear)


def test_a_run_asks_no_more_for_more_firms(city: City, library: None) -> None:
    with city.acting("wsjk.planner"):
        target_service.save_rule("保洁", {"scope": "保洁"})
    registered(city, 8801, 2)
    few, asked = brought_up_to_date(city)
    registered(city, 8811, 30)
    many, asked_of_many = brought_up_to_date(city)
    assert (few["added"], many["added"]) == (2, 30)
    assert len(asked_of_many) == len(asked)
    assert sum("INSERT INTO target " in each for each in asked_of_many) == 1
    leaving = []
    for number in (2, 20):
        ceased(city, number)
        gone, asked = brought_up_to_date(city)
        assert gone["ended"] == number
        leaving.append(len(asked))
    assert leaving[0] == leaving[1]
