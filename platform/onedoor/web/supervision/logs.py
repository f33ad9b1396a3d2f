"""单位日志 and 日志锚点: a supervised bureau's log for a reason, and the heads of the chains that are held here (R-T3, R-T6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.web.settings.log import facts
from onedoor.web.settings.log_entries import listing
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.supervision.blueprint import overseers, pages
from tenants import audit_anchors
from tenants import queries as tenants
from tenants.audit_anchors import AuditAnchor, AuditLook
from tenants.models import Bureau

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class LookSchema(Schema):
    """Whose log is asked for, and why."""

    bureau_id = fields.UUID(required=True)
    reason = fields.String(required=True, validate=validate.Length(4, 500))


@pages.route("/logs", methods=["GET", "POST"])
@overseers
def logs() -> Any:
    """Ask for a bureau's log with a reason; it is open to this person for half an hour."""
    form = forms.empty(bureau_id=request.args.get("bureau", ""))
    if request.method == "POST":
        form = forms.read(LookSchema())
        if form.ok:
            with form.submission():
                bureau = _supervised(form.data["bureau_id"])
                audit_anchors.open_log(bureau, form.data["reason"])
                return redirect(url_for("supervision.log", bureau_id=bureau.id), 303)
    choices = [(bureau.id, bureau.name) for bureau in tenants.supervised_bureaus()]
    return page("supervision/logs.html", form.status, form=form, bureaus=choices)


@pages.get("/logs/<uuid:bureau_id>")
@overseers
def log(bureau_id: UUID) -> Any:
    """A supervised bureau's log, while the look lasts; each reading of it is kept with the reason."""
    bureau, look = _opened(bureau_id)
    if look is None:
        return redirect(url_for("supervision.logs", bureau=bureau.id), 303)

    def opens(entry: AuditEntry) -> str:
        return url_for("supervision.log_entry", bureau_id=bureau.id, entry_id=entry.id)

    shown = listing(opens, None, whole=bool(request.args.get("export")))
    query = sa.select(AuditEntry).where(AuditEntry.tenant_id == bureau.id)
    with queries.reading(_purpose(bureau, look)) as reader:
        return shown.respond(cast("Session", reader), query, "supervision/log.html", bureau=bureau, look=look)


@pages.get("/logs/<uuid:bureau_id>/<uuid:entry_id>")
@overseers
def log_entry(bureau_id: UUID, entry_id: UUID) -> Any:
    """One act of a supervised bureau."""
    bureau, look = _opened(bureau_id)
    if look is None:
        return redirect(url_for("supervision.logs", bureau=bureau.id), 303)
    query = sa.select(AuditEntry).where(AuditEntry.tenant_id == bureau.id, AuditEntry.id == entry_id)
    with queries.reading(_purpose(bureau, look)) as reader:
        found = reader.scalars(query)
    if not found:
        raise NotFound("没有找到这条日志。")
    back = url_for("supervision.log", bureau_id=bureau.id)
    return page("supervision/log_entry.html", bureau=bureau, back=back, **facts(found[0]))


def _purpose(bureau: Bureau, look: AuditLook) -> Sentence:
    return Sentence("查阅%(bureau)s的日志：%(reason)s", bureau=bureau.name, reason=look.reason)


def _opened(bureau_id: UUID) -> tuple[Bureau, AuditLook | None]:
    bureau = _supervised(bureau_id)
    return bureau, audit_anchors.current_look(bureau.id)


def _supervised(bureau_id: UUID) -> Bureau:
    found = next((one for one in tenants.supervised_bureaus() if one.id == bureau_id), None)
    if found is None:
        raise NotFound("没有找到这个单位，它可能不在监督范围内。")
    return found


def _bureaus() -> Sequence[tuple[Any, Any]]:
    return [(bureau.code, bureau.name) for bureau in tenants.supervised_bureaus()]


ANCHORS = ListPage(
    title=_l("日志锚点"),
    key=AuditAnchor.id,
    columns=(
        Column("day", _l("日期"), kind="date", sort=AuditAnchor.day),
        Column("bureau_name", _l("单位"), sort=Bureau.name, wide=True),
        Column("sequence", _l("封存到第几条"), kind="number", sort=AuditAnchor.sequence),
        Column("digest", _l("指纹"), cell=lambda row: f"{row.digest[:16]}…", export=lambda row: row.digest),
        Column("made_at", _l("生成时间"), kind="time"),
    ),
    search=(Bureau.name, Bureau.code),
    search_label=_l("单位名称或代码"),
    filters=(
        Filter("bureau", _l("单位"), _bureaus, column=Bureau.code),
        Filter("from", _l("自"), column=AuditAnchor.day, kind="from"),
        Filter("to", _l("至"), column=AuditAnchor.day, kind="to"),
    ),
    order="-day",
    empty=_l("每天第一次封存后，监督范围内各单位日志链的锚点会列在这里。"),
)


@pages.get("/anchors")
@overseers
def anchors() -> Any:
    """The anchors this bureau holds; none of the bureaus they are of can change them."""
    return ANCHORS.respond(db.session(), audit_anchors.anchors(), "supervision/anchors.html")


@pages.get("/anchors/file")
@overseers
def anchors_file() -> Any:
    """All of them, one a line, to keep outside: what `onedoor audit verify --anchors` reads."""
    rows = db.session.execute(audit_anchors.anchors().order_by(AuditAnchor.day, Bureau.code))
    lines = [json.dumps(audit_anchors.as_line(row), ensure_ascii=False) + "\n" for row in rows]
    name = f"onedoor-anchors-{today().isoformat()}.jsonl"
    return exports.download("".join(lines).encode(), name, "application/jsonl")
