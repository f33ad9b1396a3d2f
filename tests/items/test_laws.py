"""A law that changed flags the items that rest on it (R-L4)."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.items.models import Item
from onedoor.items.rules.laws import Ended, changes_under, rests_on
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from tests.fixtures import plans
from tests.fixtures.city import City


@pytest.mark.parametrize(
    ("basis", "article", "found"),
    [
        ("《中华人民共和国食品安全法》第一百零九条", "第一百零九条", True),
        ("《食品安全法》第一百零九条、第一百一十条", "第一百一十条", True),
        ("《食品安全法》第一百零九条之一", "第一百零九条", False),
        ("《食品安全法》第一百零九条", "第九条", False),
        ("《食品安全法实施条例》第九条", "", False),
        ("《食品安全法》第三条", "", True),
        ("《价格法》第九条《食品安全法》第三条", "第九条", False),
    ],
)
def test_a_basis_names_an_article_of_that_law_alone(basis: str, article: str, found: bool) -> None:
    ended = Ended("食品安全法", article, date(2026, 3, 1), True)
    assert rests_on(basis, ended) is found
    assert (changes_under(basis, [ended], date(2026, 3, 1)) == []) and bool(
        changes_under(basis, [ended], date(2026, 2, 1))
    ) is found


def test_the_operator_enters_a_change_and_the_bureau_is_told(city: City) -> None:
    items: dict[str, UUID] = plans.list_items(city, "SCJG")
    with city.acting("scjg.planner"):
        db.session.execute(
            sa.update(Item)
            .where(Item.id == items["SCJG"])
            .values(basis="《示范市样品条例》第三十条", updated_at=sa.func.now() - timedelta(days=400))
        )
    operator, planner = city.client("sjj.ops"), city.client("scjg.planner")
    law = {"title": "《示范市样品条例》", "number": "示人常〔2020〕1号", "since": "2020-01-01"}
    assert operator.post("/platform/laws", data={**law, "title": ""}).status_code == 422
    assert operator.post("/platform/laws", data=law).status_code == 303
    assert operator.post("/platform/laws", data=law).status_code == 422
    assert "示范市样品条例" in operator.get("/platform/laws").get_data(as_text=True)
    with city.acting("scjg.planner"):
        law_id = str(db.session.scalar(sa.text("SELECT id FROM law")))
    change = {
        "law_id": law_id,
        "article": "第三十条",
        "changed_on": (today() - timedelta(days=2)).isoformat(),
        "repealed": "yes",
        "document": "示人常〔2026〕9号",
    }
    assert operator.post("/platform/laws/changes", data={**change, "article": "三十"}).status_code == 422
    assert (
        operator.post("/platform/laws/changes", data={**change, "changed_on": "2001-01-01"}).status_code
        == 422
    )
    assert operator.post("/platform/laws/changes", data=change).status_code == 303
    assert "第三十条" in unescape(planner.get(f"/registry/items/{items['SCJG']}").get_data(as_text=True))
    assert "依据已变动" in unescape(planner.get("/registry/coverage").get_data(as_text=True))
    assert planner.post("/platform/laws", data=law).status_code == 403
