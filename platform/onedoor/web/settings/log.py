"""日志: what people of this bureau did, when and from where, and whether its chain is whole (R-T6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.kernel import audit, audit_chain, jobs
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.text.masking import mask_numbers_in, masked_deep
from onedoor.web.settings import labels
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.settings.log_entries import actor, listing, origin, place
from onedoor.web.settings.log_words import field, value
from onedoor.web.shell import page
from tenants import audit_anchors, queries

# What was found wrong with a chain, after the kinds of kernel.audit_chain.check.
BREAKS = {
    "altered": _l("第 %(first)s 条被改动或移动过"),
    "removed": _l("第 %(first)s 条到第 %(last)s 条被删除"),
    "inserted": _l("第 %(first)s 条到第 %(last)s 条是后来插入的"),
    "cut": _l("末尾第 %(first)s 条到第 %(last)s 条被删除"),
    "rewritten": _l("第 %(first)s 条到第 %(last)s 条被改写后重新封存"),
    "unsound": _l("第 %(first)s 条的序号重复"),
}


def _opens(entry: AuditEntry) -> str:
    return url_for("settings.log_entry", entry_id=entry.id)


def _people() -> Sequence[tuple[Any, Any]]:
    rows = db.session.execute(queries.users().order_by(sa.text("display_name")))
    return [(row.id, row.display_name) for row in rows]


LOG = listing(_opens, _people, whole=False)
LOG_FILE = listing(_opens, _people, whole=True)


@pages.get("/log", endpoint="log")
@administrators
def log() -> Any:
    """The log of this bureau, newest first; what waits for its place in the chain, and what the last check found."""
    mine = current_user.tenant_id
    shown = LOG_FILE if request.args.get("export") else LOG
    link = db.session.connection()
    return shown.respond(
        db.session(),
        sa.select(AuditEntry).where(AuditEntry.tenant_id == mine),
        "settings/log.html",
        sealed=(audit_chain.head(link, mine) or (0, ""))[0],
        waiting=audit_chain.unsealed(link, mine),
        check=_check(),
    )


@pages.get("/log/<uuid:entry_id>")
@administrators
def log_entry(entry_id: UUID) -> Any:
    """One act: who, when, from where, on what, what it was before and after, and its place in the chain."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or entry.tenant_id != current_user.tenant_id:
        raise NotFound("没有找到这条日志。")
    return page("settings/log_entry.html", back=url_for("settings.log"), **facts(entry))


@pages.post("/log/check")
@administrators
def log_check() -> Any:
    """Walk the whole chain, in the background."""
    job = audit_anchors.ask_for_check()
    audit.record("kernel.log.check", ("job", job.id))
    flash(_("已开始校验日志，完成后结果显示在本页。"), "good")
    return redirect(url_for("settings.log"), 303)


def facts(entry: AuditEntry) -> dict[str, Any]:
    """What the page of an entry shows, for the bureau as for its supervisor."""
    before, after = masked_deep(entry.before) or {}, masked_deep(entry.after) or {}
    return {
        "entry": entry,
        "act": labels.act(entry.event),
        "name": in_language(mask_numbers_in(entry.subject_name)),
        "actor": actor(entry),
        "origin": origin(entry),
        "place": place(entry),
        "changes": [
            (field(key), value(before.get(key)), value(after.get(key))) for key in {**before, **after}
        ],
    }


def _check() -> dict[str, Any] | None:
    """The newest check of this bureau's chain: going on, failed, or what it found."""
    found = jobs.latest_for(current_user.tenant_id, JobName.CHECK_AUDIT)
    if found is None:
        return None
    return {"job": found, "done": found.state == JobState.DONE, "breaks": _breaks(found)}


def _breaks(job: Job) -> list[str]:
    outcome = job.outcome or {}
    breaks = [str(BREAKS[one["kind"]]) % one for one in outcome.get("breaks", [])]
    more = outcome.get("broken", 0) - len(breaks)
    return [*breaks, _("另有 %(more)s 处", more=more)] if more > 0 else breaks
