"""Record and report as documents, what is behind a visit's code, the public outcome, and a bureau's own days (R-V7, R-O1)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import docx
import pytest

from onedoor.disclosure import queries as disclosures
from onedoor.followups import service
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.messages import queries as messages
from onedoor.messages.rules import Letter
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Record
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.followups.conftest import Finding
from tests.messages.test_letters import text_of
from tests.visits.builders import DrawnCampaign

DAYS = "/visits/to-disclose/days"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def record_of(going: DrawnCampaign, followup: UUID) -> UUID:
    with going.world.city.acting("scjg.officer"):
        return visits.followup(followup).record_id


def test_record_and_report_are_issued_with_number_and_code(going: DrawnCampaign, finding: Finding) -> None:
    """Each bureau's part goes by its own number (R-J2), and is told from a forged one."""
    city, record_id = going.world.city, record_of(going, finding())
    officer = city.client("scjg.officer")
    with city.acting("scjg.officer"):
        record = visits.record(record_id)
        with pytest.raises(Conflict, match="报告还没有完成"):
            visiting.issue_of_record(record_id, Letter.REPORT)
        with pytest.raises(ClerkError):
            visiting.issue_of_record(record_id, Letter.NOTICE)
        visiting.complete_report(record.visit_id, "基本规范", "责令改正")
        part = visits.parts(record.visit_id)[record.tenant_id].number
    for kind, said in (("record", "现场检查笔录"), ("report", "五、处理意见")):
        shown = officer.post(
            f"/visits/records/{record_id}/documents", data={"kind": kind}, follow_redirects=True
        )
        assert shown.status_code == 200 and said in text(shown) and str(part) in text(shown)
    with city.acting("scjg.officer"):
        issued = {one.kind: one for one in messages.documents_of(record_id)}
        assert {issued["record"].number, issued["report"].number} == {part}
        assert issued["record"].code in text_of(issued["record"].content)
        assert len(docx.Document(io.BytesIO(issued["record"].content)).inline_shapes) == 1
        code = issued["report"].code
    looked = officer.get(f"/visits/records/{record_id}/record.docx").data
    assert "核验本文书" not in text_of(looked), "what was not issued has no code of its own"
    assert str(part) in text(city.client().get(f"/d/{code}"))
    with city.acting("mzj.officer"), pytest.raises(NotFound):
        visiting.issue_of_record(record_id, Letter.RECORD)


def test_what_is_addressed_to_the_firm_is_behind_its_visits_code_at_once(
    going: DrawnCampaign, finding: Finding
) -> None:
    city, followup = going.world.city, finding()
    record_id = record_of(going, followup)
    with city.acting("scjg.officer"):
        code = visits.visit(visits.record(record_id).visit_id).code
    firm = city.client()
    assert "给您的文书" not in text(firm.get(f"/v/{code}"))
    with city.acting("scjg.officer"):
        service.order_correction(followup, "补齐标识", today() + timedelta(days=7))
        order = messages.documents_of(followup)[0]
        order_id, number = order.id, order.number
    other = finding_of_another(going, finding)
    page = text(firm.get(f"/v/{code}"))
    assert "给您的文书" in page and number in page
    assert "补齐标识" in text_of(firm.get(f"/v/{code}/documents/{order_id}").data)
    for wrong in (uuid4(), other):
        assert firm.get(f"/v/{code}/documents/{wrong}").status_code == 404
    assert firm.get(f"/v/2222-2222-2222-2222/documents/{order_id}").status_code == 404


def finding_of_another(going: DrawnCampaign, finding: Finding) -> UUID:
    """The document of another visit's order."""
    followup = finding()
    with going.world.city.acting("scjg.officer"):
        service.order_correction(followup, "另一份", today() + timedelta(days=7))
        return messages.documents_of(followup)[0].id


def test_the_outcome_is_public_by_its_word(going: DrawnCampaign, finding: Finding) -> None:
    """R-O1: what became of it is a further version; the bureau's own words stay inside (R-T7)."""
    city, followup = going.world.city, finding()
    record_id = record_of(going, followup)
    with city.acting("scjg.discloser"):
        visiting.disclose([record_id])
        before = disclosures.of_subject("result", record_id)
        assert before is not None and before.content["followups"][0]["outcome"] == ""
        version = before.version
    with city.acting("scjg.officer"):
        service.order_correction(followup, "补齐标识", today() + timedelta(days=7))
        service.recheck(
            followup, {"result": "corrected", "seen": "店长张三已补齐", "next": "ended", "visit": ""}
        )
    with city.acting("scjg.discloser"):
        after = disclosures.of_subject("result", record_id)
        assert after is not None and after.version == version + 1
        assert after.content["followups"][0]["outcome"] == "已改正"
    page = text(city.client().get(f"/open/results/{record_id}"))
    assert "已改正" in page and "张三" not in page


@pytest.fixture
def placed(going: DrawnCampaign) -> Iterator[None]:
    """The place's days again, whatever the test decided."""
    yield
    with going.world.city.acting("scjg.admin"):
        if visits.own_disclosure_days(today()) is not None:
            visiting.set_disclosure_days(None)


def test_a_bureau_binds_itself_to_sooner(going: DrawnCampaign, finding: Finding, placed: None) -> None:
    """R-O1: or sooner as a bureau sets; never later than the place."""
    city, admin = going.world.city, going.world.city.client("scjg.admin")
    former = record_of(going, finding())
    for days in ("20", "25", "0", "x"):
        assert admin.post(DAYS, data={"days": days}).status_code == 422, days
    assert "只能定得更短" in text(admin.post(DAYS, data={"days": "20"}))
    done = admin.post(DAYS, data={"days": "7"}, follow_redirects=True)
    assert "已改定公示期限" in text(done) and "现在执行：7 个工作日" in text(done)
    assert admin.post(DAYS, data={"days": "7"}).status_code in (409, 422)
    assert city.client("scjg.officer").get(DAYS).status_code == 403
    record_id = record_of(going, finding())
    with city.acting("scjg.discloser"):
        record = visits.record(record_id)
        assert record.disclose_from is not None
        assert record.disclose_due_on == visits.calendar().add_working_days(record.disclose_from, 7)
        was = db.session.get_one(Record, former)
        assert was.ended_at is not None and local_day(was.ended_at) == today()
    over = city.client()
    mine, reader = token(city, "SCJG", P.USERS_MANAGE), token(city, "SCJG", P.BUREAU_READ)
    place = "/api/v1/visits/disclosure-days"
    assert over.get(place, headers=reader).get_json() == {"place": 20, "own": 7}
    assert over.put(place, headers=reader, json={"days": 5}).status_code == 403
    assert over.put(place, headers=mine, json={"days": 30}).status_code == 422
    assert over.put(place, headers=mine, json={"days": None}).get_json() == {"place": 20, "own": None}
    with city.acting("mzj.admin"):
        assert visits.disclosure_days() == [], "each bureau its own"


def test_documents_and_corrections_over_the_interface(going: DrawnCampaign, finding: Finding) -> None:
    """R-V7, R-O3: the same acts as on the pages, and another bureau's id is not there."""
    city, record_id = going.world.city, record_of(going, finding())
    mine, theirs = token(city, "SCJG", P.BUREAU_READ, P.VISIT_RECORD), token(city, "MZJ", P.BUREAU_READ)
    client, place = city.client(), "/api/v1/documents"
    made = client.post(f"{place}/records/{record_id}/result-notice", headers=mine)
    assert made.status_code == 201, made.get_data(as_text=True)
    one = made.get_json()
    assert client.get(f"{place}/{one['id']}/file", headers=mine).status_code == 200
    assert client.get(f"{place}/{one['id']}", headers=theirs).status_code == 404
    listed = client.get(f"{place}/?subject={record_id}", headers=mine).get_json()
    assert [row["number"] for row in listed["items"]] == [one["number"]]
    how = {"how": "direct", "delivered_on": today().isoformat(), "to_name": "王店长", "signature": "refused"}
    assert client.post(f"{place}/{one['id']}/delivery", headers=mine, json=how).status_code == 422
    done = client.post(
        f"{place}/{one['id']}/delivery", headers=mine, json={**how, "note": "居委会见证"}
    ).get_json()
    assert done["deliveries"][0]["signed"] is False
    revised = f"/api/v1/visits/records/{record_id}/revisions"
    with city.acting("scjg.officer"):
        item = visits.items(record_id)[0].id
    body = {
        "reason": "录入有误",
        "requested_by": "企业",
        "items": [{"id": str(item), "results": ["nothing"]}],
    }
    assert client.post(revised, headers=mine, json={**body, "reason": ""}).status_code == 422
    proposed = client.post(revised, headers=mine, json=body)
    assert proposed.status_code == 201, proposed.get_data(as_text=True)
    assert proposed.get_json()["state"] == "proposed"
    assert client.post(revised, headers=mine, json=body).status_code == 409
    assert len(client.get(revised, headers=mine).get_json()["items"]) == 1
