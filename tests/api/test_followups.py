"""Each way of a follow-up over the interface to its end, by the table its page has (R-V7, R-T1, R-T5)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from onedoor.api.followup_shapes import WORDS
from onedoor.followups import queries, service
from onedoor.followups.actions import STEPS
from onedoor.kernel.clock import today
from onedoor.visits import queries as visits
from onedoor.web.followups.actions import ACTIONS
from tenants import approvals
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.followups.conftest import Finding, finding, going, jobs
from tests.followups.test_ways import PENALTY
from tests.visits.builders import HEAD, DrawnCampaign

__all__ = ["finding", "going", "jobs"]
PLACE = "/api/v1/followups/"


@pytest.fixture(scope="module")
def mine(going: DrawnCampaign) -> dict[str, str]:
    return token(going.world.city, "SCJG", P.BUREAU_READ, P.VISIT_RECORD, P.VISIT_MANAGE)


@pytest.fixture(scope="module")
def say(going: DrawnCampaign, mine: dict[str, str]) -> Callable[..., Any]:
    """Take a step; what the interface answers."""

    def said(path: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
        return going.world.city.client().post(f"{PLACE}{path}", headers=headers or mine, json=body)

    return said


def day(days: int = 0) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_page_and_interface_have_the_same_steps() -> None:
    assert set(STEPS) == set(ACTIONS) == set(WORDS)


def test_ordered_prolonged_and_turned_into_a_case_that_is_contested(
    going: DrawnCampaign, finding: Finding, mine: dict[str, str], say: Callable[..., Any]
) -> None:
    city, key = going.world.city, finding()
    assert read(city, f"{PLACE}{key}", mine)["steps"] == ["order"]
    once, body = {**mine, "Idempotency-Key": uuid4().hex}, {"demands": "补齐标识", "due_on": day(9)}
    assert say(f"{key}/order", demands="补齐标识", due_on=day(-1)).status_code == 422
    first = say(f"{key}/order", once, **body)
    assert first.get_json()["order_to_correct"]["demands"] == ["补齐标识"]
    again = say(f"{key}/order", once, **body)
    assert again.get_json() == first.get_json() and again.headers["Idempotent-Replayed"] == "true"
    assert say(f"{key}/order", **body).status_code == 409
    assert say(f"{key}/receipt", receipt_on=day(), receipt_by="王店长").status_code == 200
    form = {
        "received_on": day(),
        "brought_by": "王店长",
        "text": "已补齐",
        "file": (io.BytesIO(b"x"), "改.txt"),
    }
    proof = city.client().post(f"{PLACE}{key}/proof-file", headers=mine, data=form)
    assert proof.get_json()["proofs"][0]["file_id"], proof.get_data(as_text=True)
    seen = {"result": "not_corrected", "seen": "仍被占用"}
    refused = say(f"{key}/recheck", **seen, next="prolonged", due_on=day(20))
    assert [one["field"] for one in refused.get_json()["errors"]] == ["reason"]
    longer = say(f"{key}/recheck", **seen, next="prolonged", due_on=day(20), reason="等待验收").get_json()
    assert (longer["due_on"], longer["rechecks"][0]["next"]) == (day(20), "prolonged")
    assert say(f"{key}/recheck", **seen, next="case").get_json()["conclusion"] == "turned"
    with city.acting("scjg.officer"):
        record_id = visits.followup(key).record_id
        case = next(one.id for one in visits.followups_of(record_id) if one.from_id == key)
    assert say(f"{case}/penalty", decided_on=day()).status_code == 409, "there is no case yet"
    assert say(f"{case}/case", number=f"案{case}", opened_on=day(), cause="无照经营").status_code == 200
    assert say(f"{case}/remedy", ended_on=day(), outcome="维持").status_code == 409
    given = {name: value for name, value in PENALTY.items() if value is not None} | {"fine": "1"}
    lacking = say(f"{case}/penalty", **{**given, "number": "", "decided_on": day()})
    assert [one["field"] for one in lacking.get_json()["errors"]] == ["number"]
    decided = say(f"{case}/penalty", **given, number=f"罚{case}", decided_on=day()).get_json()
    assert decided["penalty"]["sanctions"] == ["fine"] and decided["steps"] == ["close", "paid", "contest"]
    assert say(f"{case}/paid", on=day()).status_code == 200
    contested = say(f"{case}/contest", kind="review", body="示范市人民政府", filed_on=day()).get_json()
    assert contested["steps"][0] == "remedy"
    end = {"conclusion": "penalised", "ended_on": day(), "outcome": "罚款已缴"}
    assert say(f"{case}/close", **end).status_code == 409
    assert (
        say(f"{case}/remedy", ended_on=day(), outcome="维持").get_json()["remedies"][0]["outcome"] == "维持"
    )
    closed = say(f"{case}/close", **end).get_json()
    assert (closed["state"], closed["conclusion"], closed["steps"]) == ("done", "penalised", [])


def test_passed_on_declined_designated_and_answered(
    going: DrawnCampaign,
    finding: Finding,
    say: Callable[..., Any],
    mine: dict[str, str],
    jobs: Callable[[], int],
) -> None:
    city, key = going.world.city, finding("transfer")
    assert say(f"{key}/designate", outcome="两家退回").status_code == 409
    others = {one: token(city, one, P.BUREAU_READ, P.VISIT_MANAGE) for one in ("MZJ", "WSJK", "YJGL")}
    for letters in ("MZJ", "WSJK"):
        other = others[letters]
        given = {"mode": "transfer", "receiver_id": str(city.bureaus[letters]), "facts": f"通道堵塞{key}"}
        sent = say(f"{key}/pass", **given)
        assert sent.status_code == 200, sent.get_data(as_text=True)
        assert say(f"{key}/pass", **given).status_code == 409, "another has it"
        inbox = read(city, f"{PLACE}transfers?size=1", other)["items"]
        assert inbox[0]["may_answer"] == ["accept", "decline"] and inbox[0]["followup_id"] == str(key)
        answer = f"transfers/{inbox[0]['id']}/answer"
        assert say(answer, kind="accept").status_code == 403, "the sender reads it and does not answer"
        assert say(answer, others["YJGL"], kind="accept").status_code == 404
        assert say(answer, other, kind="decline", text=" ").status_code == 422
        assert say(answer, other, kind="decline", text="不属职责").get_json()["state"] == "declined"
        assert say(answer, other, kind="accept").status_code == 409
        jobs()
    assert read(city, f"{PLACE}{key}", mine)["steps"] == ["designate"]
    asked = say(f"{key}/designate", outcome="两家退回").get_json()
    assert asked["transfers"][-1]["mode"] == "designate"
    out = read(city, f"{PLACE}transfers?of=sent&size=3", mine)["items"]
    assert [one["state"] for one in out] == ["sent", "declined", "declined"]
    justice = token(city, "SFJ", P.BUREAU_READ, P.OVERSIGHT_ANSWER)
    named = {"kind": "answer", "text": "由民政办理", "named_id": str(city.bureaus["MZJ"]), "paper": "府函1号"}
    assert say(f"transfers/{out[0]['id']}/answer", justice, **named).get_json()["state"] == "answered"
    jobs()
    last = read(city, f"{PLACE}transfers?size=1", others["MZJ"])["items"][0]
    assert last["may_answer"] == ["accept"], "whom the government named cannot decline"
    for word in ({"kind": "accept"}, {"kind": "answer", "text": "已办结"}):
        assert say(f"transfers/{last['id']}/answer", others["MZJ"], **word).status_code == 200
    jobs()
    assert read(city, f"{PLACE}{key}", mine)["conclusion"] == "answered"


def test_to_the_police_by_the_heads_word(
    going: DrawnCampaign, finding: Finding, say: Callable[..., Any], mine: dict[str, str]
) -> None:
    city, key = going.world.city, finding("police")
    head = token(city, "SCJG", P.BUREAU_READ, P.VISIT_APPROVE)
    given = {"ground": "finding", "finding": "销售假药", "crime": "销售假药罪", "police": "示范市公安局"}
    assert say(f"{key}/police-decision", head, decision="approve").status_code == 409
    assert say(f"{key}/police", **{**given, "finding": " "}).status_code == 422
    assert say(f"{key}/police", **given).get_json()["steps"] == []
    assert say(f"{key}/police-decision", head, decision="approve").status_code == 403, (
        "two tokens may be one hand"
    )
    with city.acting("scjg.head"):
        police = queries.police(key)
        assert police is not None
        waiting = approvals.waiting_for("police", police.id)
        assert waiting is not None
        service.decide_police(waiting, True, "", HEAD)
    sent = {"number": "法衔1", "sent_on": day(), "copied_to": "检察院", "copied_on": day()}
    for path, body in (
        ("police-send", sent),
        ("police-receipt", {"received_on": day(), "receiver_name": "李警官"}),
        ("police-answer", {"answer": "declined", "answered_on": day(), "answer_note": "情节轻微"}),
        ("police-review", {"review_asked_on": day()}),
        ("police-end", {"outcome": "复议维持"}),
    ):
        answer = say(f"{key}/{path}", **body)
        assert answer.status_code == 200, (path, answer.get_data(as_text=True))
        assert say(f"{key}/{path}", **body).status_code in (409, 422)
    assert answer.get_json()["conclusion"] == "police_declined"


def test_one_more_handling_and_ended_with_its_outcome(
    going: DrawnCampaign, finding: Finding, say: Callable[..., Any], mine: dict[str, str]
) -> None:
    city, key = going.world.city, finding()
    with city.acting("scjg.officer"):
        record: UUID = visits.followup(key).record_id
    assert say(f"records/{record}", kind="other", due_on=day(-1)).status_code == 422
    more = say(f"records/{record}", kind="other", note="另行提示")
    assert more.status_code == 201, more.get_data(as_text=True)
    other = more.get_json()["id"]
    assert say(f"{other}/order", demands="x", due_on=day(3)).status_code == 409, "it is of another kind"
    assert say(f"{other}/outcome", outcome="已提示").get_json()["conclusion"] == "other"
    stranger = token(city, "YJGL", P.BUREAU_READ, P.VISIT_RECORD)
    for path in (f"records/{record}", f"{key}/outcome", f"{key}/order"):
        assert say(path, stranger, kind="other", outcome="x").status_code == 404
    assert say(f"{key}/order", token(city, "SCJG", P.BUREAU_READ), demands="x").status_code == 403
