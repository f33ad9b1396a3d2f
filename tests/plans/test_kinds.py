"""Kinds of plans with their own rules, to whom they go, and who has not filed (R-P1, R-P2, R-P4, R-P7, R-J1, R-S3)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from onedoor.campaigns import service as campaigns
from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.plans import queries, service
from onedoor.plans.models import Plan
from onedoor.plans.queries import due, f6
from onedoor.plans.rules.states import DueState, due_state
from tenants import queries as tenants
from tests.fixtures import plans as made_plans
from tests.fixtures.city import City
from tests.fixtures.plans import HEAD, REVIEWER, YEAR
from tests.fixtures.plans import line_of as line


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return made_plans.list_items(city)


def lead(city: City, letters: str, kind: str, year: int = YEAR, **more: Any) -> UUID:
    with city.acting(f"{letters.lower()}.planner"):
        return service.draft(year, kind, **more).id


def through(city: City, letters: str, plan_id: UUID) -> None:
    """Submitted, reviewed, approved and published by their people."""
    who = letters.lower()
    with city.acting(f"{who}.planner"):
        service.submit(plan_id)
    with city.acting(f"{who}.reviewer"):
        service.review(plan_id, True, "", REVIEWER)
    with city.acting(f"{who}.head"):
        service.approve(plan_id, True, "", HEAD)
    with city.acting(f"{who}.planner"):
        service.publish(plan_id)


def test_a_half_years_plan_is_on_f9_and_holds_no_market_item(city: City, items: dict[str, UUID]) -> None:
    plan_id = lead(city, "XFJY", "first_half")
    with city.acting("xfjy.planner"):
        with pytest.raises(ClerkError, match="非市场监管领域") as refused:
            service.add_line(plan_id, **line(items, "XFJY", "SCJG"))
        assert "items" in refused.value.fields
        service.add_line(plan_id, **line(items, "XFJY", name="场所消防抽查"))
        assert f6.title(queries.plan(plan_id)) == f"{YEAR}年度非市场监管领域抽查工作计划表"


def test_a_joint_plans_lines_have_partners(city: City, items: dict[str, UUID]) -> None:
    plan_id = lead(city, "XFJY", "joint")
    with city.acting("xfjy.planner"):
        with pytest.raises(ClerkError, match="参与部门"):
            service.add_line(plan_id, **line(items, "XFJY"))
        assert service.add_line(plan_id, **line(items, "XFJY", "WSJK")).joint


def test_a_line_of_daily_checks_takes_items_unfit_for_draws_and_no_campaign(city: City) -> None:
    unfit = made_plans.list_items(city, "SFJ", mode="unfit")
    plan_id = lead(city, "SFJ", "yearly")
    with city.acting("sfj.planner"):
        with pytest.raises(ClerkError, match="清单"):
            service.add_line(plan_id, **line(unfit, "SFJ"))
        made = service.add_line(plan_id, **line(unfit, "SFJ", kind="daily")).id
        assert "日常检查" in f6.rows(queries.plan(plan_id))[0][6]
    through(city, "SFJ", plan_id)
    with city.acting("sfj.planner"), pytest.raises(Conflict, match="不经抽取"):
        campaigns.start(made)


def test_a_special_plan_needs_who_approved_it_and_there_are_only_so_many(
    city: City, items: dict[str, UUID], owner: psycopg.Connection
) -> None:
    """R-P7: approving body, number, the document itself; the document goes to the supervisor with the plan."""
    owner.execute("DELETE FROM jurisdiction_setting")
    owner.execute(
        "INSERT INTO jurisdiction_setting (jurisdiction_code, key, value, provenance, since)"
        " VALUES ('990100', 'plans.special_a_year', '{\"value\": 1}', '示政办发〔2026〕1号', '2026-01-01')"
    )
    first, second = (lead(city, "YJGL", "special", YEAR + 1, reason="冬季专项整治") for _ in range(2))
    given = line(items, "YJGL")
    days = {name: given[name].replace(year=YEAR + 1) for name in ("starts_on", "ends_on")}
    for plan_id in (first, second):
        with city.acting("yjgl.planner"):
            service.add_line(plan_id, **{**given, **days})
    with city.acting("yjgl.planner"):
        with pytest.raises(Conflict, match="批准机关"):
            service.submit(first)
        with pytest.raises(ClerkError, match="附上批准文件"):
            service.set_approval_document(first, "示范市人民政府", "示政发〔2026〕3号", None)
    for plan_id in (first, second):
        with city.acting("yjgl.planner"):
            document = ("批准.pdf", b"%PDF-1.4 made up", "application/pdf")
            service.set_approval_document(plan_id, "示范市人民政府", "示政发〔2026〕3号", document)
    through(city, "YJGL", first)
    with city.acting("yjgl.planner"):
        with pytest.raises(Conflict, match="已有 1 个"):
            service.submit(second)
        (filed,) = service.file(first)
        assert [one.name for one in filings.files(filed.id)] == ["批准.pdf"]
        assert filed.summary["批准机关"] == "示范市人民政府"
    with city.acting("wsjk.planner"), pytest.raises(NotFound):
        service.set_approval_document(second, "x", "x", None)


def test_a_plan_goes_to_market_regulation_by_its_items_and_not_by_its_senders_domain(
    city: City, items: dict[str, UUID]
) -> None:
    for letters, others, receivers in (
        ("WSJK", (), {"SFJ"}),
        ("WSJK", ("SCJG",), {"SFJ", "SCJG"}),
        ("SCJG", (), {"SFJ"}),
    ):
        plan_id = lead(city, letters, "supplement", reason="增补")
        with city.acting(f"{letters.lower()}.planner"):
            service.add_line(plan_id, **line(items, letters, *others))
        through(city, letters, plan_id)
        with city.acting(f"{letters.lower()}.planner"):
            filed = service.file(plan_id)
        assert {one.receiver_id for one in filed} == {city.bureaus[name] for name in receivers}


def test_what_comes_after_a_return_has_a_day_of_its_own(city: City, items: dict[str, UUID]) -> None:
    plan_id = lead(city, "XFJY", "yearly")
    with city.acting("xfjy.planner"):
        service.add_line(plan_id, **line(items, "XFJY"))
    through(city, "XFJY", plan_id)
    with city.acting("xfjy.planner"):
        (filed,) = service.file(plan_id)
        assert filed.due_on == date(YEAR, 1, 15)
    with city.acting("sfj.supervisor"):
        filing.answer(filed.id, False, "缺少检查时间")
    with city.acting("sfj.supervisor", supervisor=True):
        (mine,) = [
            one for one in due.owed([tenants.bureau(city.bureaus["XFJY"])], YEAR) if one.kind == "yearly"
        ]
        assert mine.state is DueState.RETURNED
    with city.acting("xfjy.planner"):
        again = service.change(plan_id, "补充时间")
        last = due.last_day(db.session.get_one(Plan, again.id))
        assert last is not None and last > filed.sent_on


def test_a_joint_plan_outside_the_market_is_not_drawn_from_before_its_review(
    city: City, items: dict[str, UUID]
) -> None:
    plan_id = lead(city, "XFJY", "joint")
    with city.acting("xfjy.planner"):
        made = service.add_line(plan_id, **line(items, "XFJY", "WSJK")).id
    through(city, "XFJY", plan_id)
    with city.acting("xfjy.planner"):
        campaign = campaigns.start(made)
        (filed,) = service.file(plan_id)
        assert filed.review
        told = [problem.message for problem in campaigns.readiness(campaign.id).problems]
        assert any("备案审核通过以后才能抽取" in text for text in told)
    with city.acting("sfj.supervisor"):
        filing.answer(filed.id, True)
    with city.acting("xfjy.planner"):
        told = [problem.message for problem in campaigns.readiness(campaign.id).problems]
        assert not any("备案审核" in text for text in told)


@pytest.mark.parametrize(
    ("filed", "returned", "today", "state"),
    [
        (None, False, date(2027, 1, 2), DueState.COMING),
        (None, False, date(2027, 1, 4), DueState.NEAR),
        (None, False, date(2027, 1, 15), DueState.NEAR),
        (None, False, date(2027, 1, 16), DueState.MISSING),
        (date(2027, 1, 15), False, date(2027, 3, 1), DueState.FILED),
        (date(2027, 1, 16), False, date(2027, 3, 1), DueState.LATE),
        (date(2027, 1, 10), True, date(2027, 3, 1), DueState.RETURNED),
    ],
)
def test_warned_before_and_counted_after(
    filed: date | None, returned: bool, today: date, state: DueState
) -> None:
    assert due_state(filed, returned, date(2027, 1, 15), date(2027, 1, 3), today) is state


def test_the_supervisor_sees_who_never_filed_and_the_bureau_is_told(city: City) -> None:
    justice = city.client("sfj.supervisor")
    page = justice.get("/oversight/plans?year=2020").get_data(as_text=True)
    assert "逾期未报送" in page and "下半年检查计划" in page
    assert justice.get("/oversight/plans?year=nonsense").status_code == 200
    assert city.client("scjg.planner").get("/oversight/plans").status_code == 403
    assert "逾期未报送" in city.client("mzj.planner").get("/plans/").get_data(as_text=True)


def test_market_regulation_organizes_joint_checks_of_market_matters(city: City) -> None:
    """R-T2, R-J1: another market bureau is told to ask; its own matters, and mixed ones, it may plan itself."""
    listed = made_plans.list_items(city, "WLJ", "SCJG", "XFJY")
    plan_id = lead(city, "WLJ", "joint")
    with city.acting("wlj.planner"):
        with pytest.raises(ClerkError, match="市市场监管局组织") as refused:
            service.add_line(plan_id, **line(listed, "WLJ", "SCJG"))
        assert "items" in refused.value.fields
        assert service.add_line(plan_id, **line(listed, "WLJ", "XFJY", name="文旅消防联合抽查")).joint
    plan_id = lead(city, "SCJG", "joint")
    with city.acting("scjg.planner"):
        assert service.add_line(plan_id, **line(listed, "SCJG", "WLJ", name="演出场所联合抽查")).joint
    # Another bureau initiates what stands in market regulation's published plan (发起部门), and nothing beside it.
    made_plans.approve(city, plan_id)
    with city.acting("scjg.planner"):
        service.publish(plan_id)
    plan_id = lead(city, "WLJ", "joint")
    with city.acting("wlj.planner"):
        assert service.add_line(plan_id, **line(listed, "WLJ", "SCJG", name="演出场所联合抽查")).joint
