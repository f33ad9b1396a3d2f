"""日志: what people of this bureau did, when and from where (R-T6)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import g
from flask_babel import lazy_gettext as _l

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.web.settings import words
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.shell.lists import Column, Filter, Listing, as_choices

ORIGINS = {"job": _l("后台作业"), "demo": _l("演示"), "": _l("系统")}

LOG = Listing(
    title=_l("日志"),
    key=AuditEntry.id,
    columns=(
        Column("at", _l("时间"), kind="time", sort=AuditEntry.at),
        Column("actor_name", _l("人员"), sort=AuditEntry.actor_name),
        Column("event", _l("做了什么"), value=lambda entry: words.act(entry.event)),
        Column("subject_name", _l("对象"), sort=AuditEntry.subject_name, wide=True),
        Column("origin", _l("来自"), value=lambda entry: str(ORIGINS.get(entry.origin, entry.origin))),
    ),
    search=(AuditEntry.actor_name, AuditEntry.subject_name),
    search_label=_l("人员或对象"),
    filters=(
        Filter(
            "room",
            _l("范围"),
            as_choices(words.ROOMS),
            apply=lambda query, room: query.where(AuditEntry.event.startswith(f"{room}.", autoescape=True)),
        ),
        Filter("from", _l("自"), column=AuditEntry.at, kind="from"),
        Filter("to", _l("至"), column=AuditEntry.at, kind="to"),
    ),
    order="-at",
    empty=_l("本单位人员办理事项后，会按时间列在这里。"),
)


@pages.get("/log", endpoint="log")
@administrators
def log() -> Any:
    """The log of this bureau, newest first."""
    query = sa.select(AuditEntry).where(AuditEntry.tenant_id == g.principal.tenant_id)
    return LOG.respond(db.session(), query, "settings/log.html")
