"""备份: when the last one was made, and when one was last tried (docs/operations/backup.md)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.kernel.clock import today
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from tenants.operation import backups as service

KINDS = {"backup": _l("备份"), "trial": _l("恢复演练")}


class TrialSchema(Schema):
    """A trial as the form sends it."""

    day = fields.Date(required=True)
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    outcome = fields.String(required=True, validate=validate.OneOf(["good", "bad"]))
    note = fields.String(required=True, validate=validate.Length(min=1, max=1000))


@pages.get("/backups", endpoint="backups")
@operators
def backups() -> Any:
    """What was backed up and tried."""
    return _show(forms.empty(day=today()))


@pages.post("/backups", endpoint="backup_trial")
@operators
def backup_trial() -> Any:
    """Note a trial."""
    form = forms.read(TrialSchema())
    if form.ok:
        with form.submission():
            given = form.data
            service.enter_trial(given["day"], given["name"], given["note"], good=given["outcome"] == "good")
            flash(_("已登记恢复演练。"), "good")
            return redirect(url_for("operator.backups"), 303)
    return _show(form)


def _show(form: Form) -> Any:
    last, trial = service.last("backup"), service.last("trial")
    return page(
        "operator/backups.html",
        form.status,
        form=form,
        last=ui.when(last.at) if last else None,
        trial=ui.when(trial.at) if trial else None,
        rows=[
            (
                ui.when(one.at),
                str(KINDS[one.kind]),
                one.name,
                one.rows if one.rows is not None else "—",
                _("成功") if one.good else _("失败"),
                one.note or "—",
                one.entered_by or "—",
            )
            for one in service.entries()
        ],
    )
