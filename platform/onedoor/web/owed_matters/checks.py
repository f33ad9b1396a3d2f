"""The visit that makes up for what is owed: when, by whom (R-J5, R-V9)."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.owed_matters import queries, service
from onedoor.owed_matters.models import OwedMatter
from onedoor.owed_matters.rules import State
from onedoor.owed_matters.schemas import OwedCheckSchema
from onedoor.visits import service as visiting
from onedoor.web.owed_matters.blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.errors import sentence_of
from onedoor.web.shell.forms import WHOLE, Form
from onedoor.web.visits import checks
from tenants.rules import Permission


@pages.route("/<uuid:owed_id>/check", methods=["GET", "POST"], endpoint="check")
@allow(Permission.VISIT_MANAGE)
def check(owed_id: UUID) -> Any:
    """The form; refused, it keeps what was typed."""
    found = queries.owed(owed_id)
    if found.tenant_id != current_user.tenant_id:
        raise NotFound("没有找到这个待补查事项，或它不属于本单位。")
    form = _first(found)
    if request.method == "POST":
        form = forms.read(OwedCheckSchema())
        if form.ok:
            try:
                visit = service.open_check(owed_id, form.data)
                visiting.submit_check(visit.id)
                flash(_("已登记补查并提交审批。"), "good")
                return redirect(url_for("visits.visit", visit_id=visit.id), 303)
            except ClerkError as refused:
                if refused.status in (403, 404):
                    raise
                form.refuse(refused)
                if refused.fields:
                    form.errors[WHOLE] = [sentence_of(refused)]
    return _page(found, form)


def _first(found: OwedMatter) -> Form:
    matters = queries.with_it(found, [State.OPEN])
    items = [str(one) for one in service.own_items(matters)]
    return forms.empty(key=secrets.token_hex(16), starts_on=today(), announced=True, item_ids=items)


def _page(found: OwedMatter, form: Form) -> Any:
    items = item_queries.published_items(current_user.tenant_id)
    return page(
        "owed_matters/check.html",
        form.status,
        form=form,
        matter=found,
        matters=queries.with_it(found, [State.OPEN]),
        items=[(str(item.id), item.name, item.number) for item in items],
        officers=checks.officers(),
        leaders=checks.leaders(),
    )
