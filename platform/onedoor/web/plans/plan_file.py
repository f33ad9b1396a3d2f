"""A plan's lines from a spreadsheet, as the bureau has it (F6, F9): what was read is shown, then written."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.kernel.errors import ClerkError
from onedoor.plans import queries
from onedoor.plans.service.plan_file import load_plan, read_plan
from onedoor.web.plans.blueprint import pages
from onedoor.web.shell import forms, page
from tenants.rules import Permission

OUTCOMES = {"new": _l("新增一行"), "change": _l("修改已有的一行")}


@pages.route("/<uuid:plan_id>/sheet", methods=["GET", "POST"], endpoint="plan_sheet")
@allow(Permission.PLAN_DRAFT)
def plan_file(plan_id: UUID) -> Any:
    """Look at a file, then write its rows."""
    plan, form, rows, content = queries.my_plan(plan_id), forms.empty(), None, b""
    if request.method == "POST":
        with form.submission():
            content = _content()
            if request.form.get("then") == "enter":
                made = load_plan(plan.id, content)
                flash(_("已读入 %(count)s 行。", count=len(made)), "good")
                return redirect(url_for("plans.plan", plan_id=plan.id), 303)
            rows = read_plan(plan.id, content)
    shown = [(row, [(column, in_language(text)) for column, text in row.problems]) for row in rows or ()]
    return page(
        "plans/plan_file.html",
        form.status,
        plan=plan,
        form=form,
        rows=shown,
        outcomes=OUTCOMES,
        good=bool(rows) and not any(row.problems for row in rows or ()),
        content=b64encode(content).decode() if rows else "",
    )


def _content() -> bytes:
    """The file, sent now or looked at before."""
    kept = request.form.get("content")
    if kept:
        try:
            return b64decode(kept, validate=True)
        except ValueError:
            raise ClerkError("核对的内容已经失效，请重新上传文件。") from None
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise ClerkError("请选择文件。", fields={"file": ["请选择文件。"]})
    return sent.read()
