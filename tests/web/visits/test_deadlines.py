"""Deadlines of reports, disclosures and corrections: shown with the days left, counted when over, said when unknown (R-S3)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.visits import queries
from onedoor.visits.models import Record
from tests.visits.builders import DrawnCampaign


@pytest.fixture
def accepted(going: DrawnCampaign) -> tuple[UUID, UUID]:
    """A visit and its accepted record with an order to correct."""
    visit_id = going.joint()
    record_id = going.record(
        visit_id,
        "SCJG",
        ["corrected"],
        handling="correct",
        handling_due_on=today() + timedelta(days=15),
        handling_note="补齐标识",
    )
    going.accept(record_id, "SCJG")
    return visit_id, record_id


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_days_left_days_over_and_a_year_without_a_calendar(
    going: DrawnCampaign, accepted: tuple[UUID, UUID]
) -> None:
    city, (visit_id, record_id) = going.world.city, accepted
    officer, discloser = city.client("scjg.officer"), city.client("scjg.discloser")
    assert "剩 5 个工作日" in text(officer.get(f"/visits/{visit_id}/report"))
    with city.acting("scjg.planner"):
        record = db.session.get_one(Record, record_id)
        calendar = queries.calendar()
        assert record.report_due_on is not None
        record.report_due_on = calendar.add_working_days(record.report_due_on, -7)
        record.disclose_due_on = None
    assert "超期 2 个工作日" in text(officer.get("/visits/reports"))
    assert "超期 2 个工作日" in text(officer.get(f"/visits/{visit_id}"))
    assert "放假安排尚未录入" in text(discloser.get("/visits/to-disclose"))


def test_an_empty_slot_has_its_last_day_at_the_desk_and_with_the_supervisor(going: DrawnCampaign) -> None:
    """draw.md, "Inspectors": filled by a day set in the plan line; after it only a substitute is open."""
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        slot = queries.team(visit_id)[-1].slot
        visit.state, visit.unfilled = "waiting", [slot]
        visit.fill_by, name = queries.calendar().add_working_days(today(), 2), visit.entity_name
    planner, justice = city.client("scjg.planner"), city.client("sfj.supervisor")
    listed = f"/visits?state=waiting&campaign={going.campaign_id}"
    shown = text(planner.get(f"/visits/{visit_id}"))
    assert "补派期限" in shown and "剩 2 个工作日" in shown and "随机补派第" in shown
    assert name in text(planner.get(listed)) and "检查组有空缺的检查" in text(planner.get("/desk/"))
    assert name in text(justice.get("/oversight/alerts?kind=team&state=near"))
    with city.acting("scjg.planner"):
        queries.visit(visit_id).fill_by = queries.calendar().add_working_days(today(), -2)
    shown = text(planner.get(f"/visits/{visit_id}"))
    assert "届满，不能再补派" in shown and "随机补派第" not in shown
    assert re.search('value="no_team"[^>]* checked', shown)
    refused = planner.post(f"/visits/{visit_id}/fill", data={"slot": str(slot), "reason": "抽取时无人可派"})
    assert refused.status_code == 422 and "不能再补派人员" in text(refused)
    assert "超期" in text(planner.get(listed)) and "超期 2 个工作日" in text(planner.get("/desk/"))
    assert "补派期限已过，只能申请改由替补对象" in text(planner.get(f"/visits/campaigns/{going.campaign_id}"))
    assert name in text(justice.get("/oversight/alerts?kind=team&state=overdue"))
    assert "检查组空缺未补齐" in text(justice.get("/oversight/alerts"))
    assert "补派期限" in text(justice.get(f"/oversight/visits/{visit_id}"))
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        visit.state, visit.unfilled, visit.fill_by = "approved", [], None
