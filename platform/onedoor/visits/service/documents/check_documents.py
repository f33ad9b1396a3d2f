"""The documents of a check: before it approval, scheme, check sheet and announcement, after it record and report (R-V1, R-V5, forms.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.kernel.clock import local_day
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.messages import service as messages
from onedoor.messages.models import Document
from onedoor.messages.rules import Letter
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import RecordState
from onedoor.visits.service.audit_trail import chinese_day, led_visit, own_bureau
from onedoor.visits.service.documents.letters import record_values, report_values, visit_values

OF_RECORD = (Letter.RECORD, Letter.REPORT)
ISSUED = (Letter.APPROVAL, Letter.SCHEME, Letter.CHECK_SHEET, Letter.ANNOUNCEMENT)


def issue_of_visit(visit_id: UUID, letter: Letter) -> Document:
    """Issue a document of a visit that this bureau leads, once the head has approved the check."""
    visit = led_visit(visit_id)
    if letter not in ISSUED:
        raise ClerkError("这种文书不在检查前出具。")
    if visit.approved_at is None:
        raise Conflict("检查经负责人批准后，才能出具文书。")
    values = {**visit_values(visit), **_MORE[letter](visit)}
    return messages.issue(letter, visit.id, values["entity"], values)


def issue_of_record(record_id: UUID, letter: Letter) -> Document:
    """Issue the record or the report of this bureau's part, with the check's number: as it stands, told from a forged one."""
    record = queries.record(record_id)
    if record.tenant_id != own_bureau():
        raise NotFound()
    if letter not in OF_RECORD:
        raise ClerkError("这种文书不由检查记录出具。")
    if record.state != RecordState.ACCEPTED.value:
        raise Conflict("检查记录经科室审核通过后，才能出具文书。")
    values = record_values(record) if letter is Letter.RECORD else report_values(record)
    return messages.issue(letter, record.id, values["entity"], values, number=values["number"])


def _approval(visit: Visit) -> dict[str, Any]:
    assert visit.approved_at is not None
    return {
        "submitted": visit.submitted_by or "",
        "approved": f"{visit.approved_by or ''} {chinese_day(local_day(visit.approved_at))}",
    }


def _points(visit: Visit) -> dict[str, Any]:
    return {
        "points": [
            {"item": matter.name, "point": point["point"], "answer": ""}
            for matter in queries.matters(visit.id)
            for point in matter.checklist or [{"point": "按检查事项检查"}]
        ]
    }


def _objects(visit: Visit) -> dict[str, Any]:
    """Whom the draw drew: of visits that are told of alone, or the announcement would warn the others (R-V1)."""
    if visit.campaign_id is None or visit.team_drawn_only:
        raise Conflict("这次检查不是随机抽取产生的，没有抽取结果公告。")
    told = [one for one in queries.of_campaign(visit.campaign_id) if one.announced]
    return {"objects": [{"name": one.entity_name, "code": one.entity_code} for one in told]}


_MORE = {
    Letter.APPROVAL: _approval,
    Letter.SCHEME: lambda _visit: {},
    Letter.CHECK_SHEET: _points,
    Letter.ANNOUNCEMENT: _objects,
}
