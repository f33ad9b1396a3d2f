"""A notice tells the hour, whom to ask, what to prepare, under its own number (R-V1); the result goes to the firm in writing by
itself once a record is accepted; a joint record is one sheet in Word as well (R-J2)."""

from __future__ import annotations

import io
from datetime import time
from typing import Any
from uuid import UUID

import docx
import pytest

from onedoor.followups import service as followups
from onedoor.kernel import files
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.messages import queries as messages
from onedoor.messages.rules import Letter
from onedoor.visits import queries, service
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.campaigns.builders import World
from tests.visits.builders import DrawnCampaign, run_jobs_of
from tests.visits.check_builders import CLERK, Desk

TOLD: dict[str, Any] = {
    "hour": time(9, 30), "contact": "王科长", "phone": "0990-1234567", "papers": ["食品经营许可证", "进货台账"],
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    return Desk(world)


def words(content: bytes) -> str:
    """All that stands in a Word file."""
    letter = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in letter.paragraphs), *cells])


def test_the_notice_says_hour_contact_papers_and_its_own_number(desk: Desk) -> None:
    visit_id, city = desk.approved(), desk.world.city
    with city.acting(CLERK):
        visit = service.set_notice_details(visit_id, TOLD)
        assert service.set_notice_details(visit_id, TOLD) is visit, "the same again changes nothing"
        service.issue_notice(visit_id)
        assert visit.notice_file_id is not None
        kept = files.get(visit.notice_file_id)
        number = visit.number.replace("查〔", "查通〔")
        assert number != visit.number and number in kept.name
        for text in (
            number,
            "9时30分",
            "王科长",
            "0990-1234567",
            "1．食品经营许可证",
            "2．进货台账",
            visit.number,
        ):
            assert text in words(kept.content), text
        with pytest.raises(Conflict, match="已经发出"):
            service.set_notice_details(visit_id, {**TOLD, "contact": "李科长"})
    printed = city.client(CLERK).get(f"/visits/{visit_id}/notice").get_data(as_text=True)
    assert number in printed and "9时30分" in printed and "<li>进货台账</li>" in printed


def test_where_nothing_is_said_the_leader_is_asked_and_the_usual_papers(desk: Desk) -> None:
    visit_id = desk.approved()
    with desk.world.city.acting(CLERK):
        told = service.notice_values(queries.visit(visit_id))
        leader = next(one.name for one in queries.team(visit_id) if one.leader)
        assert (told["hour"], told["contact"], len(told["papers"])) == ("", leader, 1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"contact": ""}, "contact"), ({"phone": "请打电话"}, "phone"), ({"papers": ["材料"] * 21}, "papers"),
        ({"papers": ["长" * 101]}, "papers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(desk: Desk, more: dict[str, Any], field: str) -> None:
    visit_id = desk.approved()
    with desk.world.city.acting(CLERK), pytest.raises(ClerkError) as wrong:
        service.set_notice_details(visit_id, {**TOLD, **more})
    assert set(wrong.value.fields) == {field}


def test_on_the_page_and_over_the_interface_and_by_the_lead_alone(desk: Desk) -> None:
    city, visit_id = desk.world.city, desk.approved()
    clerk, place = city.client(CLERK), f"/visits/{visit_id}/notice-details"
    assert "通知书的内容" in clerk.get(f"/visits/{visit_id}").get_data(as_text=True)
    given = {
        "hour": "14:00",
        "contact": "王科长",
        "phone": "0990-1234567",
        "papers": "营业执照\n\n健康证明\n",
    }
    assert clerk.post(place, data=given).status_code == 303
    assert clerk.post(place, data={**given, "hour": "25:00"}).status_code == 422
    shown = clerk.get(f"/visits/{visit_id}").get_data(as_text=True)
    assert "14:00" in shown and "健康证明" in shown
    own = token(city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE)
    path = f"/api/v1/visits/{visit_id}/notice"
    sent = city.client().put(
        path, headers=own, json={**given, "hour": "15:30", "papers": ["营业执照", "健康证明"]}
    )
    assert sent.status_code == 200, sent.get_data(as_text=True)
    with city.acting(CLERK):
        assert queries.visit(visit_id).arrives_at == time(15, 30)
        assert list(queries.visit(visit_id).notice_papers) == ["营业执照", "健康证明"]
    bare = city.client().put(path, headers=own, json={**given, "phone": "电话", "papers": []})
    assert bare.status_code == 422 and bare.get_json()["errors"][0]["field"] == "phone"
    other = token(city, "YJGL", P.BUREAU_READ, P.VISIT_MANAGE)
    assert city.client().put(path, headers=other, json={}).status_code == 404
    with city.acting("yjgl.planner"), pytest.raises((NotFound, Forbidden)):
        service.set_notice_details(visit_id, TOLD)


def test_the_result_is_told_in_writing_once_the_record_is_accepted(desk: Desk) -> None:
    """R-V7, forms.md: by a job, once; the firm reads it behind its visit's code."""
    city, visit_id = desk.world.city, desk.approved()
    record_id = desk.record(visit_id)
    run_jobs_of(city.app)()
    with city.acting(CLERK):
        issued = [one for one in messages.documents_of(record_id) if one.kind == Letter.RESULT_NOTICE]
        assert len(issued) == 1 and "未发现问题" in issued[0].values["results"]
        assert followups.issue_first_result_notice(record_id) is None, "done again it is done once"
        code = queries.visit(visit_id).code
    assert "检查结果告知书" in city.client().get(f"/v/{code}").get_data(as_text=True)


def test_a_returned_record_has_no_result_yet(desk: Desk) -> None:
    city, visit_id = desk.world.city, desk.approved()
    drawn = DrawnCampaign(desk.world, visit_id, visit_id)
    record_id = drawn.record(visit_id, "SCJG")
    drawn.decide(record_id, "SCJG", False, "请补照片")
    run_jobs_of(city.app)()
    with city.acting(CLERK):
        assert messages.documents_of(record_id) == []


def test_a_joint_record_is_one_sheet_in_word(going: DrawnCampaign) -> None:
    visit_id: UUID = going.joint()
    city = going.world.city
    letters = going.parties(visit_id)
    for one in letters:
        going.accept(going.record(visit_id, one), one)
    answer = city.client(CLERK).get(f"/visits/{visit_id}/record.docx")
    assert answer.status_code == 200
    text = words(answer.data)
    with city.acting(CLERK):
        visit, parts = queries.visit(visit_id), queries.parts(visit_id)
        for party in queries.parties(visit_id):
            number = parts[party.bureau_id].number
            assert number and number in text and party.bureau_name in text
    assert visit.number in text and text.count("当事人意见：已阅读并签字确认") == len(letters)
    assert city.client("mzj.planner").get(f"/visits/{visit_id}/record.docx").status_code == 404
