"""A plan is published first and then filed (R-P1): the filing says where and when, and what is not public is not filed."""

from __future__ import annotations

from uuid import UUID

import pytest

from onedoor.disclosure import queries as public
from onedoor.disclosure import service as disclosure
from onedoor.kernel.errors import Conflict
from onedoor.plans import queries, service
from tests.fixtures import plans
from tests.fixtures.city import City


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


def test_what_is_not_public_is_not_filed(city: City, items: dict[str, UUID]) -> None:
    approved = plans.approved_plan(city, items)
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="请先公布"):
        service.file(approved)
    with city.acting("scjg.planner"):
        service.publish(approved)
        series = queries.my_plan(approved).series_id
    with city.acting("scjg.planner"):
        disclosure.withdraw("plan", series, "公布有误")
        with pytest.raises(Conflict, match="第 1 版现在没有向社会公布"):
            service.file(approved)


def test_the_filing_says_where_and_when_it_was_published(city: City, items: dict[str, UUID]) -> None:
    published = plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        made = service.file(published)
        series = queries.my_plan(published).series_id
        shown = public.of_subject("plan", series)
        assert shown is not None
        for one in made:
            assert one.summary["公布位置"] == f"本平台公示网站 /open/plans/{series}"
            assert one.summary["公布时间"].startswith(str(shown.since.year))
    receiver = city.client("sfj.supervisor").get(f"/filing/{made[0].id}").get_data(as_text=True)
    assert f"/open/plans/{series}" in receiver and "公布时间" in receiver
