"""Days of disclosure count from completion; deadlines are told once; what law keeps from the public (R-O1, R-V5, R-S3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.followups import service
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import in_scope
from onedoor.messages.models import Message
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Record
from tenants import approvals, scope
from tests.followups.conftest import Finding
from tests.visits.builders import HEAD, DrawnCampaign


def record_of(going: DrawnCampaign, finding: Finding) -> UUID:
    followup = finding()
    with going.world.city.acting("scjg.officer"):
        return visits.followup(followup).record_id


def test_days_count_from_completion_not_from_the_visit(going: DrawnCampaign, finding: Finding) -> None:
    """R-O1: until all are accepted the campaign is complete on the last day of its period."""
    record_id, city = record_of(going, finding), going.world.city
    with city.acting("scjg.discloser"):
        record = visits.record(record_id)
        assert record.ended_at is not None
        ends_on = db.session.get_one(Campaign, going.campaign_id).ends_on
        assert visits.completed_on(going.campaign_id) == ends_on > local_day(record.ended_at)
        assert record.disclose_from == ends_on
        assert record.disclose_due_on == visits.calendar().add_working_days(ends_on, 20)
    with city.acting("scjg.planner"):
        campaign = db.session.get_one(Campaign, going.campaign_id)
        starts_on, yesterday = campaign.starts_on, today() - timedelta(days=1)
        campaign.starts_on, campaign.ends_on = min(starts_on, yesterday), yesterday
    try:
        with city.acting("scjg.discloser"):
            service.watch_result_deadlines()
            record = db.session.get_one(Record, record_id)
            assert record.disclose_from == today(), "owed at the end of the period: its own end counts"
            assert record.disclose_due_on == visits.calendar().add_working_days(today(), 20)
    finally:
        with city.acting("scjg.planner"):
            campaign = db.session.get_one(Campaign, going.campaign_id)
            campaign.ends_on, campaign.starts_on = ends_on, starts_on
    with city.acting("mzj.discloser"):
        assert visits.completed_on(going.campaign_id) is None, "only who takes part is told"


def test_what_is_due_is_told_once_and_counted_per_person(going: DrawnCampaign, finding: Finding) -> None:
    """R-V5, R-S3."""
    record_id, city = record_of(going, finding), going.world.city
    with city.acting("scjg.officer"):
        service.watch_result_deadlines()
        db.session.get_one(Record, record_id).report_due_on = today() - timedelta(days=1)
        before = db.session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0
        assert service.watch_result_deadlines() == 1
        text = db.session.scalars(sa.select(Message).order_by(Message.sent_at.desc())).first()
        assert text is not None and "超过期限" in text.text and text.link == "/visits/reports"
        assert service.watch_result_deadlines() == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == before + 1
        row = next(one for one in visits.overdue_by_person(today()) if one.reports)
        assert row.name == city.person("scjg.officer").display_name and row.reports >= 1
    page = city.client("scjg.officer").get("/visits/reports").text
    assert "超期的，按提交人" in page


def test_what_law_keeps_from_the_public_is_approved_and_said(going: DrawnCampaign, finding: Finding) -> None:
    """R-O1: the public reads which law, never whose result."""
    record_id, city = record_of(going, finding), going.world.city
    with city.acting("scjg.discloser"):
        with pytest.raises(ClerkError) as refused:
            visiting.propose_withholding(record_id, " ", "涉及国家秘密")
        assert set(refused.value.fields) == {"law"}
        visiting.disclose([record_id])
        made = visiting.propose_withholding(record_id, "《政府信息公开条例》第十四条", "涉及国家秘密").id
        with pytest.raises(Conflict, match="不必重复"):
            visiting.propose_withholding(record_id, "《政府信息公开条例》第十四条", "涉及国家秘密")
        asked = approvals.waiting_for("withholding", made)
        assert asked is not None
        with pytest.raises(Forbidden):
            visiting.decide_withholding(asked, True, "", HEAD)
    with city.acting("scjg.head"):
        asked = approvals.waiting_for("withholding", made)
        assert asked is not None
        visiting.decide_withholding(asked, True, "", HEAD)
        with pytest.raises(Conflict, match="依法不予公示"):
            visiting.disclose([record_id])
        waiting = {row.Record.id for row in db.session.execute(visits.to_disclose())}
        assert record_id not in waiting
    with in_scope(scope.public(), city.app):
        told = disclosures.ended(record_id)
        assert told is not None and told["how"] == "ended" and "reason" not in told
        said = db.session.scalars(sa.select(Disclosure).where(Disclosure.subject_id == made)).one()
        assert said.content == {"law": "《政府信息公开条例》第十四条"} and said.entity_name is None
    visitor = city.client()
    assert "《政府信息公开条例》第十四条" in visitor.get("/open/withheld").text
    page = visitor.get(f"/open/results/{record_id}")
    assert page.status_code == 410 and "已依法终止公示" in page.text and "国家秘密" not in page.text


def test_the_application_is_made_and_decided_in_the_browser_pages(
    going: DrawnCampaign, finding: Finding
) -> None:
    record_id, city = record_of(going, finding), going.world.city
    discloser = city.client("scjg.discloser")
    assert "申请依法不予公示" in discloser.get(f"/visits/records/{record_id}").text
    page = discloser.post(f"/visits/records/{record_id}/withhold", data={"law": "", "reason": "x"})
    assert page.status_code == 422 and "请写明依据的法律条款" in page.text
    given = {"law": "《保守国家秘密法》第二十三条", "reason": "涉密单位"}
    assert discloser.post(f"/visits/records/{record_id}/withhold", data=given).status_code == 303
    assert "等待审批" in discloser.get(f"/visits/records/{record_id}").text
    assert city.client("mzj.discloser").get(f"/visits/records/{record_id}/withhold").status_code == 404
    assert "依法不予公示" in city.client("scjg.head").get("/desk/inbox").text


def test_the_report_has_its_five_parts(going: DrawnCampaign, finding: Finding) -> None:
    """R-V5: time, content, on-site record, assessment, proposed handling."""
    record_id, city = record_of(going, finding), going.world.city
    with city.acting("scjg.officer"):
        record = visits.record(record_id)
        visiting.complete_report(record.visit_id, "基本合规", "责令改正")
    page = city.client("scjg.officer").get(f"/visits/records/{record_id}/report").text
    parts = ("一、检查时间", "二、检查内容", "三、现场检查情况", "四、检查评价", "五、处理意见")
    places = [page.find(part) for part in parts]
    assert -1 not in places and places == sorted(places)
