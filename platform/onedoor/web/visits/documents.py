"""The documents of one check: to read and print, and as Word (forms.md, "Documents of one check")."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from onedoor.edge.guard import allow
from onedoor.kernel import files
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.messages import service as messages
from onedoor.messages.rules import LETTERS, Letter
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import READY
from onedoor.web.shell import page
from onedoor.web.shell.exports import download
from onedoor.web.visits.blueprint import pages
from tenants.rules import Permission


@pages.get("/<uuid:visit_id>/notice")
@allow(Permission.BUREAU_READ)
def notice(visit_id: UUID) -> Any:
    """The notice to print (行政检查通知书)."""
    visit = _noticed(visit_id)
    return page("visits/notice.html", visit=visit, values=service.notice_values(visit))


@pages.get("/<uuid:visit_id>/notice.docx")
@allow(Permission.BUREAU_READ)
def notice_word(visit_id: UUID) -> Response:
    """The notice as it was kept when it was sent."""
    visit = _noticed(visit_id)
    if visit.notice_file_id is None or visit.tenant_id != current_scope().tenant_id:
        return _word(Letter.NOTICE, visit.number, service.notice_values(visit))
    kept = files.get(visit.notice_file_id)
    return download(kept.content, kept.name, kept.media_type)


@pages.get("/<uuid:visit_id>/sheet")
@allow(Permission.BUREAU_READ)
def sheet(visit_id: UUID) -> Any:
    """Scheme and check sheet to print (检查方案、检查表)."""
    visit = queries.visit(visit_id)
    return page("visits/sheet.html", visit=visit, values=service.sheet_values(visit))


@pages.get("/<uuid:visit_id>/sheet.docx")
@allow(Permission.BUREAU_READ)
def sheet_word(visit_id: UUID) -> Response:
    """Scheme and check sheet as Word."""
    visit = queries.visit(visit_id)
    return _word(Letter.SHEET, visit.number, service.sheet_values(visit))


@pages.get("/<uuid:visit_id>/record")
@allow(Permission.BUREAU_READ)
def joint_record(visit_id: UUID) -> Any:
    """The record sheet of a joint visit, with each bureau's part (R-J2)."""
    visit = queries.visit(visit_id)
    return page("visits/joint_record.html", visit=visit, values=service.joint_record_values(visit))


@pages.get("/<uuid:visit_id>/record.docx")
@allow(Permission.BUREAU_READ)
def joint_record_word(visit_id: UUID) -> Response:
    """That sheet as Word."""
    visit = queries.visit(visit_id)
    return _word(Letter.JOINT_RECORD, visit.number, service.joint_record_values(visit))


@pages.get("/records/<uuid:record_id>/print")
@allow(Permission.BUREAU_READ)
def record_print(record_id: UUID) -> Any:
    """The record to print (现场检查笔录)."""
    record = queries.record(record_id)
    return page("visits/record_print.html", record=record, values=service.record_values(record))


@pages.get("/records/<uuid:record_id>/record.docx")
@allow(Permission.BUREAU_READ)
def record_word(record_id: UUID) -> Response:
    """The record as Word."""
    values = service.record_values(queries.record(record_id))
    return _word(Letter.RECORD, values["number"], values)


@pages.get("/records/<uuid:record_id>/report")
@allow(Permission.BUREAU_READ)
def report_print(record_id: UUID) -> Any:
    """The report to print (检查报告)."""
    record = queries.record(record_id)
    return page("visits/report_print.html", record=record, values=service.report_values(record))


@pages.get("/records/<uuid:record_id>/report.docx")
@allow(Permission.BUREAU_READ)
def report_word(record_id: UUID) -> Response:
    """The report as Word."""
    values = service.report_values(queries.record(record_id))
    return _word(Letter.REPORT, values["number"], values)


def _noticed(visit_id: UUID) -> Visit:
    visit = queries.visit(visit_id)
    if visit.state not in READY or not visit.announced:
        raise NotFound("这次检查还没有批准，或依法不事先通知，没有通知书。")
    return visit


def _word(letter: Letter, number: str, values: dict[str, Any]) -> Response:
    name = f"{LETTERS[letter].title} {number}.docx"
    return download(messages.write(letter, values), name, messages.DOCX)
