"""One filled document of each kind, and a record corrected after it was accepted (forms.md, R-O3)."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.filing import queries as filings
from onedoor.followups import service as followups
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.messages import service
from onedoor.messages.models import Document
from onedoor.messages.rules import Letter
from onedoor.supervision import service as supervision
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from tenants import approvals

LEAD = "scjg"
OF_VISIT = (Letter.APPROVAL, Letter.SCHEME, Letter.CHECK_SHEET, Letter.ANNOUNCEMENT)


def issue(cast: Cast, campaign_id: UUID) -> dict[str, bytes]:
    """The documents by kind, each as its Word file."""
    made: dict[str, bytes] = {}
    with cast.acting(f"{LEAD}.planner"):
        visit = next(one for one in visits.of_campaign(campaign_id) if visits.my_record(one.id))
        visit_id = visit.id
        issued = db.session.scalar(sa.select(Document.id).where(Document.subject_id == visit_id).limit(1))
    if issued is None:
        issue_before(cast, visit_id)
    with cast.acting(f"{LEAD}.planner"):
        visit = visits.visit(visit_id)
        made[Letter.NOTICE.value] = service.write(Letter.NOTICE, visiting.notice_values(visit))
    with cast.acting(f"{LEAD}.officer"):
        record = visits.my_record(visit_id)
        assert record is not None
        for letter in (Letter.RECORD, Letter.REPORT):
            visiting.issue_of_record(record.id, letter)
        notice = followups.issue_result_notice(record.id)
        service.deliver(
            notice.id,
            {"how": "direct", "delivered_on": today(), "to_name": "店长", "signature": "signed", "note": ""},
        )
    with cast.acting("sfj.supervisor"):
        answered = next((one for one in db.session.scalars(filings.inbox()) if one.answer), None)
        if answered is not None:
            supervision.issue_filing_receipt(answered.id)
    for who in (f"{LEAD}.officer", "sfj.supervisor"):
        with cast.acting(who) as person:
            query = sa.select(Document).where(Document.tenant_id == person.tenant_id)
            for one in db.session.scalars(query.order_by(Document.issued_at)):
                made.setdefault(one.kind, one.content)
    return made


def issue_before(cast: Cast, visit_id: UUID) -> None:
    """What a bureau issues once the head has approved a check, and before it begins."""
    with cast.acting(f"{LEAD}.planner"):
        for letter in OF_VISIT:
            visiting.issue_of_visit(visit_id, letter)


def write(made: dict[str, bytes], folder: Path) -> dict[str, str]:
    """The paths of the files, by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for kind, content in made.items():
        path = folder / f"{kind}.docx"
        path.write_bytes(content)
        paths[kind] = str(path)
    return paths


def correct_a_record(cast: Cast) -> int:
    """One result was entered wrongly: an officer says so, the reviewer agrees; returns how many were corrected."""
    with cast.acting(f"{LEAD}.officer"):
        found = next((one for one in visits.accepted_records(public_only=True) if one.whole is None), None)
        if found is None:
            return 0
        items = {
            str(item.id): {"results": ["nothing"], "note": "经复核，未发现问题。"}
            for item in visits.items(found.id)
        }
        revision_id = visiting.propose_revision(
            found.id, "复核发现录入有误", "本单位自查", items, "经复核更正"
        ).id
    with cast.acting(f"{LEAD}.reviewer") as person:
        asked = approvals.waiting_for("revision", revision_id)
        assert asked is not None
        followups.decide_revision(asked, True, "", person.permissions)
        return visits.corrected_count()
