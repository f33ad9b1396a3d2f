"""Documents: issued with their step, printed, as Word, checked by anybody with the code, delivered (forms.md)."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import docx
import pytest
import sqlalchemy as sa

from onedoor.followups import service
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.messages import queries
from onedoor.messages.models import Document
from onedoor.messages.rules import Letter
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from tests.followups.conftest import Finding
from tests.visits.builders import DrawnCampaign


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def ordered(going: DrawnCampaign, finding: Finding) -> Any:
    """An order to correct and its document's id."""
    followup = finding()
    with going.world.city.acting("scjg.officer"):
        service.order_correction(followup, "补齐标识\n清理通道", today() + timedelta(days=7))
        return queries.documents_of(followup)[0].id


def test_an_order_is_printed_as_word_and_checked_without_telling_what_stands_in_it(
    going: DrawnCampaign, finding: Finding
) -> None:
    city, document_id = going.world.city, ordered(going, finding)
    officer, page = city.client("scjg.officer"), f"/documents/{document_id}"
    with city.acting("scjg.officer"):
        document = queries.document(document_id)
        number, code, digest, name = document.number, document.code, document.digest, document.entity_name
    assert re.fullmatch(r"示市监责改〔\d{4}〕\d+号", number)
    shown = text(officer.get(page))
    assert all(said in shown for said in (number, name, "补齐标识", "清理通道", "行政复议"))
    word = officer.get(f"{page}/word").data
    said = words(word)
    assert all(part in said for part in (number, name, "补齐标识", "清理通道"))
    public = city.client()
    checked = text(public.get(f"/d/{code}"))
    assert number in checked and digest in checked and "市场监督管理局" in checked
    assert name not in checked and "补齐标识" not in checked
    assert public.get("/d/nothing").status_code == 404
    for who in ("mzj.officer", "xscjg.head"):
        assert city.client(who).get(page).status_code == 404
        assert city.client(who).get(f"{page}/word").status_code == 404
    assert number in text(officer.get("/documents", query_string={"q": number}))


def test_numbers_go_on_by_kind_and_year(going: DrawnCampaign, finding: Finding) -> None:
    first, second = ordered(going, finding), ordered(going, finding)
    with going.world.city.acting("scjg.officer"):
        assert queries.document(second).serial == queries.document(first).serial + 1


def test_a_document_stays_as_it_was_issued(going: DrawnCampaign, finding: Finding) -> None:
    document_id = ordered(going, finding)
    with going.world.city.acting("scjg.officer"), pytest.raises(sa.exc.ProgrammingError):
        db.session.execute(sa.update(Document).where(Document.id == document_id).values(number="x"))


def test_delivery_is_noted_and_refusal_says_how(going: DrawnCampaign, finding: Finding) -> None:
    city, document_id = going.world.city, ordered(going, finding)
    officer, page = city.client("scjg.officer"), f"/documents/{document_id}"
    given = {
        "how": "direct",
        "delivered_on": today().isoformat(),
        "to_name": "王店长",
        "signature": "refused",
    }
    refused = officer.post(f"{page}/deliver", data=given)
    assert refused.status_code == 422 and "见证人" in text(refused)
    early = {**given, "delivered_on": (today() - timedelta(days=1)).isoformat(), "note": "拒收，居委会见证"}
    assert officer.post(f"{page}/deliver", data=early).status_code == 422
    done = officer.post(f"{page}/deliver", data={**given, "note": "拒收，居委会见证"}, follow_redirects=True)
    assert "居委会见证" in text(done) and "送达回证" in text(done)
    with city.acting("scjg.officer"):
        receipt = queries.documents_of(document_id)[0]
        assert receipt.kind == "delivery" and "王店长" in words(receipt.content)


def test_a_transfer_letter_is_read_by_its_receiver_alone(going: DrawnCampaign, finding: Finding) -> None:
    city, followup = going.world.city, finding("transfer")
    with city.acting("scjg.officer"):
        given = {"mode": "transfer", "facts": "消防通道堵塞", "receiver_id": city.bureaus["XFJY"]}
        sent = service.pass_on(followup, given).id
        letter = queries.documents_of(followup)[0].id
    receiver = city.client("xfjy.officer")
    assert "案件移送函" in text(receiver.get(f"/followups/transfers/{sent}"))
    assert "消防通道堵塞" in text(receiver.get(f"/documents/{letter}"))
    assert receiver.get(f"/documents/{letter}/word").status_code == 200
    assert city.client("yjgl.officer").get(f"/documents/{letter}").status_code == 404


def test_the_result_is_told_in_writing(going: DrawnCampaign, finding: Finding) -> None:
    city, followup = going.world.city, finding()
    with city.acting("scjg.officer"):
        record_id = visits.followup(followup).record_id
    officer = city.client("scjg.officer")
    assert "出具检查结果告知书" in text(officer.get(f"/visits/records/{record_id}"))
    shown = officer.post(f"/visits/records/{record_id}/result-notice", follow_redirects=True)
    assert "发现问题待后续处理" in text(shown) and "责令改正" in text(shown)
    assert city.client("mzj.officer").post(f"/visits/records/{record_id}/result-notice").status_code == 404


@pytest.mark.parametrize("kind", ["approval", "scheme", "check_sheet", "announcement"])
def test_the_papers_of_a_check(going: DrawnCampaign, kind: str) -> None:
    city, visit_id = going.world.city, going.joint()
    planner = city.client("scjg.planner")
    assert "出具检查方案" in text(planner.get(f"/visits/{visit_id}"))
    shown = planner.post(f"/visits/{visit_id}/documents", data={"kind": kind}, follow_redirects=True)
    with city.acting("scjg.planner"):
        assert visits.visit(visit_id).entity_name in text(shown)
    assert planner.post(f"/visits/{visit_id}/documents", data={"kind": "report"}).status_code == 422


def test_an_announcement_does_not_warn_who_is_not_told(going: DrawnCampaign) -> None:
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.planner"):
        visit = visits.visit(visit_id)
        visit.announced = False
        name, other = visit.entity_name, going.joint()
        made = visiting.issue_of_visit(other, Letter.ANNOUNCEMENT)
        assert name not in words(made.content)
        visit.announced = True
