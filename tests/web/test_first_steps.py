"""A new bureau's desk leads it through its first steps, each with its day, until its first plan is filed (R-L4, R-L10, R-L13, R-P1)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from onedoor.kernel.clock import today
from onedoor.officers import service as officers
from onedoor.officers.rules.duties import DutyRole
from onedoor.plans import service as plans
from onedoor.web.desk.first_steps import FirstStep
from tests.fixtures.city import City
from tests.fixtures.plans import list_firms, list_items, published_plan
from tests.officers.test_duties import named

STEP = re.compile(r'<th scope="row">(?:<a href="([^"]+)">)?([^<]+)</?[at].*?status-(\w+)', re.S)


def steps(city: City, who: str) -> dict[str, tuple[str, str]]:
    """Of each step on somebody's desk its address, if it is theirs to do, and how it stands."""
    desk = city.client(who).get("/desk/").get_data(as_text=True)
    shown = desk.partition('id="first-steps"')[2].partition("</table>")[0]
    return {label: (url, state) for url, label, state in STEP.findall(shown)}


def test_a_new_bureau_is_led_from_its_leader_to_its_filing_and_then_left_alone(city: City) -> None:
    begun = steps(city, "scjg.planner")
    assert list(begun) == [
        "明确双随机工作负责人",
        "明确联络员",
        "公布检查事项清单",
        "公布执法人员名录库",
        "建立检查对象名录库",
        "公布抽查细则",
        "公布年度检查计划",
        "把年度计划备案",
    ]
    assert {state for _url, state in begun.values()} == {"waiting"}
    assert begun["明确联络员"][0] == "/registry/duties" and all(url for url, _state in begun.values())
    assert "-01-15前" in city.client("scjg.planner").get("/desk/").get_data(as_text=True)

    with city.acting("scjg.planner"):
        officers.name_for_duty(named(DutyRole.LIAISON, "乙某"))
    list_firms(city, ["91990100MB00000901"])
    plan = published_plan(city, list_items(city, "SCJG"))
    later = steps(city, "scjg.planner")
    assert {name for name, (_url, state) in later.items() if state == "done"} == {
        "明确联络员",
        "建立检查对象名录库",
        "公布年度检查计划",
    }
    with city.acting("scjg.planner"):
        plans.file(plan)
    assert steps(city, "scjg.planner") == {}
    assert steps(city, "yjgl.planner"), "another bureau's own"


def test_who_cannot_take_a_step_reads_it_and_strangers_do_not(city: City) -> None:
    read = steps(city, "wsjk.reviewer")
    assert read and all(url == "" for url, _state in read.values())
    assert steps(city, "sjj.ops") == {}


def test_a_step_not_done_by_its_day_is_late() -> None:
    past = today() - timedelta(days=1)
    assert FirstStep("", "", past).late and not FirstStep("", "", today()).late
    assert not FirstStep("", "", past, done_on=date(2026, 1, 1), done=True).late
