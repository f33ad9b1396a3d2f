"""各单位作业: failed jobs and queues across bureaus by kind and bureau, without what they are about (R-T1)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.kernel import deployment_figures
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import page, ui
from tenants import queries

# A job is named after the room that does it; which thing it is about is the bureau's.
ROOMS = {
    "registry": _l("名录"),
    "bulk": _l("名录批量办理"),
    "campaigns": _l("抽查任务"),
    "visits": _l("检查"),
    "followups": _l("后续处置"),
    "owed": _l("待补查"),
    "credit": _l("报送"),
    "kernel": _l("日志核对"),
}


@pages.get("/jobs", endpoint="jobs")
@operators
def jobs() -> Any:
    """How many wait, run and failed, of each bureau and kind."""
    names = {one.id: one.name for one in (*queries.bureaus(), *queries.closed_bureaus())}
    rows = [
        (
            names.get(one.tenant_id, _("整个平台")),
            str(ROOMS.get(one.name.partition(".")[0], "—")),
            one.waiting,
            one.running,
            one.failed,
            ui.when(one.oldest) if one.oldest else "—",
            ui.when(one.last_failed) if one.last_failed else "—",
        )
        for one in deployment_figures.queues()
    ]
    return page("operator/jobs.html", rows=rows)
