"""Who answers for this work (工作负责人、联络员、领导小组), with history, and F5 (R-L13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.items.service import XLSX
from onedoor.kernel.clock import today
from onedoor.officers import queries, service
from onedoor.officers.models import Duty
from onedoor.officers.queries.duties import my_duty
from onedoor.officers.rules.duties import F5_TITLE, GROUP, DutyRole
from onedoor.officers.schemas.officers import DutySchema, RevealSchema
from onedoor.officers.service.duties import contact_of_duty, f5_workbook
from onedoor.officers.service.personal_numbers import reveal_duty
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import DUTIES
from onedoor.web.shell import exports, forms, page
from tenants.rules import Permission


@pages.get("/duties")
@allow(Permission.BUREAU_READ)
def duties() -> Any:
    """Who has which part now, and who had it before."""
    return _shown(forms.empty(since=today().isoformat()))


@pages.post("/duties")
@allow(Permission.REGISTRY_WRITE)
def duty_add() -> Any:
    """Somebody takes a part."""
    form = forms.read(DutySchema())
    if form.ok:
        with form.submission():
            service.name_for_duty(form.data)
            flash(_("已登记。"), "good")
            return redirect(url_for("registry.duties"), 303)
    return _shown(form)


@pages.post("/duties/<uuid:duty_id>/end")
@allow(Permission.REGISTRY_WRITE)
def duty_end(duty_id: UUID) -> Any:
    """The part ends today."""
    service.end_duty(my_duty(duty_id))
    flash(_("已结束，记录保留在历史中。"), "good")
    return redirect(url_for("registry.duties"), 303)


@pages.route("/duties/<uuid:duty_id>/reveal", methods=["POST"])
@allow(Permission.PERSONAL_REVEAL)
def duty_reveal(duty_id: UUID) -> Any:
    """The contact in full: on this answer, and on no other page."""
    found, form = my_duty(duty_id), forms.read(RevealSchema())
    if form.ok:
        with form.submission():
            return _shown(forms.empty(), revealed={found.id: reveal_duty(found, form.data["why"])})
    return _shown(forms.empty(), reveal_form=form)


@pages.post("/duties/f5")
@allow(Permission.PERSONAL_REVEAL)
def duties_f5() -> Any:
    """F5 as a workbook, with the contacts in full; it is logged."""
    return exports.download(f5_workbook(), f"{F5_TITLE}.xlsx", XLSX)


def _shown(
    form: forms.Form, revealed: dict[UUID, str] | None = None, reveal_form: forms.Form | None = None
) -> Any:
    found = queries.duties()
    now_in = [one for one in found if one.until is None]
    wrong = not form.ok or (reveal_form is not None and not reveal_form.ok)
    return page(
        "officers/duties.html",
        422 if wrong and request.method == "POST" else 200,
        form=form,
        reveal_form=reveal_form or forms.empty(),
        roles=DUTIES,
        leads=[one for role in (DutyRole.WORK_LEAD, DutyRole.LIAISON) for one in _of(now_in, role)],
        group=[one for role in GROUP for one in _of(now_in, role)],
        former=[one for one in found if one.until is not None],
        contacts={one.id: contact_of_duty(one) for one in now_in},
        revealed=revealed or {},
    )


def _of(found: list[Duty], role: DutyRole) -> list[Duty]:
    return [one for one in found if one.role == role]
