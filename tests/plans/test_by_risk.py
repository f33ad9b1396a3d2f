"""A line divided by credit class, and method and frequency by risk level: page, interface, F6, and what is refused (R-P5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.plans import queries, service
from onedoor.plans.queries import f6
from onedoor.plans.rules.by_risk import read_by_risk
from onedoor.plans.service.plan_file import load_plan, read_plan
from onedoor.targets.models import RiskScale
from tenants.rules import Permission as P
from tests.api.test_plans import PLACE, ask, line
from tests.api.test_registry_loads import token
from tests.fixtures import plans
from tests.fixtures.city import City
from tests.fixtures.plans import YEAR
from tests.web.plans.test_people import line_form

BY_RISK: dict[str, Any] = {
    "R1": {"times": 1, "method": "书面检查"},
    "R2": {"times": 4, "method": ""},
}
CLASSES = {"CD": {"all": True}, "C0": {"bp": 100}, "*": {"bp": 300}}


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    listed = plans.list_items(city)
    with city.acting("scjg.planner") as here:
        levels = [{"name": "低", "from": 0}, {"name": "高", "from": 60}]
        db.session.add(RiskScale(tenant_id=here.tenant_id, levels=levels))
    return listed


def test_both_are_published_in_f6_and_come_in_equal(city: City, items: dict[str, UUID]) -> None:
    with city.acting("scjg.planner"):
        plan = service.draft(YEAR)
        service.add_line(
            plan.id, **plans.line_of(items, "SCJG", stratify="class", rates=CLASSES, by_risk=BY_RISK)
        )
        (written,) = queries.lines(plan.id)
        assert (written.by_risk, written.rates) == (BY_RISK, CLASSES)
        assert str(f6.rates_text(written)) == "未定信用等级 1%；信用等级 D 全部；其余 3%"
        (row,) = f6.rows_of([written])
        said = "每年 1 次；风险等级 1 级（最低）：每年 1 次，书面检查；风险等级 2 级：每年 4 次"
        assert said in [str(cell) for cell in row]
        other = service.draft(YEAR)
        content = service.workbook(plan)
        assert [row.problems for row in read_plan(other.id, content)] == [[]]
        load_plan(other.id, content)
        (loaded,) = queries.lines(other.id)
        assert (loaded.stratify, loaded.rates, loaded.by_risk, loaded.times_a_year) == (
            "class",
            CLASSES,
            BY_RISK,
            1,
        )
        # What is not said again of a line stays, and an empty one takes it away.
        again = plans.line_of(items, "SCJG", stratify="class", rates=CLASSES)
        service.change_line(loaded.id, **again)
        assert loaded.by_risk == BY_RISK
        service.change_line(loaded.id, **again, by_risk={})
        assert loaded.by_risk == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"R9": {"times": 1}}, "没有“R9”这个风险等级"),
        ({"R1": {"times": 13}}, "每年 1 至 12 次"),
        ({"R1": {"times": None, "method": "书面检查"}}, "每年 1 至 12 次"),
        ({"R1": {"times": 2, "method": "随便看看"}}, "没有“随便看看”这种检查方式"),
    ],
)
def test_what_is_wrong_says_so(city: City, items: dict[str, UUID], given: Any, sentence: str) -> None:
    with city.acting("scjg.planner"):
        plan = service.draft(YEAR)
        with pytest.raises(ClerkError) as refused:
            service.add_line(plan.id, **plans.line_of(items, "SCJG", by_risk=given))
    assert sentence in str(refused.value.fields["by_risk"][0])


def test_a_cell_of_a_bureaus_own_is_read_beside_the_line_s_frequency() -> None:
    assert read_by_risk("每年 2 次") == ("每年 2 次", {})
    assert read_by_risk("每年1次；风险等级 3 级：每年3次，实地检查") == (
        "每年1次",
        {"R3": {"times": 3, "method": "实地检查"}},
    )


def test_the_form_has_them_and_the_page_shows_them(city: City, items: dict[str, UUID]) -> None:
    planner = city.client("scjg.planner")
    with city.acting("scjg.planner"):
        where = f"/plans/{service.draft(YEAR).id}"
    typed: dict[str, Any] = {
        "risk_times_R2": "4",
        "risk_method_R2": "实地检查",
        "rate_stratum": ["CD", "*", ""],
        "stratify": "class",
    }
    form = line_form(items, name="按风险", **typed)
    answer = planner.post(f"{where}/lines/new", data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with city.acting("scjg.planner"):
        key = where.rpartition("/")[2]
        (made,) = queries.lines(UUID(key))
        assert made.by_risk == {"R2": {"times": 4, "method": "实地检查"}} and made.stratify == "class"
    page = planner.get(f"/plans/lines/{made.id}").get_data(as_text=True)
    assert "风险等级 2 级：每年 4 次，实地检查" in page and "按信用等级分层" in page
    edit = planner.get(f"/plans/lines/{made.id}/edit").get_data(as_text=True)
    assert 'name="risk_times_R2"' in edit and "信用等级 D" in edit
    wrong = planner.post(f"{where}/lines/new", data={**form, "name": "另一行", "risk_times_R2": "常常"})
    assert wrong.status_code == 422 and "每年 1 至 12 次" in wrong.get_data(as_text=True)


def test_the_interface_takes_them(city: City, items: dict[str, UUID]) -> None:
    planner = token(city, "SCJG", P.BUREAU_READ, P.PLAN_DRAFT)
    plan = ask(city, "POST", PLACE, planner, year=YEAR, kind="yearly").get_json()["id"]
    body = line(items["SCJG"], stratify="class", rates=CLASSES, by_risk=BY_RISK)
    added = ask(city, "POST", f"{PLACE}{plan}/lines", planner, **body)
    assert added.status_code == 201, added.get_data(as_text=True)
    (row,) = added.get_json()["lines"]
    assert (row["by_risk"], row["rates"]) == (BY_RISK, CLASSES)
    for wrong in ({"R9": {"times": 1}}, {"R1": {"times": 99}}, {"R1": {"method": "实地检查"}}, "R1"):
        refused = ask(
            city, "POST", f"{PLACE}{plan}/lines", planner, **{**body, "name": "二", "by_risk": wrong}
        )
        assert refused.status_code == 422, wrong
