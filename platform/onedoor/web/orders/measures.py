"""Writing what is done about a cause of checks outside the platform; it is read beside the sums (001 §7)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.kernel.errors import ClerkError
from onedoor.supervision import schemas, service
from onedoor.web.orders.blueprint import pages, supervisors
from onedoor.web.shell import forms


@pages.post("/cause-measures", endpoint="measure_new")
@supervisors
def measure_new() -> Any:
    """Keep it, and back to the sums."""
    form = forms.read(schemas.CauseMeasureSchema())
    if not form.ok:
        raise ClerkError("请选择原因，并写明采取的措施。")
    made = service.write_measure(**form.data)
    flash(_("已保存。"), "good")
    return redirect(url_for("supervision.outside_causes", year=made.year), 303)
