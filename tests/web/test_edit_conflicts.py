"""Two people with the same form open: the later one is told what was written meanwhile, keeps what was typed, and may then save it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from lxml import html  # type: ignore[import-untyped]
from werkzeug.datastructures import MultiDict

import onedoor.web
from onedoor.plans import queries as plan_queries
from onedoor.targets import service as target_service
from tests.fixtures import plans
from tests.fixtures.answers import text
from tests.fixtures.city import City

OPERATOR = "sjj.ops"
WEB = Path(onedoor.web.__file__).parent
Opened = tuple[str, FlaskClient, str]


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


def _form(client: FlaskClient, path: str) -> MultiDict[str, str]:
    found = html.fromstring(text(client.get(path))).xpath("//form[.//input[@name='seen']]")
    assert len(found) == 1, path
    return MultiDict(found[0].form_values())


def _plan(city: City, items: dict[str, UUID]) -> Opened:
    plan = plans.draft_plan(city, items)
    return f"/plans/{plan}/head", city.client("scjg.planner"), "title"


def _line(city: City, items: dict[str, UUID]) -> Opened:
    plan = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        (line,) = plan_queries.lines(plan)
        return f"/plans/lines/{line.id}/edit", city.client("scjg.planner"), "person_responsible"


def _person(city: City, _items: dict[str, UUID]) -> Opened:
    planner = city.person("scjg.planner")
    return f"/settings/users/{planner.user_id}/edit", city.client("scjg.admin"), "post"


def _factor(city: City, _items: dict[str, UUID]) -> Opened:
    with city.acting("scjg.planner"):
        factor = target_service.save_factor("同看的因素", 3, {"scope": ["餐饮"]})
    return f"/registry/targets/risk/factors/{factor.id}", city.client("scjg.planner"), "name"


def _place(city: City, _items: dict[str, UUID]) -> Opened:
    operator = city.client(OPERATOR)
    place = {"code": "990166", "name": "同看街道", "level": "town", "parent": "990100"}
    assert operator.post("/platform/places", data=place).status_code == 303
    return "/platform/places/990166", operator, "name"


def _qualification(city: City, _items: dict[str, UUID]) -> Opened:
    operator = city.client(OPERATOR)
    assert operator.post("/platform/qualifications/new", data={"name": "同看的资质"}).status_code == 303
    return _newest(operator, "/platform/qualifications"), operator, "note"


def _basis(city: City, _items: dict[str, UUID]) -> Opened:
    given = {
        "kind": "serious",
        "name": "同看的依据",
        "law": "某办法",
        "article": "第三条",
        "most_days": "365",
        "active": "1",
    }
    operator = city.client(OPERATOR)
    assert operator.post("/platform/listing-bases", data=given).status_code == 303
    return _newest(operator, "/platform/listing-bases"), operator, "article"


def _newest(client: FlaskClient, path: str) -> str:
    """The address of the thing called 同看的 on a list's page."""
    links = html.fromstring(text(client.get(path))).xpath(
        f"//a[contains(@href, '{path}/')][contains(., '同看的')]/@href"
    )
    rows = html.fromstring(text(client.get(path))).xpath(
        f"//tr[contains(., '同看的')]//a[contains(@href, '{path}/')]/@href"
    )
    return str([*links, *rows][0])


@pytest.mark.parametrize("opened", [_plan, _line, _person, _factor, _place, _qualification, _basis])
def test_nobody_writes_over_a_colleague_unknowing(
    opened: Callable[[City, dict[str, UUID]], Opened], city: City, items: dict[str, UUID]
) -> None:
    """The first stands, the second keeps what was typed and is told who changed which field; saved again, it is taken."""
    path, client, field = opened(city, items)
    first, second = _form(client, path), _form(client, path)
    first[field], second[field] = "第一人写的", "第二人写的"
    assert client.post(path, data=first).status_code == 303
    told = text(client.post(path, data=second), 422)
    assert "已由他人修改（" in told or "这条记录已由他人修改。" in told
    assert "您打开以后，此项已由他人改为“第一人写的”。" in told
    page = html.fromstring(told)
    (again,) = page.xpath("//form[.//input[@name='seen']]")
    kept = MultiDict(again.form_values())
    assert kept[field] == "第二人写的"
    assert _form(client, path)[field] == "第一人写的"
    assert client.post(path, data=kept).status_code == 303
    assert _form(client, path)[field] == "第二人写的"


@pytest.mark.parametrize("seen", ["x", "[]", "{}", '{"title": 3}', "{" * 5000])
def test_what_says_nothing_is_a_conflict(seen: str, city: City, items: dict[str, UUID]) -> None:
    """A field of the page that somebody mended by hand stops the save, and breaks nothing."""
    path, client, field = _plan(city, items)
    given = _form(client, path)
    given["seen"], given[field] = seen, "丙写的"
    assert "已由他人修改" in text(client.post(path, data=given), 422)


def test_every_form_of_a_record_has_its_version() -> None:
    """A page that fills a form from a record (`forms.of`) does it by `edit_conflicts.opened`."""
    filled = [
        module
        for module in WEB.rglob("*.py")
        if "forms.of(" in module.read_text() and module.parent.name != "shell"
    ]
    assert len(filled) > 8
    assert [module.name for module in filled if "opened(" not in module.read_text()] == []


def test_today_is_shown_as_a_day(city: City, items: dict[str, UUID]) -> None:
    """A day that was changed is named as the form shows it."""
    path, client, _field = _line(city, items)
    first, second = _form(client, path), _form(client, path)
    year = date.fromisoformat(first["starts_on"]).year
    first["starts_on"] = f"{year}-03-02"
    assert client.post(path, data=first).status_code == 303
    assert f"此项已由他人改为“{year}-03-02”" in text(client.post(path, data=second), 422)
