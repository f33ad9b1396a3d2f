"""A plan through its people: planner, unit, head, the public, justice (R-P1, R-P4, R-T5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.disclosure import queries as disclosed
from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.plans import queries, service
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.queries import f6
from tenants import approvals, scope
from tests.fixtures import plans
from tests.fixtures.city import City
from tests.fixtures.plans import HEAD, REVIEWER, YEAR

PUBLIC = "the public reads what was published in the same test, and the database's clock stands still in a transaction"


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


def test_a_joint_line_names_its_partners_and_keeps_its_code(city: City, items: dict[str, UUID]) -> None:
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        line = queries.lines(plan_id)[0]
        assert line.joint and set(line.partner_ids) == {city.bureaus[b] for b in ("XFJY", "WSJK", "YJGL")}
        assert line.code == f"990100-SCJG-{YEAR}-{line.number:02d}"
        assert [item.bureau_id for item in queries.line_items(line.id)][0] == city.bureaus["SCJG"]
        second = service.add_line(plan_id, **plans.line_of(items, "SCJG", name="旅馆抽查"))
        assert second.number == line.number + 1 and not second.joint


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"items": []}, "items"),
        ({"starts_on": date(YEAR - 1, 12, 1)}, "starts_on"),
        ({"ends_on": date(YEAR, 1, 1)}, "ends_on"),
        ({"rates": {}}, "rates"),
        ({"rates": {"91": {"bp": 100}}}, "rates"),
        ({"conditions": {"kinds": ["火星"]}}, "kinds"),
    ],
)
def test_a_wrong_line_is_told_beside_the_field(
    city: City, items: dict[str, UUID], changes: dict[str, Any], field: str
) -> None:
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"), pytest.raises(ClerkError) as refused:
        service.add_line(plan_id, **plans.line_of(items, **changes))
    assert field in refused.value.fields


def test_what_is_not_listed_may_not_be_planned(city: City, items: dict[str, UUID]) -> None:
    """R-L1: neither an unfit item nor one of partners alone."""
    unfit = plans.list_items(city, "SCJG", mode="unfit")
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match="清单"):
            service.add_line(plan_id, **plans.line_of(unfit, "SCJG"))
        with pytest.raises(ClerkError, match="牵头部门"):
            service.add_line(plan_id, **plans.line_of(items, "XFJY"))


def test_an_empty_plan_is_not_submitted(city: City) -> None:
    with city.acting("scjg.planner"):
        plan = service.draft(YEAR, "supplement", reason="上级临时部署")
        with pytest.raises(Conflict, match="还没有内容"):
            service.submit(plan.id)


def test_an_added_plan_says_why(city: City) -> None:
    with city.acting("scjg.planner"), pytest.raises(ClerkError) as refused:
        service.draft(YEAR, "supplement")
    assert "reason" in refused.value.fields


def test_an_item_that_ended_since_is_told_at_submission(city: City) -> None:
    ended = plans.list_items(city, "SWJ")
    plan_id = plans.draft_plan(city, ended, "swj.planner")
    with city.acting("swj.planner"):
        db.session.execute(sa.text("UPDATE item SET state = 'ended' WHERE id = :id"), {"id": ended["SWJ"]})
    with city.acting("swj.planner"), pytest.raises(Conflict, match="已不在公布的"):
        service.submit(plan_id)


def test_review_approval_publication_and_filing(city: City, items: dict[str, UUID]) -> None:
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="批准"):
            service.publish(plan_id)
        with pytest.raises(Conflict, match="请先公布"):
            service.file(plan_id)
    plans.approve(city, plan_id)
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="请先公布"):
            service.file(plan_id)
        service.publish(plan_id)
        made = service.file(plan_id)
        assert [one.receiver_id for one in made] == [city.bureaus["SFJ"]]
        assert made[0].due_on == date(YEAR, 1, 15) and not made[0].review
        assert not filings.is_late(made[0])
        with pytest.raises(Conflict, match="不必重复"):
            service.file(plan_id)
    with city.acting("sfj.supervisor"):
        sent = filings.of_subject(plan_id)[0]
        filing.answer(sent.id, True)
    with city.acting("scjg.planner"):
        assert filings.state(filings.of_subject(plan_id)[0]) == "accepted"
        steps = [step.text for step in trace.of(plan_id)]
    assert [word for word in ("起草", "提交", "科室审核", "批准", "公布", "报送备案", "通过备案")
            if not any(word in text for text in steps)] == []  # fmt: skip


@pytest.mark.committed(PUBLIC)
def test_the_public_reads_the_form_f6(city: City, items: dict[str, UUID]) -> None:
    plan_id = plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        series = queries.plan(plan_id).series_id
    with in_scope(scope.public(), city.app):
        public = disclosed.of_subject("plan", series)
        assert public is not None
        assert public.content["columns"] == list(f6.COLUMNS)
        assert public.content["rows"][0][4] == "3%" and "示范市消防救援支队" in public.content["rows"][0][9]
        assert [one.name for one in disclosed.files(public.id)] == [f"{YEAR}年度行政执法检查计划表.xlsx"]


def test_nobody_approves_what_they_submitted(city: City, items: dict[str, UUID]) -> None:
    """R-T5: also when somebody else handed it on in between."""
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.head"):
        service.submit(plan_id)
    with city.acting("scjg.head"), pytest.raises(Forbidden, match="自己提交"):
        service.review(plan_id, True, "", HEAD | REVIEWER)
    with city.acting("scjg.reviewer"):
        service.review(plan_id, True, "", REVIEWER)
    with city.acting("scjg.reviewer"), pytest.raises(Forbidden):
        service.approve(plan_id, True, "", HEAD)
    with city.acting("scjg.head"), pytest.raises(Forbidden, match="自己提交"):
        service.approve(plan_id, True, "", HEAD)


def test_a_role_that_may_not_decide_is_refused(city: City, items: dict[str, UUID]) -> None:
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        service.submit(plan_id)
    with city.acting("scjg.head"), pytest.raises(Forbidden):
        service.review(plan_id, True, "", HEAD)


def test_a_returned_plan_is_mended_and_goes_again(city: City, items: dict[str, UUID]) -> None:
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        service.submit(plan_id)
        line_id = queries.lines(plan_id)[0].id
        with pytest.raises(Conflict, match="不能再修改"):
            service.change_line(line_id, **plans.line_of(items))
    with city.acting("scjg.reviewer"), pytest.raises(ClerkError, match="理由"):
        service.review(plan_id, False, " ", REVIEWER)
    with city.acting("scjg.reviewer"):
        service.review(plan_id, False, "比例太低", REVIEWER)
    with city.acting("scjg.planner"):
        assert queries.plan(plan_id).state == "returned"
        assert approvals.history(plan_id)[-1].reason == "比例太低"
        service.change_line(line_id, **plans.line_of(items, rates={"*": {"bp": 500}}))
    plans.approve(city, plan_id)
    with city.acting("scjg.planner"):
        assert queries.plan(plan_id).state == "approved"
        assert [one.state for one in approvals.history(plan_id)] == ["returned", "approved", "approved"]


@pytest.mark.committed(PUBLIC)
def test_a_change_is_a_new_version_published_with_what_changed(city: City, items: dict[str, UUID]) -> None:
    """R-P4: the published version is not edited; both are public in turn; the code stays."""
    plan_id = plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        service.file(plan_id)
        later = service.change(plan_id, "省局要求提高比例")
        later_id, line = later.id, queries.lines(later.id)[0]
        assert (later.version, line.code) == (2, queries.lines(plan_id)[0].code)
        service.change_line(line.id, **plans.line_of(items, rates={"*": {"bp": 500}}, fill_days=8))
        with pytest.raises(Conflict, match="变更"):
            service.change(plan_id, "再改一次")
        assert queries.plan(plan_id).state == "published"
    plans.approve(city, later_id)
    with city.acting("scjg.planner"):
        service.publish(later_id)
        assert queries.plan(plan_id).state == "replaced"
        made = service.file(later_id)
        assert made[0].due_on is None and "由“3%”改为“5%”" in made[0].summary["变更内容"]
        assert [str(filings.state(one)) for one in filings.of_subject(queries.plan(later_id).series_id)] == [
            "sent",
            "replaced",
        ]
        series = queries.plan(later_id).series_id
        open_lines = {line.plan_id for line in queries.my_open_lines()}
        assert later_id in open_lines and plan_id not in open_lines
    with in_scope(scope.public(), city.app):
        public = disclosed.of_subject("plan", series)
        assert public is not None and public.version == 2
        assert public.content["changes"] == [
            "“餐饮场所联合抽查”的抽查比例由“3%”改为“5%”。",
            "“餐饮场所联合抽查”的备注由“无”改为“检查组空缺的，8 个工作日内补派”。",
        ]
        assert [line["fill_days"] for line in public.content["lines"]] == [8]


def test_joint_plans_outside_the_market_are_filed_for_review(city: City, items: dict[str, UUID]) -> None:
    """R-J1, R-P4: and market regulation is no receiver of them, nor the sender itself."""
    other = {name: items[name] for name in ("YJGL", "XFJY", "WSJK")}
    plan_id = plans.published_plan(city, other, "yjgl")
    with city.acting("yjgl.planner"):
        made = service.file(plan_id)
        assert [(one.receiver_id, one.review) for one in made] == [(city.bureaus["SFJ"], True)]
        assert set(made[0].shared_with) == {city.bureaus["XFJY"], city.bureaus["WSJK"]}


def test_a_market_plan_is_filed_with_market_regulation_too(city: City) -> None:
    """R-P1: with justice, and with market regulation where it touches the market domain."""
    plan_id = plans.published_plan(city, plans.list_items(city, "WLJ"), "wlj")
    with city.acting("wlj.planner"):
        receivers = {one.receiver_id for one in service.file(plan_id)}
    assert receivers == {city.bureaus["SFJ"], city.bureaus["SCJG"]}


def test_what_others_see_of_a_draft(city: City, items: dict[str, UUID]) -> None:
    """access.md: a partner its own lines, others nothing; once published everybody."""
    plan_id = plans.draft_plan(city, items, items=[items["SCJG"], items["XFJY"]])
    with city.acting("scjg.planner"):
        line_id = queries.lines(plan_id)[0].id
    with city.acting("xfjy.planner"):
        assert queries.line(line_id).name and len(queries.line_items(line_id)) == 2
        assert line_id in {line.id for line in queries.lines_with_me()}
        with pytest.raises(NotFound):
            queries.plan(plan_id)
        with pytest.raises(NotFound):
            service.remove_line(line_id)
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        queries.line(line_id)
    with city.acting("sfj.supervisor", supervisor=True):
        assert db.session.get(Plan, plan_id) is None
    plans.approve(city, plan_id)
    with city.acting("scjg.planner"):
        service.publish(plan_id)
    with city.acting("mzj.planner"):
        assert queries.plan(plan_id).state == "published" and queries.line(line_id).code
        with pytest.raises(NotFound):
            queries.my_plan(plan_id)
    with city.acting("sfj.supervisor", supervisor=True):
        assert db.session.get(Plan, plan_id) is not None and db.session.get(PlanLine, line_id) is not None
    with city.acting("xsfj.supervisor", supervisor=True):
        assert db.session.get(Plan, plan_id) is None


def test_the_database_itself_keeps_an_approved_line_as_it_was(city: City, items: dict[str, UUID]) -> None:
    plan_id = plans.approved_plan(city, items)
    with city.acting("scjg.planner"):
        touched = db.session.execute(sa.update(PlanLine).where(PlanLine.plan_id == plan_id).values(name="改"))
        gone = db.session.execute(sa.delete(PlanLine).where(PlanLine.plan_id == plan_id))
        assert touched.rowcount == gone.rowcount == 0  # type: ignore[attr-defined]
