"""Ordered rules of rates in a plan's line: form, interface, F6, forecast, and what is refused (R-P5)."""

from __future__ import annotations

from html import unescape
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.errors import ClerkError
from onedoor.plans import queries, service
from onedoor.plans.queries import f6
from onedoor.plans.rules.rates import forecast
from onedoor.plans.rules.rule_rows import RuleRow, read_rule_rows, rows_of_rules
from onedoor.plans.service.plan_file import load_plan, read_plan
from onedoor.targets.rules.rate_rules import Count, read_rate_rules, small_joined, stratum_name
from tenants.rules import Permission as P
from tests.api.test_plans import PLACE, ask, line
from tests.api.test_registry_loads import token
from tests.fixtures import plans
from tests.fixtures.city import City
from tests.fixtures.plans import YEAR

RULES: list[dict[str, Any]] = [
    {"when": {"classes": ["D"]}, "rate": {"all": True}},
    {"when": {"kinds": ["91"], "places": ["990102"], "tags": ["投诉举报"]}, "rate": {"bp": 1050}},
    {"when": {"kinds": ["92"]}, "rate": {"number": 5}},
    {"when": {}, "rate": {"bp": 300}},
]


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


def test_rules_go_out_in_f6_and_come_in_equal(city: City, items: dict[str, UUID]) -> None:
    """R-P5, R-P1: published with the plan, in the words of its form."""
    with city.acting("scjg.planner"):
        plan = service.draft(YEAR)
        given = plans.line_of(items, "SCJG", stratify="rules", rate_rules=RULES)
        service.add_line(plan.id, **{**given, "rates": None})
        (written,) = queries.lines(plan.id)
        assert written.rates == {
            "FULL": {"all": True},
            "P1050": {"bp": 1050},
            "N3": {"number": 5},
            "P300": {"bp": 300},
        }
        said = str(f6.rates_text(written))
        assert said.startswith("信用等级：D 全部；所在地：") and said.endswith(
            "主体类型：个体工商户 5 户；其余 3%"
        )
        other = service.draft(YEAR)
        content = service.workbook(plan)
        assert [row.problems for row in read_plan(other.id, content)] == [[]]
        load_plan(other.id, content)
        (loaded,) = queries.lines(other.id)
        assert (loaded.stratify, loaded.rate_rules, loaded.rates) == ("rules", RULES, written.rates)
        # Another division takes their place.
        service.change_line(loaded.id, **{**given, "stratify": "none", "rates": {"*": {"bp": 300}}})
        assert loaded.rate_rules == [] and loaded.rates == {"*": {"bp": 300}}


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ([], "请填写 1 至 30 条比例规则"),
        ("D", "请填写 1 至 30 条比例规则"),
        ([{"when": {"classes": ["D"]}, "rate": {"all": True}}], "最后一条规则是其余的全部对象"),
        ([{"when": {}, "rate": {"bp": 1}}, {"when": {}, "rate": {"bp": 2}}], "只有最后一条规则可以不填条件"),
        (
            [{"when": {"classes": ["E"]}, "rate": {"bp": 1}}, {"when": {}, "rate": {"bp": 2}}],
            "选取规则有几处",
        ),
        ([{"when": {"codes": ["1"]}, "rate": {"bp": 1}}, {"when": {}, "rate": {"bp": 2}}], "比例规则只能按"),
        ([{"when": {}, "rate": {"bp": 10_001}}], "百分比、户数或“全部”"),
        ([{"when": {}, "rate": {"bp": True}}], "百分比、户数或“全部”"),
        ([{"when": {}, "rate": {"bp": 1, "number": 1}}], "百分比、户数或“全部”"),
        (["x"], "写明条件和比例"),
    ],
)
def test_rules_that_no_draw_could_use_are_refused(rules: Any, sentence: str) -> None:
    with pytest.raises(ClerkError, match=sentence):
        read_rate_rules(rules)


def test_rules_over_the_interface(city: City, items: dict[str, UUID]) -> None:
    """R-P5: written, read, and refused beside the field."""
    planner = token(city, "SCJG", P.BUREAU_READ, P.PLAN_DRAFT)
    plan = f"{PLACE}{ask(city, 'POST', PLACE, planner, year=YEAR, kind='yearly').get_json()['id']}"
    by_rules = {key: value for key, value in line(items["SCJG"]).items() if key != "rates"}
    by_rules |= {"stratify": "rules", "rate_rules": RULES}
    added = ask(city, "POST", f"{plan}/lines", planner, **by_rules)
    assert added.status_code == 201, added.get_data(as_text=True)
    assert added.get_json()["lines"][0]["rate_rules"] == RULES
    for wrong in ([], RULES[:1], [{"when": {"risk": ["没有的等级"]}, "rate": {"bp": 1}}, RULES[-1]]):
        refused = ask(city, "POST", f"{plan}/lines", planner, **{**by_rules, "rate_rules": wrong})
        assert refused.status_code == 422, refused.get_data(as_text=True)
        assert "rate_rules" in {one["field"] for one in refused.get_json()["errors"]}
    none = ask(city, "POST", f"{plan}/lines", planner, **{**by_rules, "stratify": "none"})
    assert none.status_code == 422


def form(items: dict[str, UUID], *rows: tuple[str, ...], **more: Any) -> dict[str, Any]:
    columns = dict(
        zip([f"rule_{name}" for name in RuleRow._fields], map(list, zip(*rows, strict=True)), strict=True)
    )
    return {
        "name": "按规则抽查", "items": [str(items["SCJG"])], "stratify": "rules", "starts_on": f"{YEAR}-03-01",
        "ends_on": f"{YEAR}-06-30", "method": "实地检查", "person_responsible": "王知行", "times_a_year": "1",
        "team_size": "2", "reserve": "0", "rate_stratum": ["*"], "rate_unit": ["bp"], "rate_value": [""],
        **columns, **more,
    }  # fmt: skip


def test_the_table_of_rules_computes_while_one_types_and_is_kept(city: City, items: dict[str, UUID]) -> None:
    """R-P5 on the page: what is wrong stands beside its row, and the part that computes answers also to a form that is not finished."""
    with city.acting("scjg.planner"):
        plan_id = service.draft(YEAR).id
    client, where = city.client("scjg.planner"), f"/plans/{plan_id}/lines/new"
    rows = (
        ("", "", "", "", "D", "all", ""),
        ("92", "", "", "", "", "bp", "10"),
        ("", "", "", "", "", "bp", "3"),
    )
    live = client.post(
        where, data=form(items, *rows, name=""), headers={"HX-Request": "true", "HX-Target": "line-preview"}
    )
    typed = unescape(live.get_data(as_text=True))
    assert (
        live.status_code == 200
        and "按今天的名录，将抽取" in typed
        and "只能封闭抽取" in typed
        and "<html" not in typed
    )
    half = client.post(
        where,
        data=form(items, ("", "", "", "", "D", "bp", "")),
        headers={"HX-Request": "true", "HX-Target": "line-preview"},
    )
    assert half.status_code == 200 and "还不能测算" in half.get_data(as_text=True)
    wrong = client.post(
        where, data=form(items, ("", "", "", "", "D", "bp", "101"), ("", "", "", "", "", "bp", "3"))
    )
    assert wrong.status_code == 422 and "比例不能超过 100%" in wrong.get_data(as_text=True)
    more = client.post(where, data=form(items, *rows, then="more_rules")).get_data(as_text=True)
    assert "第 5 条规则" in more
    assert client.post(where, data=form(items, *rows)).status_code == 303
    with city.acting("scjg.planner"):
        (written,) = queries.lines(plan_id)
        assert [rule["rate"] for rule in written.rate_rules] == [{"all": True}, {"bp": 1000}, {"bp": 300}]
    page = unescape(client.get(f"/plans/lines/{written.id}").get_data(as_text=True))
    assert "信用等级：D" in page and "主体类型：个体工商户" in page and "只能封闭抽取" in page
    edit = client.get(f"/plans/lines/{written.id}/edit").get_data(as_text=True)
    assert 'value="D" selected' in edit and 'value="10"' in edit


def test_rows_of_the_form_and_rules_are_each_others() -> None:
    kept: list[dict[str, Any]] = [
        {"when": {"kinds": ["91", "92"]}, "rate": {"number": 2}},
        {"when": {}, "rate": {"bp": 250}},
    ]
    rows = rows_of_rules(kept)
    assert [row.kind for row in rows] == ["91", "92", ""] and rows[-1].value == "2.5"
    assert read_rule_rows([*rows, RuleRow()])[0] == {"when": {"kinds": ["91"]}, "rate": {"number": 2}}
    with pytest.raises(ClerkError) as refused:
        read_rule_rows([RuleRow()])
    assert "rules-0" in refused.value.fields


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8), st.integers(2, 12)
)
def test_joined_strata_are_no_lottery_that_is_half_known(parts: list[tuple[int, int]], least: int) -> None:
    """No stratum with a real lot stays below the least size beside another, and nobody's number is changed."""
    counts = [Count(f"P{n}", eligible, min(quota, eligible)) for n, (eligible, quota) in enumerate(parts)]
    groups = small_joined(counts, least)
    grouped = [one for group in groups for one in group]
    assert len(grouped) == len(set(grouped)) and all(0 < one.quota < one.eligible for one in grouped)
    alone = [one for one in counts if 0 < one.quota < one.eligible and one not in grouped]
    lots = [*groups, *([one] for one in alone)]
    assert len(lots) == 1 or all(sum(one.eligible for one in lot) >= least for lot in lots)


def test_a_forecast_by_rules_shows_what_is_joined() -> None:
    counts = {"FULL": {"E": 2}, "P5000": {"E": 3}, "P300": {"E": 100, "XGONE": 4}}
    rates = {"FULL": {"all": True}, "P5000": {"bp": 5000}, "P300": {"bp": 300}}
    shown = {one.stratum: (one.eligible, one.quota) for one in forecast(counts, rates, 5, ordered=True)}
    assert shown == {"FULL": (2, 2), "P300-P5000": (103, 5)}
    assert str(stratum_name("P300-P5000")) == "比例 3%至比例 50%（合并）" and stratum_name("91") is None
