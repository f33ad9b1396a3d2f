"""Exports (报送): batches to the credit platform, receipts, what was refused and mended (R-O2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.credit import queries, service
from onedoor.credit.layouts import Layout
from onedoor.credit.models import Export, ExportRecord
from onedoor.credit.platforms import ChannelKind, layout, platform, titles
from onedoor.credit.rules import Action, RecordState
from onedoor.credit.schemas import RenewalSchema
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language, sentence_of_row
from onedoor.items.service.item_lists import XLSX
from onedoor.kernel import jobs, trace
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, NextStep
from tenants.rules import Permission

pages = Blueprint("credit", __name__, url_prefix="/exports")

STATES = {
    RecordState.WAITING: Label(_l("等待报送"), "waiting"),
    RecordState.SENT: Label(_l("已送达，待回执"), "active"),
    RecordState.ACCEPTED: Label(_l("已接收"), "done"),
    RecordState.REJECTED: Label(_l("被退回"), "stopped"),
    RecordState.WITHDRAWN: Label(_l("已撤回"), "neutral"),
}
ACTIONS = {Action.PUBLISH: Label(_l("报送")), Action.WITHDRAW: Label(_l("撤回"))}
BATCH_STATES = {
    "waiting": Label(_l("等待报送"), "waiting"),
    "sent": Label(_l("已送达，待回执"), "active"),
    "mended": Label(_l("回执已齐，有退回"), "stopped"),
    "answered": Label(_l("回执已齐"), "done"),
}


LABELS = {"states": STATES, "actions": ACTIONS, "batches": BATCH_STATES}


def platform_title(code: str) -> str:
    """A platform's name in the reader's language; all names are read once in a request."""
    if "platform_titles" not in g:
        g.platform_titles = titles()
    return in_language(g.platform_titles.get(code, code))


def _platform_choices() -> list[tuple[str, str]]:
    return [(code, in_language(name)) for code, name in titles().items()]


def batch_state(export: Export, rejected: int) -> str:
    """How far a batch is, as `BATCH_STATES` names it."""
    if export.answered_at is None:
        return "sent" if export.sent_at else "waiting"
    return "mended" if rejected else "answered"


EXPORTS = ListPage(
    title=_l("报送批次"),
    key=Export.id,
    row_key=lambda row: row.Export.id,
    columns=(
        Column(
            "number",
            _l("批次号"),
            value=lambda row: row.Export.number,
            link=lambda row: url_for("credit.export", export_id=row.Export.id),
            sort=Export.sequence,
            wide=True,
        ),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(batch_state(row.Export, row.rejected), BATCH_STATES),
            export=lambda row: str(BATCH_STATES[batch_state(row.Export, row.rejected)]),
        ),
        Column("platform", _l("报送平台"), value=lambda row: platform_title(row.Export.platform)),
        Column("records", _l("报送"), value=lambda row: row.Export.records, kind="number"),
        Column("accepted", _l("已接收"), kind="number"),
        Column("rejected", _l("被退回"), kind="number"),
        Column("made_by", _l("生成人"), value=lambda row: row.Export.made_by),
        Column(
            "made_at", _l("生成时间"), value=lambda row: row.Export.made_at, kind="time", sort=Export.made_at
        ),
    ),
    search=(Export.number,),
    search_label=_l("批次号"),
    filters=(Filter("platform", _l("报送平台"), _platform_choices, column=Export.platform),),
    order="-made_at",
    empty=_l("检查结果公示以后，点“生成报送批次”，平台会在后台报送并登记回执。"),
)
RECORDS = ListPage(
    title=_l("报送记录"),
    key=ExportRecord.id,
    columns=(
        Column(
            "entity_name",
            _l("检查对象"),
            link=lambda row: url_for("credit.export_record", record_id=row.id),
            wide=True,
        ),
        Column("entity_code", _l("统一社会信用代码")),
        Column("platform", _l("报送平台"), value=lambda row: platform_title(row.platform)),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.state, STATES),
            export=lambda row: str(STATES[RecordState(row.state)]),
        ),
        Column("reason", _l("说明"), value=lambda row: sentence_of_row(row, "reason")),
        Column("attempt", _l("报送次数"), kind="number"),
        Column("changed_at", _l("更新时间"), kind="time", sort=ExportRecord.changed_at),
    ),
    search=(ExportRecord.entity_name, ExportRecord.entity_code),
    search_label=_l("名称或统一代码"),
    filters=(
        Filter("state", _l("状态"), as_choices(STATES), column=ExportRecord.state),
        Filter("platform", _l("报送平台"), _platform_choices, column=ExportRecord.platform),
    ),
    order="-changed_at",
    empty=_l("检查结果公示并生成报送批次以后，每一条的状态和回执会列在这里。"),
)


@pages.get("/")
@allow(Permission.BUREAU_READ)
def exports() -> Any:
    """Batches, newest first, and what the next one would take."""
    waiting = queries.waiting_count()
    return EXPORTS.respond(
        db.session(),
        queries.exports(),
        "credit/exports.html",
        waiting=waiting,
        without_code=queries.waiting_for_code(),
        counts=queries.counts(),
        reconciliation=queries.reconciliation(),
        next=_next(waiting),
    )


@pages.post("/make")
@allow(Permission.EXPORT)
def make() -> Any:
    """Make the next batch and have it sent."""
    made = service.make_batch()
    if made is None:
        flash(_("新公示的检查结果都没有通过报送前的检查，请按原因更正后再报送。"), "warn")
        return redirect(url_for("credit.export_records", state=RecordState.REJECTED.value), 303)
    flash(_("批次已生成，正在后台报送。"), "good")
    return redirect(url_for("credit.export", export_id=made.id), 303)


@pages.get("/<uuid:export_id>")
@allow(Permission.BUREAU_READ)
def export(export_id: UUID) -> Any:
    """One batch with its receipts."""
    found = queries.export(export_id)
    counted = queries.reconciliation(export_id)
    return page(
        "credit/export.html",
        export=found,
        sent=queries.attempts(export_id),
        reconciliation=counted,
        state=batch_state(found, counted.rejected),
        platform=platform_title(found.platform),
        receipts=forms.empty(),
        carried=platform(found.platform).channel == ChannelKind.MANUAL,
        labels=LABELS,
        **_job(export_id),
        steps=trace.of(export_id),
    )


@pages.post("/<uuid:export_id>/file")
@allow(Permission.EXPORT)
def export_file(export_id: UUID) -> Any:
    """The batch as a workbook to upload at the platform."""
    name, content = service.upload_file(export_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=XLSX, headers=headers)


@pages.post("/<uuid:export_id>/receipts")
@allow(Permission.EXPORT)
def export_receipts(export_id: UUID) -> Any:
    """Take the receipt file of a batch that was carried there."""
    given = request.files.get("receipts")
    counted = service.take_receipt_file(export_id, given.read() if given is not None else b"")
    flash(_("回执已登记：接收 %(accepted)s，退回 %(rejected)s，尚缺 %(open)s。", **counted), "good")
    return redirect(url_for("credit.export", export_id=export_id), 303)


@pages.get("/records/")
@allow(Permission.BUREAU_READ)
def export_records() -> Any:
    """Every record for the platform, with its state."""
    return RECORDS.respond(db.session(), queries.records(), "credit/records.html", counts=queries.counts())


@pages.get("/records/<uuid:record_id>")
@allow(Permission.BUREAU_READ)
def export_record(record_id: UUID) -> Any:
    """One record: what goes out, every attempt with its receipt, and the way to mend a refused one."""
    found = queries.record(record_id)
    return _record_page(found, forms.empty())


@pages.post("/records/<uuid:record_id>/mend")
@allow(Permission.EXPORT)
def mend(record_id: UUID) -> Any:
    """Make the record anew from its source; it goes into the next batch."""
    found = queries.record(record_id)
    form = forms.read(RenewalSchema())
    if form.ok:
        with form.submission():
            service.mend(record_id, **form.data)
            flash(_("已重新生成，这条记录会进入下一个报送批次。"), "good")
            return redirect(url_for("credit.export_record", record_id=record_id), 303)
    return _record_page(found, form, 422)


def _job(export_id: UUID) -> dict[str, Any]:
    """The newest job about a batch, with its progress."""
    job = jobs.latest_for(export_id)
    return {"job": job, "progress": jobs.progress_of([job.id]).get(job.id) if job else None}


# Names of the platforms and layouts of the beginning, for the catalogue: both are data.
FIELDS = (
    Sentence("国家企业信用信息公示系统"),
    Sentence("全国信用信息共享平台"),
    Sentence("检查结果（国家企业信用信息公示系统）"),
    Sentence("名称"),
    Sentence("统一社会信用代码"),
    Sentence("抽查计划编号"),
    Sentence("抽查计划名称"),
    Sentence("抽查任务编号"),
    Sentence("抽查任务名称"),
    Sentence("抽查类型"),
    Sentence("抽查机关"),
    Sentence("抽查完成日期"),
    Sentence("行政处罚（双公示）"),
    Sentence("行政相对人名称"),
    Sentence("行政相对人类别"),
    Sentence("行政相对人统一社会信用代码"),
    Sentence("行政处罚决定书文号"),
    Sentence("处罚类别"),
    Sentence("罚款金额（万元）"),
    Sentence("处罚决定日期"),
    Sentence("处罚有效期"),
    Sentence("公示截止期"),
    Sentence("处罚机关统一社会信用代码"),
    Sentence("数据来源单位"),
    Sentence("数据来源单位统一社会信用代码"),
    Sentence("没收违法所得、没收非法财物的金额（万元）"),
    Sentence("暂扣或吊销证照名称及编号"),
    Sentence("法人及非法人组织"),
)


def _labels(shape: Layout) -> dict[str, str]:
    """The names of a layout's fields in the reader's language, as far as they are known."""
    return {field.key: in_language(field.label) for field in shape.fields}


def _record_page(found: ExportRecord, form: forms.Form, status: int = 200) -> Any:
    shape = layout(found.layout)
    return page(
        "credit/record.html",
        status,
        record=found,
        shape=shape,
        labels=_labels(shape),
        options={
            field.key: [(choice, in_language(choice)) for choice in field.choices] for field in shape.fields
        },
        form=form,
        may_mend=found.state == RecordState.REJECTED and current_user.may(Permission.EXPORT),
        findings=[
            (one.get("item"), in_language(one.get("result"))) for one in found.fields.get("findings", ())
        ],
        history=[_attempt(one) for one in queries.history(found.id)],
        states=STATES,
        actions=ACTIONS,
        steps=trace.of(*queries.behind(found.subject_id)),
    )


def _attempt(one: queries.Sent) -> tuple[Any, ...]:
    answered = one.receipt
    return (
        one.attempt.attempt,
        one.export.number,
        one.attempt.fields.get(layout(one.record.layout).entity[0]),
        ui.status(answered.state if answered else RecordState.WAITING, STATES),
        in_language(answered.reason) if answered else "",
        ui.when(answered.received_at) if answered else "",
    )


def _next(waiting: int) -> NextStep | None:
    if not current_user.may(Permission.EXPORT):
        return None
    label = _("生成报送批次")
    if not waiting:
        return NextStep(
            label, blocked=[_("没有等待报送的检查结果。检查结果公示后，或更正被退回的记录后，再来生成。")]
        )
    return NextStep(label, url_for("credit.make"), "post", hint=_("将报送 %(n)s 条。", n=waiting))
