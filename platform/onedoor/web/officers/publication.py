"""Publishing the inspector library with the columns of F2, and when it is due again (R-L12)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from onedoor.edge.guard import allow
from onedoor.officers import service
from onedoor.officers.service.library import library_returned
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell.pieces import NextStep
from tenants.rules import Permission


@pages.post("/inspectors/publish")
@allow(Permission.REGISTRY_WRITE)
def inspectors_publish() -> Any:
    """Publish the library and file it."""
    service.publish_library()
    flash(_("名录库已公布并报送备案。"), "good")
    return redirect(url_for("registry.inspectors"), 303)


def publishing_step(changes: int | None) -> NextStep | None:
    """Publishing: for the first time, after `changes`, or because what was filed came back."""
    url, what = (
        url_for("registry.inspectors_publish"),
        _("只公布名录表的栏目，不含身份证号和电话；同时报送备案。"),
    )
    if changes is None:
        return NextStep(_("公布名录库"), url, "post", hint=what)
    if changes:
        since = ngettext("公布后有 %(num)d 处变动。", "公布后有 %(num)d 处变动。", changes)
        return NextStep(_("重新公布名录库"), url, "post", hint=f"{since}{what}")
    if library_returned():
        hint = _("备案被退回；名录表与公布的一致，改不改都可以再次公布并报送。")
        return NextStep(_("重新公布名录库"), url, "post", hint=hint)
    return None
