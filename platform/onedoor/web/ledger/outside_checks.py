"""A check that was made outside the platform: entered with its cause, and shown (R-V9, 001 §7)."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import word_list
from onedoor.imports.rules.rows import split_list
from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.errors import NotFound
from onedoor.ledger import queries, service
from onedoor.ledger.models import OutsideCheck, OutsideCorrection
from onedoor.ledger.rules.origins import CAUSE_NAMES, Cause, Registration
from onedoor.ledger.schemas import OutsideCorrectionFormSchema, OutsideFormSchema
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.results import METHOD_NAMES, RESULT_NAMES
from onedoor.web.ledger.blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants.rules import Permission

ENTERS = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD, Permission.REGISTRY_WRITE)


CORRECTED_NAMES = {
    "kind": _l("检查类别"),
    "source": _l("来源"),
    "entity_name": _l("检查对象"),
    "entity_code": _l("统一社会信用代码"),
    "checked_on": _l("检查日期"),
    "inspectors": _l("检查人员"),
    "matters": _l("检查内容"),
    "methods": _l("检查方式"),
    "results": _l("检查结果"),
    "measures": _l("检查措施"),
    "supervision": _l("监督检查记录"),
    "number": _l("检查编号"),
    "cause": _l("原因"),
    "cause_note": _l("具体情况"),
}


_WORDS = {
    "kind": KIND_NAMES,
    "source": SOURCE_NAMES,
    "methods": METHOD_NAMES,
    "results": RESULT_NAMES,
    "cause": CAUSE_NAMES,
}


@pages.route("/outside/new", methods=["GET", "POST"], endpoint="outside_new")
@allow(*ENTERS)
def new() -> Any:
    """The form; refused, it keeps what was typed."""
    form = forms.empty(key=secrets.token_hex(16), checked_on=today(), methods=["on_site"])
    if request.method == "POST":
        form = forms.read(OutsideFormSchema())
        if form.ok:
            with form.submission():
                return _entered(form.data)
    return _page(form)


def _entered(data: dict[str, Any]) -> Any:
    lists = {name: split_list(data[name]) for name in ("inspectors", "matters")}
    check = service.enter_outside(service.Outside(**{**data, **lists}))
    flash(_("已登记，并计入未通过平台抽取的检查数。"), "good")
    return redirect(url_for("ledger.outside_check", check_id=check.id), 303)


def _page(form: Form, check: OutsideCheck | None = None) -> Any:
    return page(
        "ledger/outside_new.html",
        form.status,
        form=form,
        check=check,
        kinds=[(one.value, _(name)) for one, name in KIND_NAMES.items()],
        sources=[(one.value, _(name)) for one, name in SOURCE_NAMES.items()],
        methods=[(one.value, _(name)) for one, name in METHOD_NAMES.items()],
        results=[(one.value, _(name)) for one, name in RESULT_NAMES.items()],
        causes=[(one.value, _(name)) for one, name in CAUSE_NAMES.items()],
    )


@pages.route("/outside/<uuid:check_id>/correction", methods=["GET", "POST"], endpoint="outside_correct")
@allow(*ENTERS)
def correct(check_id: UUID) -> Any:
    """Correct what was entered, with the reason."""
    check = queries.outside_check(check_id)
    if check.tenant_id != current_user.tenant_id:
        raise NotFound()
    form = forms.empty(**_standing(check))
    if request.method == "POST":
        form = forms.read(OutsideCorrectionFormSchema())
        if form.ok:
            with form.submission():
                return _corrected(check, form.data)
    return _page(form, check)


def _standing(check: OutsideCheck) -> dict[str, Any]:
    names = ("kind", "source", "entity_code", "checked_on", "methods", "results", "measures", "supervision")
    lists = {name: "\n".join(getattr(check, name)) for name in ("inspectors", "matters")}
    more = {name: getattr(check, name) for name in (*names, "number", "cause", "cause_note")}
    return {**more, **lists, "version": queries.version_of(check.id)}


def _corrected(check: OutsideCheck, data: dict[str, Any]) -> Any:
    lists = {name: split_list(data[name]) for name in ("inspectors", "matters")}
    said = {name: value for name, value in data.items() if name not in ("reason", "version")}
    outside = service.Outside(**{**said, **lists})
    service.correct_outside(check.id, outside, data["reason"], data["version"])
    flash(_("已更正，原来的内容和理由一并保留。"), "good")
    return redirect(url_for("ledger.outside_check", check_id=check.id), 303)


@pages.get("/outside/<uuid:check_id>", endpoint="outside_check")
@allow(Permission.BUREAU_READ)
def outside_check(check_id: UUID) -> Any:
    """One of them."""
    check = queries.outside_check(check_id)
    own = check.origin == Registration.OUTSIDE.value and check.tenant_id == current_user.tenant_id
    return page(
        "ledger/outside.html",
        steps=trace.of(check.id),
        may_correct=own and any(current_user.may(one) for one in ENTERS),
        **facts(check),
    )


def facts(check: OutsideCheck) -> dict[str, Any]:
    """What its page says, for its bureau and for who supervises it."""
    former = check.origin == Registration.FORMER.value
    return {
        "check": check,
        "former": former,
        "corrections": [(one, _changes(one)) for one in queries.corrections(check.id)],
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


def _changes(correction: OutsideCorrection) -> list[tuple[str, str, str]]:
    """What was changed: the field, what stood there, what stands there now."""
    return [
        (str(label), _in_words(name, correction.before[name]), _in_words(name, correction.after[name]))
        for name, label in CORRECTED_NAMES.items()
        if name in correction.after
    ]


def _in_words(name: str, value: Any) -> str:
    names: Any = _WORDS.get(name, {})
    values = value if isinstance(value, list) else [value]
    return word_list(str(_(names[one])) if one in names else str(one) for one in values)
