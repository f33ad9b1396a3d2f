"""Pages of a surprise draw: the public reads that there is a result and not what it is; the parties keep the proof."""

from __future__ import annotations

import re

import pytest

from onedoor.draws import queries, service
from tests.draws_room.ceremony import Ceremony
from tests.fixtures.city import City
from tests.web.draws.conftest import Client, in_word


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    made = Ceremony(city, mode=service.Mode(surprise=True))
    made.whole()
    return made


def test_who_reads_what_before_and_after(client: Client, ceremony: Ceremony) -> None:
    path, public = f"/draws/{ceremony.draw_id}", f"/open/draws/{ceremony.draw_id}"
    with ceremony.city.acting("scjg.operator"):
        code = queries.outcome(ceremony.draw_id).objects[0].code
        proof = queries.document(ceremony.draw_id, "proof")
    html = client().get(public).get_data(as_text=True)
    assert "结果尚未公布" in html and code not in html
    assert client().get(f"{public}/verify").status_code == 404
    for who in ("scjg.operator", "yjgl.planner", "sfj.supervisor"):
        page = client(who).get(path).get_data(as_text=True)
        assert "突击检查：结果尚未公布" in page and code in page
        assert client(who).get(f"{path}/files/proof.json").data == proof
    assert code not in client("scjg.operator").get(f"{path}/hall").get_data(as_text=True)
    operator = client("scjg.operator")
    assert "打印抽取记录" in operator.get(path).get_data(as_text=True)
    # Who was there signs on the day: what is registered, without the result and the nonces that would give it away.
    with ceremony.city.acting("scjg.operator"):
        board = queries.board(ceremony.draw_id)
    nonces = [each["nonce"] for each in board["committers"]]
    shown = re.sub(r"<[^>]+>|\s", "", operator.get(f"{path}/announcement").get_data(as_text=True))
    for record in (shown, re.sub(r"\s", "", in_word(operator.get(f"{path}/announcement.docx").data))):
        assert "（结果检查结束后公布）" in record and "签字确认" in record
        assert board["register"][-1]["own"] in record and board["proof_digest"] in record
        assert record.count("已揭示，检查结束后公布") == len(nonces) and "没有揭示" not in record
        assert code not in record and not any(nonce in record for nonce in nonces)
    assert client("wsjk.operator").get(f"{path}/files/proof.json").status_code == 404
    assert client("wsjk.operator").post(f"{path}/release").status_code == 404
    # Nobody has visited yet.
    answer = client("scjg.operator").post(f"{path}/release")
    assert answer.status_code == 409 and "结果不能提前公布" in answer.get_data(as_text=True)
    with ceremony.city.acting("scjg.operator"):
        service.release(ceremony.draw_id)
    assert code in client().get(public).get_data(as_text=True)
    record = operator.get(f"{path}/announcement").get_data(as_text=True)
    assert code in record and "结果检查结束后公布" not in record
