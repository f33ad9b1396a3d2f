"""A record that was accepted is corrected by two people: the former kept, public and firm get the new text (R-O3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.disclosure import queries as disclosures
from onedoor.followups import service as followups
from onedoor.kernel import trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.messages import queries as messages
from onedoor.statistics.queries.as_of import with_problem
from onedoor.visits import queries, service
from onedoor.visits.models import Record, RecordRevision
from tenants import approvals
from tests.visits.builders import REVIEWER, DrawnCampaign


@pytest.fixture
def accepted(going: DrawnCampaign) -> UUID:
    """An accepted record of market regulation that is public."""
    record_id = going.record(going.joint(), "SCJG", ["pending"], handling="other", handling_note="记错了")
    going.accept(record_id, "SCJG")
    with going.world.city.acting("scjg.discloser"):
        service.disclose([record_id])
    return record_id


def items(record_id: UUID, results: list[str]) -> dict[str, Any]:
    return {str(item.id): {"results": results, "note": "经核对没有问题"} for item in queries.items(record_id)}


def propose(record_id: UUID) -> UUID:
    return service.propose_revision(
        record_id, "录入时选错结果", "当事人异议", items(record_id, ["nothing"]), ""
    ).id


def decide(revision_id: UUID, approved: bool = True, reason: str = "") -> None:
    asked = approvals.waiting_for("revision", revision_id)
    assert asked is not None
    followups.decide_revision(asked, approved, reason, REVIEWER)


def test_the_former_is_kept_and_the_public_sees_the_corrected_one(
    going: DrawnCampaign, accepted: UUID
) -> None:
    city = going.world.city
    with city.acting("scjg.officer"):
        revision = propose(accepted)
        with pytest.raises(Conflict, match="等待审批"):
            propose(accepted)
        assert queries.record(accepted).results == ["pending"], "not before another approves"
    with city.acting("scjg.officer"), pytest.raises(Forbidden):
        decide(revision)
    with city.acting("scjg.reviewer"):
        decide(revision)
        record, made = queries.record(accepted), queries.revision(revision)
        assert record.results == ["nothing"] and made.version == 2 and made.former is not None
        assert made.former["results"] == ["pending"] and made.former["signature"] == "signed"
        assert made.former["submitter"] == city.person("scjg.officer").display_name
        public = disclosures.of_subject("result", accepted)
        assert public is not None and public.version == 2
        assert (
            public.content["results"] == ["未发现问题"]
            and public.content["corrected_because"] == "录入时选错结果"
        )
        assert any(one.kind == "result_notice" for one in messages.documents_of(accepted))
        assert "更正为第 2 版" in "\n".join(step.text for step in trace.of(record.visit_id))
        assert queries.corrected_count() >= 1


def test_a_returned_correction_changes_nothing(going: DrawnCampaign, accepted: UUID) -> None:
    city = going.world.city
    with city.acting("scjg.officer"):
        revision = propose(accepted)
    with city.acting("scjg.reviewer"):
        decide(revision, False, "证据不足")
        assert queries.record(accepted).results == ["pending"]
        assert queries.revision(revision).return_reason == "证据不足"
    with city.acting("scjg.officer"):
        propose(accepted)


def test_what_is_wrong_is_said(going: DrawnCampaign, accepted: UUID) -> None:
    with going.world.city.acting("scjg.officer"):
        given = items(accepted, ["nothing"])
        with pytest.raises(ClerkError) as refused:
            service.propose_revision(accepted, " ", "", given, "")
        assert set(refused.value.fields) == {"reason", "requested_by"}
        with pytest.raises(ClerkError, match="不能与其他"):
            service.propose_revision(accepted, "错", "自查", items(accepted, ["nothing", "pending"]), "")
        with pytest.raises(ClerkError, match="相同"):
            service.propose_revision(accepted, "错", "自查", {}, "")


def test_nobody_corrects_another_bureaus_record(going: DrawnCampaign, accepted: UUID) -> None:
    city = going.world.city
    with city.acting("scjg.officer"):
        letters = going.parties(queries.record(accepted).visit_id)[1].lower()
    with city.acting(f"{letters}.officer"), pytest.raises(NotFound):
        service.propose_revision(accepted, "错", "自查", {}, "")


def test_the_pages(going: DrawnCampaign, accepted: UUID) -> None:
    city = going.world.city
    officer, page = city.client("scjg.officer"), f"/visits/records/{accepted}/correct"
    assert "更正检查记录" in officer.get(f"/visits/records/{accepted}").get_data(as_text=True)
    shown = officer.get(page).get_data(as_text=True)
    assert "由谁提出" in shown and "checked" in shown
    with city.acting("scjg.officer"):
        fields = {f"results-{item.id}": ["nothing"] for item in queries.items(accepted)}
    refused = officer.post(page, data={**fields, "reason": "选错"})
    assert refused.status_code == 422 and "由谁提出更正" in refused.get_data(as_text=True)
    given = {**fields, "reason": "选错", "requested_by": "自查"}
    assert officer.post(page, data=given).status_code == 303
    with city.acting("scjg.reviewer"):
        asked = approvals.waiting_for("revision", queries.revisions(accepted)[-1].id)
        assert asked is not None
        approval = asked.id
    reviewer = city.client("scjg.reviewer")
    shown = reviewer.get(f"/desk/inbox/{approval}").get_data(as_text=True)
    assert "更正前后" in shown and "发现问题待后续处理" in shown
    assert reviewer.post(f"/desk/inbox/{approval}", data={"decision": "approve"}).status_code in (302, 303)
    public = city.client().get(f"/open/results/{accepted}").get_data(as_text=True)
    assert "已更正" in public and "选错" in public and "未发现问题" in public
    assert city.client("mzj.officer").get(page).status_code in (403, 404)


def test_the_leads_figures_of_a_past_cutoff_count_a_partners_record_as_it_was_then(
    going: DrawnCampaign,
) -> None:
    """R-S2: the lead reads what a partner's record said before it was corrected; a bureau that is not on the visit does not."""
    city, visit_id = going.world.city, going.joint()
    letters = going.partner(visit_id)
    record_id = going.record(visit_id, letters, ["pending"], handling="other", handling_note="记错了")
    going.accept(record_id, letters)
    before = now()
    with city.acting(f"{letters.lower()}.officer"):
        revision = propose(record_id)
    with city.acting(f"{letters.lower()}.reviewer"):
        decide(revision)
    with city.acting("scjg.planner"):
        asked = sa.select(with_problem(before), with_problem()).where(Record.id == record_id)
        assert tuple(db.session.execute(asked).one()) == (True, False)
    with city.acting("mzj.planner"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(RecordRevision)) == 0
