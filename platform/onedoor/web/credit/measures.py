"""联合惩戒、市场退出: measures this bureau proposed or was asked for, their answers and end (R-O4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.credit import service
from onedoor.credit.models import CreditMeasure
from onedoor.credit.schemas import MeasureAnswerSchema
from onedoor.credit.service import measures
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.kernel.db import db
from onedoor.web.credit.exports import pages
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import deadline
from tenants import queries as tenants
from tenants.rules import Permission

STATES = {
    "sent": Label(_l("已送出"), "waiting"),
    "receive": Label(_l("已收到，待答复"), "waiting"),
    "apply": Label(_l("已采取"), "active"),
    "decline": Label(_l("未采取"), "stopped"),
    "end": Label(_l("已结束"), "done"),
}
MEASURES = ListPage(
    title=_l("信用措施"),
    key=CreditMeasure.id,
    row_key=lambda row: row.CreditMeasure.id,
    columns=(
        Column(
            "entity_name",
            _l("主体"),
            value=lambda row: row.CreditMeasure.entity_name,
            link=lambda row: url_for("credit.measure", measure_id=row.CreditMeasure.id),
            wide=True,
        ),
        Column("kind", _l("措施"), value=lambda row: in_language(measures.KINDS[row.CreditMeasure.kind])),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.state, STATES),
            export=lambda row: str(STATES[row.state]),
        ),
        Column(
            "from", _l("建议单位"), value=lambda row: tenants.bureau(row.CreditMeasure.tenant_id).short_name
        ),
        Column(
            "to", _l("采取单位"), value=lambda row: tenants.bureau(row.CreditMeasure.receiver_id).short_name
        ),
        Column(
            "sent_at",
            _l("送出时间"),
            value=lambda row: row.CreditMeasure.sent_at,
            kind="time",
            sort=CreditMeasure.sent_at,
        ),
        Column(
            "answer_by",
            _l("答复期限"),
            cell=lambda row: (
                deadline(row.CreditMeasure.answer_by, row.state not in ("sent", "receive"))
                if row.CreditMeasure.answer_by is not None
                else ""
            ),
            export=lambda row: row.CreditMeasure.answer_by,
        ),
    ),
    search=(CreditMeasure.entity_name, CreditMeasure.entity_code),
    search_label=_l("名称或统一代码"),
    filters=(
        Filter(
            "side",
            _l("方向"),
            lambda: [("to", _("送给本单位")), ("from", _("本单位建议"))],
            apply=lambda query, value: query.where(
                (CreditMeasure.receiver_id if value == "to" else CreditMeasure.tenant_id)
                == current_user.tenant_id
            ),
        ),
    ),
    order="-sent_at",
    empty=_l("在主体的信用档案里提出措施建议，送给采取措施的单位。"),
)


@pages.get("/measures/")
@allow(Permission.BUREAU_READ)
def measures_list() -> Any:
    """Those this bureau proposed or was asked for."""
    return MEASURES.respond(db.session(), measures.measures(), "credit/measures.html")


@pages.get("/measures/<uuid:measure_id>")
@allow(Permission.BUREAU_READ)
def measure(measure_id: UUID) -> Any:
    """One measure with its answers."""
    return _page(measure_id, forms.empty())


@pages.post("/measures/<uuid:measure_id>")
@allow(Permission.DISCLOSE)
def measure_answer(measure_id: UUID) -> Any:
    """The receiver's next word."""
    form = forms.read(MeasureAnswerSchema())
    if form.ok:
        with form.submission():
            service.answer_measure(measure_id, form.data)
            flash(_("已答复。"), "good")
            return redirect(url_for("credit.measure", measure_id=measure_id), 303)
    return _page(measure_id, form)


def _page(measure_id: UUID, form: forms.Form) -> Any:
    found, said = measures.measure(measure_id), measures.answers(measure_id)
    last = said[-1].kind if said else None
    mine = found.receiver_id == current_user.tenant_id and current_user.may(Permission.DISCLOSE)
    return page(
        "credit/measure.html",
        form.status,
        measure=found,
        answers=said,
        state=last or "sent",
        states=STATES,
        kinds=measures.KINDS,
        steps=[(one, _(measures.ANSWERS[one])) for one in measures.NEXT[last]] if mine else [],
        form=form,
        sender=tenants.bureau(found.tenant_id).name,
        receiver=tenants.bureau(found.receiver_id).name,
        deadline=deadline,
    )
