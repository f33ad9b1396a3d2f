"""Plan, desk and filing box through the browser's door, as planner, reviewer, head, justice and others."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from onedoor.filing import queries as filings
from onedoor.kernel.clock import today
from onedoor.plans import queries, service
from tenants import approvals
from tests.fixtures import plans
from tests.fixtures.city import City
from tests.fixtures.plans import YEAR

SHOPS = [f"9{1 + place % 2}990100MA{place:08d}" for place in range(40)]


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


@pytest.fixture(scope="module")
def planner(city: City) -> FlaskClient:
    return city.client("scjg.planner")


@pytest.fixture(scope="module")
def reviewer(city: City) -> FlaskClient:
    return city.client("scjg.reviewer")


@pytest.fixture(scope="module")
def head(city: City) -> FlaskClient:
    return city.client("scjg.head")


@pytest.fixture(scope="module")
def justice(city: City) -> FlaskClient:
    return city.client("sfj.supervisor")


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def line_form(listed: dict[str, UUID], /, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": "餐饮场所联合抽查",
        "items": [str(one) for one in listed.values()],
        "kinds": ["91", "92"],
        "stratify": "kind",
        "rate_stratum": ["*", "92", ""],
        "rate_unit": ["bp", "number", "bp"],
        "rate_value": ["10", "2", ""],
        "starts_on": f"{YEAR}-03-01",
        "ends_on": f"{YEAR}-06-30",
        "method": "实地检查",
        "person_responsible": "王知行",
        "times_a_year": "1",
        "team_size": "2",
        "reserve": "2",
    }
    return {**given, **more}


def begin(planner: FlaskClient) -> str:
    answer = planner.post("/plans/new", data={"year": str(YEAR), "kind": "yearly", "again": "1"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def waiting(city: City, who: str) -> UUID:
    with city.acting(who):
        return approvals.inbox(city.person(who).permissions)[-1].id


def test_the_whole_way_of_a_plan(
    city: City,
    items: dict[str, UUID],
    planner: FlaskClient,
    reviewer: FlaskClient,
    head: FlaskClient,
    justice: FlaskClient,
) -> None:
    where = begin(planner)
    assert "请先添加检查内容" in text(planner.get(where))
    assert planner.post(f"{where}/lines/new", data=line_form(items)).status_code == 303
    page = text(planner.get(where))
    assert "示范市消防救援支队" in page and "个体工商户 2 户；其余 10%" in page and "提交科室审核" in page
    assert planner.post(f"{where}/submit").status_code == 303

    brief = text(reviewer.get("/desk/inbox"))
    assert "餐饮场所联合抽查" in brief and "个体工商户 2 户；其余 10%" in brief
    decision = f"/desk/inbox/{waiting(city, 'scjg.reviewer')}"
    html = text(reviewer.post(decision, data={"decision": "return", "reason": " "}), 422)
    assert "请写明退回的理由" in html
    assert reviewer.post(decision, data={"decision": "approve"}).status_code == 303
    assert (
        head.post(f"/desk/inbox/{waiting(city, 'scjg.head')}", data={"decision": "approve"}).status_code
        == 303
    )

    assert (
        "报送备案"
        not in text(planner.get(where))
        .split('class="page-head-next"')[1]
        .split("</main>")[0]
        .split("</div>")[0]
    )
    assert planner.post(f"{where}/publish").status_code == 303
    assert planner.post(f"{where}/file").status_code == 303
    with city.acting("scjg.planner"):
        filing = filings.of_subject(UUID(where.rsplit("/", 1)[1]))[0].id
    inbox = text(justice.get("/filing/inbox?state=sent"))
    assert f"{YEAR}年度检查计划" in inbox
    assert "餐饮场所联合抽查" in text(justice.get(where))
    html = text(justice.post(f"/filing/{filing}/answer", data={"decision": "return", "reason": ""}), 422)
    assert "请写明退回的理由和需要修改的内容" in html
    returned = {"decision": "return", "reason": "比例低于要求"}
    assert justice.post(f"/filing/{filing}/answer", data=returned).status_code == 303
    assert "已经答复过了" in text(justice.post(f"/filing/{filing}/answer", data=returned), 422)
    assert "备案被退回" not in text(justice.get(where))
    page = text(planner.get(where))
    assert "建立抽查任务" in page and "建立抽查任务" not in text(reviewer.get(where))
    assert "备案被退回" in page and "比例低于要求" in page and "办理变更" in page
    assert "被退回的备案" in text(planner.get("/desk/"))


def test_a_returned_plan_comes_back_with_the_reason(
    city: City, items: dict[str, UUID], planner: FlaskClient, reviewer: FlaskClient
) -> None:
    where = begin(planner)
    planner.post(f"{where}/lines/new", data=line_form(items))
    planner.post(f"{where}/submit")
    data = {"decision": "return", "reason": "请补充负责人"}
    reviewer.post(f"/desk/inbox/{waiting(city, 'scjg.reviewer')}", data=data)
    page = text(planner.get(where))
    assert "请补充负责人" in page and "提交科室审核" in page
    assert "退回修改的计划" in text(planner.get("/desk/"))
    with city.acting("scjg.planner"):
        line = queries.lines(UUID(where.rsplit("/", 1)[1]))[0].id
    shown = text(planner.get(f"/plans/lines/{line}/edit"))
    assert 'value="王知行"' in shown and 'value="10"' in shown
    assert (
        planner.post(f"/plans/lines/{line}/edit", data=line_form(items, name="餐饮抽查")).status_code == 303
    )
    assert planner.post(f"{where}/submit").status_code == 303
    assert planner.post(f"/plans/lines/{line}/remove").status_code == 409


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"name": ""}, ["请填写此项。"]),
        ({"items": []}, ["请至少选择一个检查事项。"]),
        ({"ends_on": f"{YEAR}-02-01"}, ["结束日期不能早于开始日期。"]),
        ({"starts_on": "三月"}, ["请按“年-月-日”填写日期"]),
        ({"rate_value": ["300", "2", ""]}, ["比例不能超过 100%。"]),
        ({"rate_stratum": ["*", "990102", ""]}, ["有的层与所选的分层方式不一致"]),
        ({"stratify": "none"}, ["不分层时只填写"]),
        ({"team_size": "1"}, ["2"]),
        ({"unit_id": "01a1fd00-0000-7000-8000-000000000000"}, ["请选择本单位的科室。"]),
        ({"scope": "长" * 41}, ["每个词最多 40 个字。"]),
    ],
)
def test_bad_input_is_told_beside_the_field(
    items: dict[str, UUID], planner: FlaskClient, changes: dict[str, Any], sentences: list[str]
) -> None:
    where = begin(planner)
    page = text(planner.post(f"{where}/lines/new", data=line_form(items, **changes)), 422)
    assert "处需要修改" in page and 'aria-invalid="true"' in page or "field-error" in page
    assert all(sentence in page for sentence in sentences)
    assert "餐饮场所联合抽查" in page or not changes.get("name", "x")


def test_rows_are_added_and_the_draw_is_forecast_without_script(
    city: City, items: dict[str, UUID], planner: FlaskClient
) -> None:
    plans.list_firms(city, SHOPS)
    where = begin(planner)
    page = text(planner.post(f"{where}/lines/new", data=line_form(items, name="", then="more")))
    assert page.count('name="rate_value"') == 5 and "处需要修改" not in page
    page = text(planner.post(f"{where}/lines/new", data=line_form(items, then="preview")))
    assert "将抽取 4 户" in page
    with city.acting("scjg.planner"):
        assert queries.lines(UUID(where.rsplit("/", 1)[1])) == []


def test_a_new_version_is_begun_from_the_page(
    city: City, items: dict[str, UUID], planner: FlaskClient
) -> None:
    plan_id = plans.published_plan(city, items)
    assert "请填写此项" in text(planner.post(f"/plans/{plan_id}/change", data={"change_note": ""}), 422)
    answer = planner.post(f"/plans/{plan_id}/change", data={"change_note": "法律修改"})
    assert answer.status_code == 303
    page = text(planner.get(answer.headers["Location"]))
    assert "第 2 版" in page and "法律修改" in page
    again = text(planner.post(f"/plans/{plan_id}/change", data={"change_note": "又改"}), 422)
    assert "已有正在办理的变更" in again


def test_a_late_filing_is_said(city: City, planner: FlaskClient, items: dict[str, UUID]) -> None:
    with city.acting("scjg.planner"):
        plan_id = service.draft(2020).id
        days = {"starts_on": date(2020, 3, 1), "ends_on": date(2020, 4, 1)}
        service.add_line(plan_id, **plans.line_of(items, **days))
    plans.approve(city, plan_id)
    planner.post(f"/plans/{plan_id}/publish")
    answer = planner.post(f"/plans/{plan_id}/file", follow_redirects=True)
    assert "计入逾期" in text(answer) and "2020-01-15 逾期" in text(answer)


def test_f6_comes_as_a_workbook(city: City, items: dict[str, UUID], planner: FlaskClient) -> None:
    plan_id = plans.draft_plan(city, items)
    answer = planner.get(f"/plans/{plan_id}/f6.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == f"{YEAR}年度行政执法检查计划表"
    assert [head for head in rows[2] if head] == ["序号", "检查事项", "检查依据", "检查对象范围", "抽查比例", "频次", "检查方式", "检查时间", "牵头部门", "参与部门", "备注"]  # fmt: skip
    assert rows[3][4] == "3%" and "示范市消防救援支队" in str(rows[3][9])
    assert "年度行政执法检查计划表" in text(planner.get(f"/plans/{plan_id}/print"))


def test_another_bureau_gets_404(city: City, items: dict[str, UUID]) -> None:
    """R-T1: a draft is not there; of a published plan the page is, and nothing can be done with it."""
    draft, public = plans.draft_plan(city, items, items=[items["SCJG"]]), plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        line, open_line = queries.lines(draft)[0].id, queries.lines(public)[0].id
        service_made = filings.of_subject(public)
        assert service_made == []
    with city.acting("scjg.planner"):
        service.submit(draft)
        asked = approvals.waiting_for("plan", draft)
        assert asked is not None
    other, other_head = city.client("mzj.planner"), city.client("mzj.head")
    for path in (f"/plans/{draft}", f"/plans/{draft}/f6.xlsx", f"/plans/{draft}/head", f"/plans/lines/{line}",
                 f"/plans/lines/{line}/edit", f"/plans/lines/{open_line}/edit", f"/plans/{public}/head",
                 f"/plans/{public}/lines/new"):  # fmt: skip
        assert other.get(path).status_code == 404, path
    for path in (f"/plans/{draft}/submit", f"/plans/{public}/file", f"/plans/{public}/publish",
                 f"/plans/{public}/change", f"/plans/lines/{open_line}/remove"):  # fmt: skip
        assert other.post(path, data={"change_note": "改"}).status_code == 404, path
    assert other_head.get(f"/desk/inbox/{asked.id}").status_code == 404
    assert other_head.post(f"/desk/inbox/{asked.id}", data={"decision": "approve"}).status_code == 404
    page = text(other.get(f"/plans/{public}"))
    assert "办理变更" not in page and "审批</h2>" not in page
    assert text(other.get(f"/plans/lines/{open_line}"))


def test_a_filing_is_seen_by_its_two_ends_and_its_partners(city: City, items: dict[str, UUID]) -> None:
    public = plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        filing = service.file(public)[0].id
    assert "备案" in text(city.client("xfjy.planner").get(f"/filing/{filing}"))
    assert city.client("mzj.planner").get(f"/filing/{filing}").status_code == 404
    assert city.client("xsfj.supervisor").get(f"/filing/{filing}").status_code == 404
    foreign = city.client("xsfj.supervisor").post(f"/filing/{filing}/answer", data={"decision": "accept"})
    assert foreign.status_code == 404


def test_the_wrong_role_gets_403(
    city: City, items: dict[str, UUID], planner: FlaskClient, reviewer: FlaskClient
) -> None:
    draft = plans.draft_plan(city, items)
    officer = city.client("scjg.officer")
    for client, path in (
        (officer, f"/plans/{draft}/submit"),
        (reviewer, f"/plans/{draft}/submit"),
        (reviewer, "/plans/new"),
        (reviewer, f"/plans/{draft}/lines/new"),
        (officer, f"/plans/{draft}/publish"),
        (reviewer, f"/plans/{draft}/file"),
    ):
        assert client.post(path).status_code == 403, path
    assert planner.get("/desk/inbox").status_code == 403
    assert planner.get("/filing/inbox").status_code == 403
    with city.acting("scjg.planner"):
        service.submit(draft)
    head = city.client("scjg.head")
    assert head.get(f"/desk/inbox/{waiting(city, 'scjg.reviewer')}").status_code == 403


def test_who_submitted_sees_why_they_do_not_decide(city: City, items: dict[str, UUID]) -> None:
    """R-T5."""
    draft = plans.draft_plan(city, items)
    with city.acting("scjg.reviewer"):
        service.submit(draft)
        asked = approvals.waiting_for("plan", draft)
        assert asked is not None
    reviewer = city.client("scjg.reviewer")
    page = text(reviewer.get(f"/desk/inbox/{asked.id}"))
    assert "不能审批自己提交的事项" in page and 'value="approve"' not in page
    assert reviewer.post(f"/desk/inbox/{asked.id}", data={"decision": "approve"}).status_code == 403


def test_what_was_submitted_is_taken_back_until_the_unit_decides(
    city: City, items: dict[str, UUID], planner: FlaskClient, reviewer: FlaskClient
) -> None:
    """Issue 19, "Undoing"."""
    where = begin(planner)
    planner.post(f"{where}/lines/new", data=line_form(items))
    assert "撤回" not in text(planner.get(where))
    planner.post(f"{where}/submit")
    approval_id = waiting(city, "scjg.reviewer")
    assert f'action="{where}/take-back"' in text(planner.get(where))
    assert planner.post(f"{where}/take-back").status_code == 303
    page = text(planner.get(where))
    assert "已撤回" in page and "提交科室审核" in page and "撤回《" in page
    assert "已经有人处理过了" in text(
        reviewer.post(f"/desk/inbox/{approval_id}", data={"decision": "approve"}), 422
    )
    assert planner.post(f"{where}/take-back").status_code == 409


def test_a_second_plan_is_asked_about_and_a_past_year_refused(planner: FlaskClient) -> None:
    """Issue 19, "Undoing"; R-P1: a bureau has one yearly plan a year."""
    given = {"year": str(YEAR + 7), "kind": "yearly", "title": "第一份"}
    assert planner.post("/plans/new", data=given).status_code == 303
    page = text(planner.post("/plans/new", data={**given, "title": "第二份"}), 422)
    assert "本单位已有这一年度的同类计划" in page and "第一份" in page and 'name="again"' in page
    assert planner.post("/plans/new", data={**given, "title": "第二份", "again": "1"}).status_code == 303
    special = {**given, "kind": "special", "reason": "专项部署"}
    for _time in range(2):
        assert planner.post("/plans/new", data=special).status_code == 303, "of these there may be several"
    page = text(planner.post("/plans/new", data={**given, "year": str(today().year - 1)}), 422)
    assert "以往年度的计划不能再起草" in page


def test_the_steps_of_a_plan_say_which_is_now_and_who_acts(
    items: dict[str, UUID], planner: FlaskClient
) -> None:
    where = begin(planner)
    now = re.compile(r'aria-current="step"><span class="stepper-label">([^<]+)<.*?由([^<]+)办理', re.S)
    assert now.search(text(planner.get(where))) is not None
    planner.post(f"{where}/lines/new", data=line_form(items))
    found = now.search(text(planner.get(where)))
    assert found is not None and found.groups() == ("起草", "计划员")
    planner.post(f"{where}/submit")
    found = now.search(text(planner.get(where)))
    assert found is not None and found.groups() == ("科室审核", "科室审核人")


def test_two_who_decide_at_once(city: City, items: dict[str, UUID], reviewer: FlaskClient) -> None:
    draft = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        service.submit(draft)
    decision = f"/desk/inbox/{waiting(city, 'scjg.reviewer')}"
    assert reviewer.post(decision, data={"decision": "approve"}).status_code == 303
    assert "已经有人处理过了" in text(reviewer.post(decision, data={"decision": "approve"}), 422)
    assert "这一件已经通过" in text(reviewer.get(decision))


def test_the_lists(city: City, planner: FlaskClient) -> None:
    assert "起草计划" in text(planner.get("/plans/"))
    assert "各部门公布的计划" in text(planner.get("/plans/published"))
    assert "餐饮" in text(city.client("xfjy.planner").get("/plans/with-us"))
    assert "报送的备案" in text(planner.get("/filing/?late=late"))
    assert planner.get("/plans/?export=xlsx").status_code == 200


def test_caps_are_set_and_shown(planner: FlaskClient, reviewer: FlaskClient) -> None:
    given = {"year": "2035", "entity_kind": "*", "visits": "2", "basis": "示市监〔2035〕1号"}
    assert planner.post("/plans/caps", data=given).status_code == 303
    assert "示市监〔2035〕1号" in text(reviewer.get("/plans/caps?year=2035"))
    assert "应在 0 到 365 之间" in text(planner.post("/plans/caps", data={**given, "visits": "-1"}), 422)
    assert reviewer.post("/plans/caps", data=given).status_code == 403
