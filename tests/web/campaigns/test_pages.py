"""The pages of a campaign as its people use them: coordinator, partners, operator; wrong role, wrong state, bad input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Campaign
from onedoor.draws import service as drawing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobName
from onedoor.officers.models import Inspector
from tests.campaigns.builders import World
from tests.campaigns.test_redraws import void
from tests.fixtures.former_draws import set_apart


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def answering(world: World, letters: str, **more: Any) -> dict[str, Any]:
    """What a planner sends from the answer form."""
    return {
        "item_ids": [str(world.items[letters][0])],
        "inspector_ids": [str(one) for one in world.officers[letters]],
        "rate_mode": "bp",
        "rate": "10",
        "stratify": "kind",
        "reserve": "2",
        "team_size": "2",
        "cap": "30",
        "skip_drawn": "1",
        **more,
    }


def started(world: World, client: FlaskClient) -> UUID:
    """A campaign started and sent out through the pages."""
    line_id = world.line()
    assert "餐饮场所联合抽查" in text(client.get("/campaigns/new"))
    form = text(client.get(f"/campaigns/new/{line_id}"))
    assert "示范市应急管理局" in form and "checked" in form
    partners = [str(world.city.bureaus[one]) for one in ("YJGL", "XFJY")]
    answer = client.post(
        f"/campaigns/new/{line_id}",
        data={"partner_ids": partners, "answer_due": str(today() + timedelta(days=7)), "then": "invite"},
    )
    assert answer.status_code == 303, text(answer)
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


def test_a_joint_campaign_from_the_plan_to_the_draw(world: World, run_jobs: Any) -> None:
    lead = world.city.client("scjg.planner")
    campaign_id = started(world, lead)
    url = f"/campaigns/{campaign_id}"
    assert "填写本部门的部分" in text(lead.get(url))

    partner = world.city.client("yjgl.planner")
    listed = text(partner.get("/campaigns/joint?todo=answer"))
    assert "餐饮场所联合抽查" in listed and "等待答复" in listed
    assert partner.get("/campaigns/?export=csv&part=partner").status_code == 200
    page = text(partner.get(url))
    assert "答复邀请" in page and "市消防救援支队" in page
    form = text(partner.get(f"{url}/answer"))
    # The item the plan line names is chosen already, the other is not.
    assert f'value="{world.items["YJGL"][0]}" checked' in form
    assert f'value="{world.items["YJGL"][1]}">' in form
    for letters in ("YJGL", "XFJY", "SCJG"):
        client = world.city.client(f"{letters.lower()}.planner")
        answer = client.post(f"{url}/answer", data=answering(world, letters))
        assert answer.status_code == 303, text(answer)

    assert "抽 7 户" in text(partner.get(url))
    ready = text(lead.get(f"{url}/readiness"))
    assert "示范市应急管理局" in ready and "8—19" in text(lead.get(url))
    assert "由本部门抽取员办理" in text(lead.get(url))
    operator = world.city.client("scjg.operator")
    assert operator.post(f"{url}/begin-draw").status_code == 303
    run_jobs()
    page = text(operator.get(url))
    assert "抽取中" in page and "冻结名单" in page and "已完成" in page


def test_the_lead_has_the_numbers_of_a_partner_made_anew(world: World, run_jobs: Any) -> None:
    """They are of the day of the answer, and the page says so; asked twice, nothing is done twice."""
    campaign_id = world.ready(("YJGL",))
    lead, url = world.city.client("scjg.planner"), f"/campaigns/{campaign_id}/readiness"
    with world.city.acting("yjgl.planner"):
        officers = [db.session.get_one(Inspector, one) for one in world.officers["YJGL"]]
        for one in officers:
            one.status = "suspended"
        row = queries.readiness_rows(campaign_id)[world.city.bureaus["YJGL"]]
        row.computed_at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    page = text(lead.get(url))
    assert "没有可以担任组长的执法人员" not in page and "核对于 2026-03-02 09:00" in page
    assert world.city.client("yjgl.planner").post(f"{url}/try-again").status_code == 404
    for _ in range(2):
        assert lead.post(f"{url}/try-again").status_code == 303
    assert text(lead.get(url)).count("data-job-running") == 2
    run_jobs()
    page = text(lead.get(url))
    assert "没有可以担任组长的执法人员" in page and "核对于 2026-03-02" not in page
    with world.city.acting("yjgl.planner"):
        for id_ in world.officers["YJGL"]:
            db.session.get_one(Inspector, id_).status = "active"
    with world.city.acting("scjg.operator"), pytest.raises(ClerkError, match="不能开始抽取"):
        service.begin_draw(campaign_id)
    with world.city.acting("scjg.planner"):
        assert len(service.retry_all_lists(campaign_id)) == 2
    run_jobs()
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id).draw_id
        assert draw_id is not None
        drawing.give_up(draw_id, "试")
        # What stopped a freeze came after the answers: with the lists open again the numbers are made anew.
        service.reopen(campaign_id)
        open_jobs = [job for job in queries.jobs_of(campaign_id) if job.name == JobName.TRY_LIST]
        assert [job.state for job in open_jobs] == ["waiting", "waiting"]


def test_a_partner_sees_the_shared_face_and_not_anothers_part(world: World) -> None:
    campaign_id = world.ready()
    page = text(world.city.client("xfjy.planner").get(f"/campaigns/{campaign_id}"))
    assert "YJGL检查事项1" in page and "市应急管理局同意参加" in page
    assert "YJGL执法员" not in page and "核对准备情况" not in page
    assert world.city.client("xfjy.planner").get(f"/campaigns/{campaign_id}/readiness").status_code == 404


def test_another_bureau_gets_404_and_does_not_see_it_listed(world: World) -> None:
    campaign_id = world.ready()
    stranger = world.city.client("wsjk.planner")
    tenant_id = world.city.bureaus["YJGL"]
    for path in ("", "/readiness", "/answer", "/decline", "/withdraw", "/extend", "/partners", "/cancel",
                 "/filing-decision", f"/parties/{tenant_id}/leave-out"):  # fmt: skip
        assert stranger.get(f"/campaigns/{campaign_id}{path}").status_code == 404, path
    for path in ("/invite", "/try-again", f"/parties/{tenant_id}/remind", f"/parties/{tenant_id}/take-back"):
        assert stranger.post(f"/campaigns/{campaign_id}{path}").status_code == 404, path
    operator = world.city.client("wsjk.operator")
    assert operator.post(f"/campaigns/{campaign_id}/begin-draw").status_code == 404
    assert operator.post(f"/campaigns/{campaign_id}/reopen").status_code == 404
    assert operator.post(f"/campaigns/{campaign_id}/readiness/try-again").status_code == 404
    assert "餐饮场所联合抽查" not in text(stranger.get("/campaigns/"))


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("scjg.officer", "answer"), ("scjg.head", "cancel"), ("yjgl.operator", "answer"), ("scjg.planner", "begin-draw"),
        ("yjgl.officer", "decline"), ("scjg.operator", "invite"), ("scjg.discloser", "extend"),
    ],
)  # fmt: skip
def test_the_wrong_role_may_read_and_not_act(world: World, who: str, path: str) -> None:
    campaign_id = world.invited()
    client = world.city.client(who)
    assert client.get(f"/campaigns/{campaign_id}").status_code == 200
    assert client.post(f"/campaigns/{campaign_id}/{path}", data={"reason": "理由"}).status_code == 403


def test_a_partner_may_not_do_what_is_the_leads(world: World) -> None:
    campaign_id = world.invited()
    partner = world.city.client("yjgl.planner")
    for path in (
        "cancel",
        "extend",
        "partners",
        "filing-decision",
        f"parties/{world.city.bureaus['XFJY']}/leave-out",
    ):
        url = f"/campaigns/{campaign_id}/{path}"
        assert partner.get(url).status_code == 404, path
        assert partner.post(url, data={"reason": "理由"}).status_code == 404, path
    assert (
        partner.post(f"/campaigns/{campaign_id}/parties/{world.city.bureaus['XFJY']}/remind").status_code
        == 404
    )
    with world.city.acting("scjg.planner"):
        assert queries.campaign(campaign_id).state == "inviting"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"item_ids": []}, "请至少选择一个检查事项"),
        ({"inspector_ids": []}, "请选择参加抽取的执法人员"),
        ({"team_size": "1"}, "应在 2 到 20 之间"),
        ({"rate": "120"}, "0 到 100"),
        ({"rate": ""}, "请填写此项"),
        ({"rate": "三成"}, "请填写数字"),
        ({"kept": "不是代码 投诉举报"}, "第 1 行"),
        ({"cap": "0"}, "应在 1 到 10000 之间"),
    ],
)
def test_bad_input_is_shown_again_with_what_to_change(
    world: World, change: dict[str, Any], said: str
) -> None:
    campaign_id = world.invited()
    answer = world.city.client("yjgl.planner").post(
        f"/campaigns/{campaign_id}/answer", data=answering(world, "YJGL", **change)
    )
    assert answer.status_code == 422 and said in text(answer)
    with world.city.acting("yjgl.planner"):
        assert queries.my_party(campaign_id).answer is None


def test_rates_of_single_strata_and_narrowing_are_kept_and_shown_again(world: World) -> None:
    campaign_id = world.invited()
    client = world.city.client("yjgl.planner")
    sent = answering(world, "YJGL", **{"kind-rate-92": "20", "kinds": ["92"], "scope": ""})
    assert client.post(f"/campaigns/{campaign_id}/answer", data=sent).status_code == 303
    with world.city.acting("yjgl.planner"):
        own = queries.my_list(campaign_id)
        assert own is not None and own.rates == {"*": {"bp": 1000}, "92": {"bp": 2000}}
    assert 'name="kind-rate-92" value="20"' in text(client.get(f"/campaigns/{campaign_id}/answer"))


def test_too_few_officers_block_the_draw_and_say_what_to_change(world: World) -> None:
    campaign_id = world.ready()
    world.accept(
        campaign_id, "YJGL", inspector_ids=world.officers["YJGL"][:3], cap=2, rates={"*": {"number": 20}}
    )
    operator = world.city.client("scjg.operator")
    page = text(operator.get(f"/campaigns/{campaign_id}"))
    assert (
        "“开始抽取”还不能办理" in page
        and "市应急管理局：执法人员不够" in page
        and "再列入至少 17 名人员" in page
    )
    assert operator.post(f"/campaigns/{campaign_id}/begin-draw").status_code == 422


def test_declining_and_withdrawing_ask_for_a_reason(world: World) -> None:
    campaign_id = world.invited()
    partner = world.city.client("yjgl.planner")
    url = f"/campaigns/{campaign_id}"
    assert partner.post(f"{url}/decline", data={"reason": " "}).status_code == 422
    assert partner.post(f"{url}/decline", data={"reason": "本季度人手不足"}).status_code == 303
    page = text(world.city.client("scjg.planner").get(url))
    assert "不参加" in page and "本季度人手不足" in page
    world.accept(campaign_id, "XFJY")
    other = world.city.client("xfjy.planner")
    assert "还没有冻结" in text(other.get(f"{url}/withdraw"))
    assert other.post(f"{url}/withdraw", data={"reason": "机构改革"}).status_code == 303


def test_the_lead_deals_with_the_silent(world: World) -> None:
    campaign_id = world.invited()
    lead = world.city.client("scjg.planner")
    url, tenant_id = f"/campaigns/{campaign_id}", world.city.bureaus["YJGL"]
    assert lead.post(f"{url}/parties/{tenant_id}/remind").status_code == 303
    assert "已催办 1 次" in text(world.city.client("yjgl.planner").get(url))
    assert lead.post(f"{url}/extend", data={"answer_due": "2020-01-01"}).status_code == 422
    assert (
        lead.post(f"{url}/extend", data={"answer_due": str(today() + timedelta(days=20))}).status_code == 303
    )
    assert lead.post(f"{url}/parties/{tenant_id}/leave-out", data={"reason": ""}).status_code == 422
    assert lead.post(f"{url}/parties/{tenant_id}/leave-out", data={"reason": "未答复"}).status_code == 303
    assert lead.post(f"{url}/parties/{tenant_id}/take-back").status_code == 303
    more = {"partner_ids": [str(world.city.bureaus["WSJK"])]}
    assert lead.post(f"{url}/partners", data=more).status_code == 303
    assert "邀请" in text(world.city.client("wsjk.planner").get(url))
    assert lead.post(f"{url}/cancel", data={"reason": "并入其他任务"}).status_code == 303
    assert "任务已取消" in text(lead.get(url))


def test_what_is_outside_the_plan_is_registered_with_its_reason(world: World) -> None:
    """R-P3."""
    lead = world.city.client("scjg.planner")
    form = {
        "name": "节前抽查", "rate_mode": "number", "rate": "5", "starts_on": str(today()), "ends_on": str(today()),
        "answer_due": str(today()), "kinds": ["91"], "then": "invite",
    }  # fmt: skip
    answer = lead.post("/campaigns/new/ad-hoc", data=form)
    assert answer.status_code == 422 and "请填写此项" in text(answer)
    form |= {"reason": "上级临时部署", "reference": "示政办发〔2026〕9号"}
    answer = lead.post("/campaigns/new/ad-hoc", data=form)
    assert answer.status_code == 303
    url = answer.headers["Location"]
    page = text(lead.get(url))
    assert "示政办发〔2026〕9号" in page and "计划外" in page
    # Nothing is filled in yet: each problem is said, though there is no plan to lead to.
    ready = lead.get(f"{url}/readiness")
    assert ready.status_code == 200 and "必须解决" in text(ready)
    with world.city.acting("scjg.planner"):
        made = db.session.query(Campaign).filter_by(name="节前抽查").one()
        assert made.conditions == {"kinds": ["91"]} and made.state == "inviting"


def test_what_was_done_already_is_said_and_not_done_twice(world: World) -> None:
    """Wrong state: inviting, beginning and answering twice."""
    campaign_id = world.ready()
    url = f"/campaigns/{campaign_id}"
    assert world.city.client("scjg.planner").post(f"{url}/invite").status_code == 409
    operator = world.city.client("scjg.operator")
    assert operator.post(f"{url}/begin-draw").status_code == 303
    assert operator.post(f"{url}/begin-draw").status_code == 409
    partner = world.city.client("yjgl.planner")
    answer = partner.post(f"{url}/answer", data=answering(world, "YJGL"))
    assert answer.status_code == 422 and "名单已经冻结" in text(answer)
    assert "由本部门以后补查" in text(partner.get(f"{url}/withdraw"))
    assert partner.post(f"{url}/withdraw", data={"reason": "抽调"}).status_code == 422
    sent = {"reason": "抽调", "disposition": "later"}
    assert partner.post(f"{url}/withdraw", data=sent).status_code == 303
    assert "市应急管理局在名单冻结后退出" in text(world.city.client("xfjy.planner").get(url))
    assert operator.get(f"{url}/draw-again").status_code == 200
    assert operator.post(f"{url}/draw-again", data={"reason": "重来"}).status_code == 422


def test_a_campaign_is_not_closed_while_visits_are_open(world: World) -> None:
    campaign_id = world.ready()
    answer = world.city.client("scjg.planner").post(f"/campaigns/{campaign_id}/close")
    assert answer.status_code == 409
    assert world.city.client("wsjk.planner").post(f"/campaigns/{campaign_id}/close").status_code == 404
    assert world.city.client("yjgl.planner").post(f"/campaigns/{campaign_id}/close").status_code in (404, 409)


def test_a_deadline_beyond_the_known_calendar_is_a_date_without_days(world: World) -> None:
    """R-S3: a year without a known calendar is said, not guessed."""
    campaign_id = world.invited()
    lead = world.city.client("scjg.planner")
    sent = {"answer_due": f"{today().year + 30}-03-02"}
    assert lead.post(f"/campaigns/{campaign_id}/extend", data=sent).status_code == 303
    page = text(lead.get(f"/campaigns/{campaign_id}"))
    assert sent["answer_due"] in page and "个工作日" not in page


def test_after_a_void_draw_the_page_asks_for_other_parties(
    world: World, run_jobs: Any, owner: psycopg.Connection
) -> None:
    """draw.md: nobody is named who was given no time, a new bureau is chosen, and its operator finds the commitment to make."""
    set_apart(owner)
    campaign_id, _draw = void(world, run_jobs)
    operator, url = world.city.client("scjg.operator"), f"/campaigns/{campaign_id}"
    assert "已作废" in text(operator.get(url)) and f"{url}/draw-again" in text(operator.get(url))
    page = text(operator.get(f"{url}/draw-again"))
    assert "没有等到各方揭示就作废了" in page and "示范市民政局" in page
    assert f'value="{world.city.bureaus["SFJ"]}"' not in page
    answer = operator.post(f"{url}/draw-again", data={"reason": "上次作废"})
    assert answer.status_code == 422 and "请约定公共随机数，或至少选择一个上次没有承诺的部门" in text(answer)
    chosen = {"reason": "上次作废", "also_commit": [str(world.city.bureaus["MZJ"])]}
    assert operator.post(f"{url}/draw-again", data=chosen).status_code == 303
    with world.city.acting("scjg.operator"):
        draw_id = queries.campaign(campaign_id).draw_id
    other = world.city.client("mzj.operator")
    assert "提交承诺" in text(other.get(f"/draws/{draw_id}"))
    assert "待承诺的抽取" in text(other.get("/desk/"))
    assert "生成随机数并提交承诺" in text(other.get(f"/draws/{draw_id}/secret"))
    assert other.post(f"/draws/{draw_id}/commit", data={"digest": "a" * 64}).status_code == 303


def test_only_the_supervisor_makes_the_supervisors_commitment(
    world: World, run_jobs: Any, owner: psycopg.Connection
) -> None:
    """Nor any operator of its bureau; and after a void draw it says why."""
    set_apart(owner)
    campaign_id, _draw = void(world, run_jobs)
    chosen = {"reason": "上次作废", "also_commit": [str(world.city.bureaus["MZJ"])]}
    world.city.client("scjg.operator").post(f"/campaigns/{campaign_id}/draw-again", data=chosen)
    with world.city.acting("scjg.operator"):
        url = f"/draws/{queries.campaign(campaign_id).draw_id}"
    for client in (world.city.client("sfj.operator"), world.city.client("scjg.operator")):
        assert client.get(f"{url}/secret").status_code == 404
        assert client.post(f"{url}/commit", data={"digest": "b" * 64}).status_code == 404
    supervisor = world.city.client("sfj.supervisor")
    assert "同意再次抽取的理由" in text(supervisor.get(f"{url}/secret"))
    answer = supervisor.post(f"{url}/commit", data={"digest": "b" * 64})
    assert answer.status_code == 422 and "请写明理由" in text(answer)
    agreed = {"digest": "b" * 64, "reason": "民政局加入，同意再次抽取"}
    assert supervisor.post(f"{url}/commit", data=agreed).status_code == 303
    assert "民政局加入，同意再次抽取" in text(world.city.client("scjg.operator").get(url))


def test_the_operator_is_told_what_can_be_drawn_and_gets_no_button_of_anothers(world: World) -> None:
    """The desk counts it, the list shows it; before, the operator is told who fills in what is missing."""
    campaign_id = world.invited()
    operator, url = world.city.client("scjg.operator"), f"/campaigns/{campaign_id}"
    page = text(operator.get(url))
    assert "由本部门计划员或协调员填写" in page and "填写本部门的部分" not in page
    assert f"/campaigns/{campaign_id}" not in text(operator.get("/campaigns/?todo=draw"))
    world.accept(campaign_id, "SCJG", "YJGL", "XFJY")
    assert f"/campaigns/{campaign_id}" in text(operator.get("/campaigns/?todo=draw"))
    assert "各部门已经答复的抽查任务" in text(operator.get("/desk/"))


def test_the_desk_shows_what_is_under_way_and_how_far_it_is(world: World) -> None:
    campaign_id = world.invited(ends_on=today())
    page = text(world.city.client("xfjy.planner").get("/desk/"))
    assert f"/campaigns/{campaign_id}" in page and "已答复 0 / 3 个部门" in page
    assert f"/campaigns/{campaign_id}" not in text(world.city.client("mzj.planner").get("/desk/"))


def test_a_line_without_a_turn_left_offers_no_campaign(world: World) -> None:
    """R-P3: said on the page, not only after the form was filled in."""
    line_id = world.line(times_a_year=1)
    lead = world.city.client("scjg.planner")
    assert f"/campaigns/new/{line_id}" in text(lead.get("/campaigns/new"))
    assert f"/campaigns/new/{line_id}" in text(lead.get(f"/plans/lines/{line_id}"))
    with world.city.acting("scjg.planner"):
        service.start(line_id)
    page = text(lead.get("/campaigns/new"))
    assert f"/campaigns/new/{line_id}" not in page and "全年次数已满" in page
    assert f"/campaigns/new/{line_id}" not in text(lead.get(f"/plans/lines/{line_id}"))


def test_a_problem_names_its_stratum_as_people_do(world: World) -> None:
    campaign_id = world.invited()
    sent = answering(world, "YJGL", stratify="none", rate_mode="number", rate="5000", cap="10000")
    client = world.city.client("yjgl.planner")
    client.post(f"/campaigns/{campaign_id}/answer", data=sent)
    page = text(client.get(f"/campaigns/{campaign_id}"))
    assert "分层“全部”应抽 5000 户" in page and "ALL" not in page
