"""A check that was made outside the platform: entered with its cause, and shown (R-V9, 001 §7)."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.language import word_list
from onedoor.imports.rules.rows import split_list
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.ledger import queries, service
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules.origins import CAUSE_NAMES, Cause, Registration
from onedoor.ledger.schemas import OutsideFormSchema
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.results import METHOD_NAMES, RESULT_NAMES
from onedoor.web.ledger.blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants.rules import Permission

ENTERS = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD, Permission.REGISTRY_WRITE)


@pages.route("/outside/new", methods=["GET", "POST"], endpoint="outside_new")
@allow(*ENTERS)
def new() -> Any:
    """The form; refused, it keeps what was typed."""
    form = forms.empty(key=secrets.token_hex(16), checked_on=today(), methods=["on_site"])
    if request.method == "POST":
        form = forms.read(OutsideFormSchema())
        if form.ok:
            try:
                return _entered(form.data)
            except ClerkError as refused:
                form.refuse(refused)
    return _page(form)


def _entered(data: dict[str, Any]) -> Any:
    lists = {name: split_list(data[name]) for name in ("inspectors", "matters")}
    check = service.enter_outside(service.Outside(**{**data, **lists}))
    flash(_("已登记，并计入未通过平台抽取的检查数。"), "good")
    return redirect(url_for("ledger.outside_check", check_id=check.id), 303)


def _page(form: Form) -> Any:
    return page(
        "ledger/outside_new.html",
        200 if form.ok else 422,
        form=form,
        kinds=[(one.value, _(name)) for one, name in KIND_NAMES.items()],
        sources=[(one.value, _(name)) for one, name in SOURCE_NAMES.items()],
        methods=[(one.value, _(name)) for one, name in METHOD_NAMES.items()],
        results=[(one.value, _(name)) for one, name in RESULT_NAMES.items()],
        causes=[(one.value, _(name)) for one, name in CAUSE_NAMES.items()],
    )


@pages.get("/outside/<uuid:check_id>", endpoint="outside_check")
@allow(Permission.BUREAU_READ)
def outside_check(check_id: UUID) -> Any:
    """One of them."""
    return page("ledger/outside.html", **facts(queries.outside_check(check_id)))


def facts(check: OutsideCheck) -> dict[str, Any]:
    """What its page says, for its bureau and for who supervises it."""
    former = check.origin == Registration.FORMER.value
    return {
        "check": check,
        "former": former,
        "told": [
            (_("检查类别"), _(KIND_NAMES[Kind(check.kind)])),
            (_("来源"), _(SOURCE_NAMES[Source(check.source)])),
            (_("检查对象"), check.entity_name),
            (_("统一社会信用代码"), check.entity_code),
            (_("检查日期"), check.checked_on.isoformat()),
            (_("检查人员"), word_list(check.inspectors)),
            (_("检查内容"), word_list(check.matters)),
            (
                _("检查方式"),
                word_list(_(name) for one, name in METHOD_NAMES.items() if one.value in check.methods),
            ),
            (
                _("检查结果"),
                word_list(_(name) for one, name in RESULT_NAMES.items() if one.value in check.results),
            ),
            (_("检查措施"), check.measures),
            (_("监督检查记录"), check.supervision),
            (_("检查编号"), check.number),
            (_("登记人"), check.registered_by),
        ],
        "cause": "" if check.cause is None else _(CAUSE_NAMES[Cause(check.cause)]),
    }
