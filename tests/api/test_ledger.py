"""The ledger, follow-ups, reports and progress of plan lines over the interface, as the pages have them (R-V9, R-V7, R-V5, R-P3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from onedoor.kernel.clock import today
from onedoor.visits import queries as visits
from onedoor.visits.rules.kinds import Kind, Source
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.visits.builders import DrawnCampaign, settle
from tests.visits.check_builders import Desk

BASE = "/api/v1"


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    return Desk(settle(World(city).fill()))


@pytest.fixture(scope="module")
def caller(desk: Desk) -> dict[str, str]:
    return token(
        desk.world.city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_RECORD, P.VISIT_REVIEW, P.DISCLOSE
    )


@pytest.fixture(scope="module")
def stranger(desk: Desk) -> dict[str, str]:
    return token(desk.world.city, "YJGL", P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_RECORD, P.DISCLOSE)


def post(desk: Desk, path: str, headers: dict[str, str], **body: Any) -> Any:
    return desk.world.city.client().post(f"{BASE}{path}", headers=headers, json=body)


def paper(desk: Desk, **more: Any) -> dict[str, Any]:
    return {
        "kind": "daily", "source": "plan_line", "entity_code": desk.firm(), "checked_on": today().isoformat(),
        "inspectors": ["张三", "李四"], "matters": ["食品经营许可"], "methods": ["on_site"], "results": ["nothing"],
        "cause": "no_network", "cause_note": "山区没有信号", "key": uuid4().hex, **more,
    }  # fmt: skip


def test_a_check_on_paper_is_entered_once_and_stands_in_the_ledger(
    desk: Desk, caller: dict[str, str], stranger: dict[str, str]
) -> None:
    given = paper(desk)
    made = post(desk, "/ledger/outside", caller, **given)
    assert made.status_code == 201, made.get_data(as_text=True)
    check_id = made.get_json()["id"]
    assert post(desk, "/ledger/outside", caller, **given).get_json()["id"] == check_id
    other = post(desk, "/ledger/outside", caller, **{**given, "kind": "single", "source": "complaint"})
    assert other.status_code == 409
    (line,) = [
        one
        for one in read(desk.world.city, f"{BASE}/ledger/?registration=outside&method=on_site", caller)[
            "items"
        ]
        if one["id"] == check_id
    ]
    assert line["outside"] and line["cause_note"] == "山区没有信号" and line["inspectors"] == ["张三", "李四"]
    assert read(desk.world.city, f"{BASE}/ledger/?registration=former", caller)["items"] == []
    assert (
        desk.world.city.client().get(f"{BASE}/ledger/outside/{check_id}", headers=caller).status_code == 200
    )
    assert (
        desk.world.city.client().get(f"{BASE}/ledger/outside/{check_id}", headers=stranger).status_code == 404
    )
    wrong = post(desk, "/ledger/outside", caller, **paper(desk, cause_note=""))
    assert wrong.status_code == 422 and wrong.get_json()["errors"][0]["field"] == "cause_note"


def test_a_record_is_decided_reported_and_disclosed(
    desk: Desk, caller: dict[str, str], stranger: dict[str, str]
) -> None:
    """R-V5, R-O1: sent twice it counts once, with other words it is a conflict; another bureau finds nothing."""
    visit_id = desk.approved()
    record_id = DrawnCampaign(desk.world, visit_id, visit_id).record(visit_id, "SCJG")
    decide = f"/visits/records/{record_id}/decision"
    assert post(desk, decide, stranger, decision="approve").status_code in (403, 404)
    assert post(desk, decide, caller, decision="approve").get_json()["state"] == "accepted"
    assert post(desk, decide, caller, decision="approve").status_code == 409
    report = {"assessment": "未发现问题", "proposed": "无需处置"}
    assert post(desk, f"/visits/{visit_id}/report", caller, assessment="", proposed="").status_code == 422
    assert post(desk, f"/visits/{visit_id}/report", caller, **report).status_code == 201
    again = post(desk, f"/visits/{visit_id}/report", caller, **report)
    assert again.status_code == 201 and again.get_json()["items"][0]["report"]["assessment"] == "未发现问题"
    other = post(desk, f"/visits/{visit_id}/report", caller, **{**report, "assessment": "别的"})
    assert other.status_code == 409
    assert post(desk, f"/visits/records/{record_id}/disclosure", stranger).status_code == 404
    for _twice in range(2):
        assert post(desk, f"/visits/records/{record_id}/disclosure", caller).status_code == 200
    line = next(
        one for one in read(desk.world.city, f"{BASE}/ledger/", caller)["items"] if one["id"] == str(visit_id)
    )
    assert line["results"] == ["nothing"] and "公示结果" in line["supervision"]
    for asked, seen in (("progress=public", True), ("progress=unpublished", False), ("cause=down", False)):
        found = read(desk.world.city, f"{BASE}/ledger/?{asked}", caller)["items"]
        assert (str(visit_id) in {one["id"] for one in found}) is seen, asked
    nonsense = desk.world.city.client().get(f"{BASE}/ledger/?progress=soon", headers=caller)
    assert nonsense.status_code == 422


def test_a_follow_up_goes_its_steps(desk: Desk, caller: dict[str, str], stranger: dict[str, str]) -> None:
    """R-V7: ordered to correct; a step taken twice is a conflict."""
    visit_id, due = desk.approved(), today() + timedelta(days=10)
    drawn = DrawnCampaign(desk.world, visit_id, visit_id)
    record_id = drawn.record(visit_id, "SCJG", ["pending"], handling="correct", handling_due_on=due)
    drawn.accept(record_id, "SCJG")
    with desk.world.city.acting("scjg.planner"):
        followup_id = next(one.id for one in visits.followups_of(record_id) if one.kind == "correct")
    listed = read(desk.world.city, f"{BASE}/followups/?kind=correct&state=open", caller)["items"]
    assert str(followup_id) in {one["id"] for one in listed}
    order = {"demands": "补齐台账", "due_on": due.isoformat()}
    assert post(desk, f"/followups/{followup_id}/order", stranger, **order).status_code == 404
    assert post(desk, f"/followups/{followup_id}/order", caller, **order).status_code == 200
    assert post(desk, f"/followups/{followup_id}/order", caller, **order).status_code == 409
    assert post(desk, f"/followups/{followup_id}/order", caller).status_code == 422
    one = desk.world.city.client().get(f"{BASE}/followups/{followup_id}", headers=caller)
    assert one.get_json()["state"] == "open"


def test_the_progress_of_a_line_counts_its_checks(desk: Desk, caller: dict[str, str]) -> None:
    """R-P3: a daily check of the line, arranged and then begun."""
    line_id = desk.line("daily")
    before = read(desk.world.city, f"{BASE}/ledger/lines/{line_id}", caller)
    assert (before["checks"], before["begun"]) == (0, 0)
    visit_id = desk.approved(kind=Kind.DAILY, source=Source.PLAN_LINE, line_id=line_id, repeat_reason="再查")
    assert read(desk.world.city, f"{BASE}/ledger/lines/{line_id}", caller)["checks"] == 1
    desk.record(visit_id)
    after = read(desk.world.city, f"{BASE}/ledger/lines/{line_id}", caller)
    assert (after["checks"], after["begun"], after["accepted"], after["reported"]) == (1, 1, 1, 0)
