"""Pages of visits as the people in it use them: coordinator, reviewer, head, officer, discloser, citizen, another bureau."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any
from uuid import UUID

import docx
import pytest

from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.kernel.errors import Conflict
from onedoor.officers import service as officer_service
from onedoor.visits import queries
from onedoor.visits.rules.codes import grouped
from tenants import approvals
from tests.fixtures.clerk_files import as_csv
from tests.visits.builders import ANSWERS, DrawnCampaign, run_jobs_of

ILL = {"reason": "急性阑尾炎手术", "category": "ill", "confirmed": "1"}


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_coordinator_reviewer_and_head_take_the_batch_through(fresh: DrawnCampaign) -> None:
    """R-V1."""
    city, batch = fresh.world.city, f"/visits/campaigns/{fresh.campaign_id}"
    coordinator = city.client("scjg.planner")
    assert "提交审批" in text(coordinator.get(batch))
    assert "已提交审批" in text(coordinator.post(f"{batch}/submit", follow_redirects=True))
    assert coordinator.post(f"{batch}/submit").status_code == 409
    for who in ("scjg.reviewer", "scjg.head"):
        with city.acting(who):
            waiting = approvals.waiting_for("visits", fresh.campaign_id)
            assert waiting is not None
            approval_id = waiting.id
        client = city.client(who)
        assert "检查安排" in text(client.get(f"/desk/inbox/{approval_id}"))
        answer = client.post(f"/desk/inbox/{approval_id}", data={"decision": "approve"})
        assert answer.status_code == 303
    page = text(coordinator.get(batch))
    assert "发出检查通知书" in page and "通过" in page and "等待参与部门负责人批准各自的部分" in page
    assert coordinator.post(f"{batch}/parts").status_code == 409, "the lead's head approved all"
    the_partners_head_approves(fresh, batch)
    fresh.approve_parts()
    assert coordinator.post(f"{batch}/notices").status_code == 303
    run_jobs_of(city.app)()
    assert "已通知" in text(coordinator.get(batch))
    with city.acting("scjg.planner"):
        visit = fresh.visits()[0]
    printed = text(coordinator.get(f"/visits/{visit.id}/notice"))
    assert visit.number in printed and visit.entity_name in printed and "qr-code" in printed
    word = coordinator.get(f"/visits/{visit.id}/notice.docx")
    document = docx.Document(io.BytesIO(word.data))
    assert any(visit.entity_name in paragraph.text for paragraph in document.paragraphs)
    assert text(coordinator.get(f"/visits/{visit.id}/sheet")).count("灭火器数量") >= 1
    assert coordinator.get(f"/visits/{visit.id}/sheet.docx").status_code == 200


def the_partners_head_approves(fresh: DrawnCampaign, batch: str) -> None:
    """R-J2: from the card on the partner's desk to the head's word."""
    city = fresh.world.city
    letters = fresh.partner(fresh.joint()).lower()
    partner = city.client(f"{letters}.planner")
    assert "待报本单位批准的联合检查" in text(partner.get("/desk/"))
    assert "报本单位负责人批准" in text(partner.get(batch))
    assert partner.post(f"{batch}/parts").status_code == 303
    assert "等待本单位审批" in text(partner.get(batch))
    for who in ("reviewer", "head"):
        with city.acting(f"{letters}.{who}"):
            waiting = approvals.waiting_for("visit_parts", fresh.campaign_id)
            assert waiting is not None
            approval_id = waiting.id
        client = city.client(f"{letters}.{who}")
        assert "参与的联合检查" in text(client.get(f"/desk/inbox/{approval_id}"))
        assert client.post(f"/desk/inbox/{approval_id}", data={"decision": "approve"}).status_code == 303
    assert "报本单位负责人批准" not in text(partner.get(batch))


def entrusted(expert_id: object) -> dict[str, Any]:
    """What the form sends: whom, and the paper that entrusts them."""
    paper = (io.BytesIO(b"%PDF-1.7"), "委托书.pdf")
    return {
        "expert_id": str(expert_id),
        "number": "委〔2031〕1号",
        "scope": "消防设施",
        "unbiased": "1",
        "file": paper,
    }


def test_an_expert_assists_on_top_of_the_drawn_team(fresh: DrawnCampaign) -> None:
    """R-L7, R-D5: named in the papers as who assists, in no officer's place, by the bureau whose list they are on."""
    city = fresh.world.city
    with city.acting("scjg.planner"):
        visit = fresh.visits()[0]
        team = [member.code for member in queries.team(visit.id)]
        gone = {"kind": "person", "name": "庚某", "organisation": "", "title": "", "qualifications": []}
        last = {"credential": "", "credential_expires_on": date(2020, 1, 1), "active": True, "remark": ""}
        late = officer_service.save_expert(None, {**gone, **last}).id
        able = {**gone, **last, "name": "辛某", "organisation": "示例大学", "credential_expires_on": None}
        expert = officer_service.save_expert(None, able).id
    coordinator, page = city.client("scjg.planner"), f"/visits/{visit.id}"
    assert "辛某（示例大学）" in text(coordinator.get(page)) and "庚某" not in text(coordinator.get(page))
    refused = coordinator.post(f"{page}/assistants", data=entrusted(late))
    assert refused.status_code == 422 and "资格已于 2020-01-01 到期" in text(refused)
    done = coordinator.post(f"{page}/assistants", data=entrusted(expert), follow_redirects=True)
    assert "已选为协助人员" in text(done)
    assert coordinator.post(f"{page}/assistants", data=entrusted(expert)).status_code == 422
    assert "协助检查" in text(coordinator.get(f"{page}/sheet"))
    with city.acting("scjg.planner"):
        assert [member.code for member in queries.team(visit.id)] == team
        (assistant,) = queries.assistants(visit.id)
    other = city.client("yjgl.planner")
    drop = f"{page}/assistants/{assistant.id}/drop"
    assert other.post(drop).status_code == 404
    assert other.post(f"{page}/assistants", data=entrusted(expert)).status_code in (404, 422)
    assert coordinator.post(drop).status_code == 303 and coordinator.post(drop).status_code == 404
    assert "协助检查" not in text(coordinator.get(f"{page}/sheet"))


def test_who_assists_is_each_bureaus_own_choice_and_bad_input_chooses_nobody(going: DrawnCampaign) -> None:
    """R-L7, R-T1: of one's own list alone; partners see whom the others take along, and strangers nothing."""
    city, visit_id = going.world.city, going.joint()
    letters, page = going.partner(visit_id), f"/visits/{visit_id}"
    head = ("姓名或名称", "类别", "所在单位")
    for who, name in (("scjg", "壬某"), (letters.lower(), "癸某")):
        with city.acting(f"{who}.planner"):
            load = import_service.begin_import(
                "experts", "专家.csv", as_csv([[name, "专家", "示例大学"]], head)
            ).id
    run_jobs_of(city.app)()
    lead, partner = city.client("scjg.planner"), city.client(f"{letters.lower()}.planner")
    (mine,) = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>壬某（示例大学）', lead.get(page).text)
    (theirs,) = re.findall(r'<option value="([0-9a-f-]{36})"[^>]*>癸某（示例大学）', partner.get(page).text)
    for given in ({}, {"expert_id": ""}, {"expert_id": "壬某"}, {"expert_id": "9" * 400}):
        refused = lead.post(f"{page}/assistants", data=given)
        assert refused.status_code == 422 and 'role="alert"' in refused.text, given
    for unknown in (theirs, str(visit_id)):
        assert lead.post(f"{page}/assistants", data=entrusted(unknown)).status_code == 404
    stranger, discloser = city.client("xscjg.planner"), city.client("scjg.discloser")
    assert stranger.post(f"{page}/assistants", data=entrusted(mine)).status_code == 404
    assert discloser.post(f"{page}/assistants", data=entrusted(mine)).status_code == 403
    with city.acting("scjg.planner"):
        assert queries.assistants(visit_id) == []
    assert lead.post(f"{page}/assistants", data=entrusted(mine)).status_code == 303
    assert partner.post(f"{page}/assistants", data=entrusted(theirs)).status_code == 303
    with city.acting("scjg.planner"):
        drops = {one.name: f"{page}/assistants/{one.id}/drop" for one in queries.assistants(visit_id)}
    for client, own, other in ((lead, "壬某", "癸某"), (partner, "癸某", "壬某")):
        shown = client.get(page).text
        assert other in shown and drops[own] in shown and drops[other] not in shown
        assert client.post(drops[other]).status_code == 404
    with (
        city.acting(f"{letters.lower()}.planner"),
        pytest.raises(Conflict, match="1 条都不能撤销：已协助过检查"),
    ):
        import_service.begin_undo(import_queries.import_run(load))
    going.record(visit_id, letters)
    late = partner.post(drops["癸某"])
    assert late.status_code == 422 and "协助人员不能再改" in late.text
    assert lead.post(drops["壬某"]).status_code == 303


def test_the_lead_replaces_reschedules_and_cancels_on_the_page(fresh: DrawnCampaign) -> None:
    city = fresh.world.city
    coordinator = city.client("scjg.planner")
    with city.acting("scjg.planner"):
        visit = fresh.visits()[1]
        member = queries.team(visit.id)[0]
        later = queries.calendar().add_working_days(visit.scheduled_on, 1)
    page = f"/visits/{visit.id}"
    assert member.name in text(coordinator.get(page))
    refused = coordinator.post(f"{page}/members/{member.id}/replace", data={**ILL, "reason": " "})
    assert refused.status_code == 422
    done = coordinator.post(f"{page}/members/{member.id}/replace", data=ILL, follow_redirects=True)
    assert "已随机抽取接替人员" in text(done) and f"{member.name}已退出：因病不能参加" in text(done)
    moved = coordinator.post(f"{page}/reschedule", data={"day": later.isoformat()}, follow_redirects=True)
    assert "已改期" in text(moved)
    weekend = coordinator.post(f"{page}/reschedule", data={"day": "2020-01-01"})
    assert weekend.status_code == 422 and "检查日期应在" in text(weekend)
    assert coordinator.post(f"{page}/cancel", data={}).status_code == 422
    ended = coordinator.post(f"{page}/cancel", data={"reason": "已注销"}, follow_redirects=True)
    assert "取消原因：已注销" in text(ended)


def test_lists_filter_and_export(going: DrawnCampaign) -> None:
    coordinator = going.world.city.client("scjg.planner")
    with going.world.city.acting("scjg.planner"):
        visit = next(v for v in going.visits() if v.state == "approved")
    found = text(coordinator.get("/visits", query_string={"q": visit.number}))
    assert visit.entity_name in found and "共 1 条" in found
    page = coordinator.get("/visits", query_string={"state": "approved", "campaign": str(going.campaign_id)})
    assert "已批准" in text(page)
    file = coordinator.get("/visits", query_string={"export": "csv"}).get_data(as_text=True)
    assert visit.number in file and "已批准" in file and "approved" not in file
    for path in ("/visits/reports", "/followups"):
        assert coordinator.get(path).status_code == 200


def officer_fills(going: DrawnCampaign, visit_id: UUID, client: Any, results: list[str]) -> Any:
    """The officer's way on the phone, from the list to the submission; returns what the finish page gave."""
    page = f"/field/visits/{visit_id}"
    assert client.post(f"{page}/begin", data={"reason": "对方手机没电"}).status_code == 303
    with going.world.city.acting("scjg.officer"):
        matters = queries.matters(visit_id, going.world.city.bureaus["SCJG"])
    for matter in matters:
        form = text(client.get(f"{page}/matters/{matter.id}"))
        assert "灭火器数量" in form and "具" in form
        data = {**ANSWERS, "results": results, "revision": "0"}
        assert client.post(f"{page}/matters/{matter.id}", data=data).status_code == 303
    finish = text(client.get(f"{page}/finish"))
    key = re.search(r'name="key" value="([^"]+)"', finish)
    assert key is not None
    return {
        "key": key.group(1),
        "attendee": "王店长",
        "signature": "signed",
        "handling": "none",
        "method": "on_site",
    }


def test_an_officer_fills_the_record_on_a_phone_and_sends_it_once(going: DrawnCampaign) -> None:
    """R-V4."""
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
    client = city.client("scjg.officer")
    mine = text(client.get("/field"))
    assert visit.entity_name in mine and f'"/field/visits/{visit_id}"' in mine
    page = f"/field/visits/{visit_id}"
    assert "请先亮码" in text(client.get(page))
    assert grouped(visit.code) in text(client.get(f"{page}/code"))
    nothing = client.post(f"{page}/begin", data={})
    assert nothing.status_code == 422 and "请写明没有扫码的原因" in text(nothing)
    ending = officer_fills(going, visit_id, client, ["nothing"])
    wrong = client.post(f"{page}/finish", data={**ending, "signature": ""})
    assert wrong.status_code == 422 and "请选择当事人已签字" in text(wrong)
    for _ in range(2):
        assert client.post(f"{page}/finish", data=ending).status_code == 303
    assert "待科室审核" in text(client.get(page))
    # Not by its name: another campaign may have drawn the same firm.
    assert f'"{page}"' not in text(client.get("/field"))
    with city.acting("scjg.reviewer"):
        record = queries.my_record(visit_id)
        assert record is not None and record.state == "submitted"
        record_id = record.id
    reviewer = city.client("scjg.reviewer")
    shown = text(reviewer.get(f"/visits/records/{record_id}"))
    assert "灭火器数量" in shown and "4 具" in shown
    on_screen = re.search(r'name="shown" value="([0-9a-f]{64})"', shown)
    assert on_screen is not None
    approval = {"decision": "approve", "shown": on_screen.group(1)}
    refused = reviewer.post(f"/visits/records/{record_id}/decide", data={"decision": "return"})
    assert refused.status_code == 422 and "写明理由" in text(refused)
    assert reviewer.post(f"/visits/records/{record_id}/decide", data=approval).status_code == 303
    assert reviewer.post(f"/visits/records/{record_id}/decide", data=approval).status_code == 404
    report = client.get(f"/visits/{visit_id}/report")
    assert "本次检查结果为：未发现问题" in text(report)
    assert client.post(f"/visits/{visit_id}/report", data={"assessment": ""}).status_code == 422
    data = {"assessment": "总体规范", "proposed": "无需处理"}
    assert client.post(f"/visits/{visit_id}/report", data=data).status_code == 303
    for name in ("print", "record.docx", "report", "report.docx"):
        assert client.get(f"/visits/records/{record_id}/{name}").status_code == 200
    discloser = city.client("scjg.discloser")
    assert "可以公示" in text(discloser.get("/visits/to-disclose"))
    published = discloser.post("/visits/disclose", data={"ids": [str(record_id)]}, follow_redirects=True)
    assert "已公示 1 条检查结果" in text(published)
    with city.acting("scjg.discloser"):
        shown_as = disclosures.of_subject("result", record_id)
        assert shown_as is not None
        address = f"/disclosures/{shown_as.id}/withdraw"
    assert discloser.post(address, data={"reason": "店名有误"}).status_code == 303
    assert "曾撤回：店名有误" in text(discloser.get("/visits/to-disclose")), (
        "nothing goes out again by mistake"
    )


def test_an_officer_reports_an_object_that_is_not_there(going: DrawnCampaign) -> None:
    city, visit_id = going.world.city, going.joint()
    client = city.client("scjg.officer")
    page = f"/field/visits/{visit_id}"
    client.post(f"{page}/begin", data={"reason": "无人在场"})
    said = client.post(f"{page}/whole", data={"whole": "unreachable"}, follow_redirects=True)
    assert "无法取得联系" in text(said)
    key = re.search(r'name="key" value="([^"]+)"', text(client.get(f"{page}/finish")))
    assert key is not None
    done = client.post(
        f"{page}/finish", data={"key": key.group(1), "handling": "none"}, follow_redirects=True
    )
    assert "已提交" in text(done)
    assert "无法联系" in text(city.client("scjg.planner").get(f"/visits/{visit_id}"))


def test_anyone_with_the_code_sees_who_comes_and_why(going: DrawnCampaign) -> None:
    """R-V2."""
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.planner"):
        visit, team = queries.visit(visit_id), queries.team(visit_id)
        matters = queries.matters(visit_id)
    citizen = city.client()
    shown = text(citizen.get(f"/v/{visit.code}"))
    assert "检查码有效" in shown and visit.entity_name in shown and visit.number in shown
    for member in team:
        assert member.name in shown and member.certificate_number in shown
    for matter in matters:
        assert matter.name in shown and matter.basis in shown
    assert "此码已被核验 1 次" in shown
    assert "检查码有效" in text(citizen.get(f"/v/{grouped(visit.code).lower()}"))
    for wrong in ("0" * 16, "nonsense", "%00"):
        answer = citizen.get(f"/v/{wrong}")
        assert answer.status_code == 404 and "系统里没有这个检查码" in text(answer)
    coordinator = city.client("scjg.planner")
    coordinator.post(f"/visits/{visit_id}/cancel", data={"reason": "企业停业"})
    cancelled = text(citizen.get(f"/v/{visit.code}"))
    assert "这次检查已取消" in cancelled and "企业停业" in cancelled and "verdict-no" in cancelled


def test_a_code_before_approval_is_no_permission(world: Any, fresh: DrawnCampaign) -> None:
    with world.city.acting("scjg.planner"):
        visit = next((v for v in fresh.visits() if v.state == "proposed"), None)
        code = visit.code if visit else None
        if visit is None:
            visit = fresh.visits()[-1]
            visit.state, code = "proposed", visit.code
    assert "检查尚未批准" in text(world.city.client().get(f"/v/{code}"))


def paths(going: DrawnCampaign) -> list[str]:
    """Every page with an id in it, of one visit with a record."""
    visit_id = going.joint()
    record_id = going.record(visit_id, "SCJG", ["corrected"], handling="stop")
    going.accept(record_id, "SCJG")
    with going.world.city.acting("scjg.planner"):
        matter = queries.matters(visit_id)[0].id
        followup = queries.followups_of(record_id)[0].id
    visit, record = f"/visits/{visit_id}", f"/visits/records/{record_id}"
    field = f"/field/visits/{visit_id}"
    return [
        visit, f"{visit}/notice", f"{visit}/notice.docx", f"{visit}/sheet", f"{visit}/sheet.docx", f"{visit}/report",
        f"/visits/campaigns/{going.campaign_id}", record, f"{record}/print", f"{record}/record.docx", f"{record}/report",
        f"/followups/{followup}", field, f"{field}/code", f"{field}/finish", f"{field}/matters/{matter}",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["mzj.officer", "mzj.planner", "xscjg.head"])
def test_another_bureau_gets_404(going: DrawnCampaign, who: str) -> None:
    client = going.world.city.client(who)
    for path in paths(going):
        assert client.get(path).status_code in (403, 404), path
    page = f"/visits/{going.joint()}"
    for action in ("cancel", "reschedule", "postpone", "announce", "fill", "substitute"):
        data = {"reason": "试", "day": "2026-12-01", "slot": "0"}
        assert client.post(f"{page}/{action}", data=data).status_code in (403, 404), action


def test_every_state_and_code_is_written_in_chinese(going: DrawnCampaign) -> None:
    officer = going.world.city.client("scjg.officer")
    for path in paths(going):
        answer = officer.get(path)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            body = re.sub(r"<[^>]+>", " ", text(answer))
            assert not re.search(
                r"\b(noticed|approved|accepted|submitted|unreachable|corrected|on_site)\b", body
            ), path


def test_an_object_that_cannot_be_checked_gives_way_to_the_next(going: DrawnCampaign) -> None:
    """draw.md: asked from the phone, decided on the desk, kept in the register, its rate on the public page."""
    city, visit_id = going.world.city, going.joint()
    officer, page = city.client("scjg.officer"), f"/field/visits/{visit_id}"
    assert "对象无法检查，申请改由替补对象" in text(officer.get(page))
    assert "通过登记的住所（经营场所）无法联系" in text(officer.get(f"{page}/substitute"))
    wrong = officer.post(f"{page}/substitute", data={"note": "到登记机关核实过"})
    assert wrong.status_code == 422 and "到登记机关核实过" in text(wrong)
    asked = {"kind": "ceased", "note": "到登记机关核实过"}
    assert officer.post(f"{page}/substitute", data=asked).status_code == 303
    assert "等待科室审核" in text(officer.get(page))
    again = city.client("scjg.planner").post(f"/visits/{visit_id}/substitute", data=asked)
    assert again.status_code == 422 and "不必重复" in text(again)
    with city.acting("scjg.reviewer"):
        going_on = queries.my_substitution(visit_id)
        waiting = approvals.waiting_for("substitute", going_on.id) if going_on else None
        assert waiting is not None
        inbox = f"/desk/inbox/{waiting.id}"
    reviewer = city.client("scjg.reviewer")
    brief = text(reviewer.get(inbox))
    assert "怎样核实的" in brief and "到登记机关核实过" in brief and "不能撤回" in brief
    assert reviewer.post(inbox, data={"decision": "approve"}).status_code == 303
    run_jobs_of(city.app)()
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        comes = draws.substitutes(going.draw_id)["990100-SCJG", visit.entity_code]
        other = queries.visits_of(going.draw_id, comes)[-1]
        going.used.add(other.id)
    coordinator = city.client("scjg.planner")
    for path in (f"/visits/{visit_id}", f"/visits/campaigns/{going.campaign_id}"):
        shown = text(coordinator.get(path))
        assert "已由替补对象接替" in shown and other.entity_name in shown, path
    assert "该部门的事项不在这里检查" in text(coordinator.get(f"/visits/{visit_id}"))
    assert "已由替补对象接替" in text(officer.get(page))
    for client, path in (
        (city.client(), f"/open/draws/{going.draw_id}"),
        (coordinator, f"/draws/{going.draw_id}"),
    ):
        public = text(client.get(path))
        assert "替补比例" in public and f"{visit.entity_name} → {other.entity_name}" in public, path
        assert "已注销、吊销或被撤销登记" in public and "到登记机关核实过" not in public


def test_a_fourth_replacement_is_put_to_the_supervisor(fresh: DrawnCampaign) -> None:
    """draw.md, "Replacing an inspector"."""
    city = fresh.world.city
    with city.acting("scjg.planner"):
        visit = fresh.visits()[2]
        member = next(each for each in queries.team(visit.id) if not each.leader)
    coordinator, page = city.client("scjg.planner"), f"/visits/{visit.id}"
    for _ in range(3):
        done = coordinator.post(f"{page}/members/{member.id}/replace", data=ILL)
        assert done.status_code == 303
        with city.acting("scjg.planner"):
            member = next(each for each in queries.team(visit.id) if each.slot == member.slot)
    refused = coordinator.post(f"{page}/members/{member.id}/replace", data=ILL)
    assert refused.status_code == 422 and "报监督部门同意再次更换" in text(refused)
    assert coordinator.post(f"{page}/members/{member.id}/plead", data={"reason": " "}).status_code == 422
    assert (
        coordinator.post(f"{page}/members/{member.id}/plead", data={"reason": "几人生病"}).status_code == 303
    )
    assert "等待答复" in text(coordinator.get(page))
    with city.acting("scjg.planner"):
        plea = draws.pleas(fresh.draw_id)[-1][0].id
    supervisor, draw_page = city.client("sfj.supervisor"), f"/draws/{fresh.draw_id}"
    assert "待答复的人员更换" in text(supervisor.get("/desk/"))
    # The page renews itself while the supervisor writes the answer.
    assert re.search(r'name="reason"[^>]* hx-preserve', text(supervisor.get(draw_page)))
    assert "同意再次更换" in text(supervisor.get(draw_page)) and "几人生病" in text(supervisor.get(draw_page))
    answer = f"{draw_page}/pleas/{plea}"
    unsaid = supervisor.post(answer, data={"decision": "return"})
    assert unsaid.status_code == 422 and "请写明理由" in text(unsaid)
    assert supervisor.post(answer, data={"decision": "approve"}).status_code == 303
    assert "监督部门已同意" in text(supervisor.get(draw_page))
    done = coordinator.post(f"{page}/members/{member.id}/replace", data=ILL)
    assert done.status_code == 303
