"""A file brought in, before and after its load: which column is which, and taking it back (R-L11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.credit import listing_rows
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.entities.rules import entity_rows, licence_rows, premises_rows
from onedoor.imports import queries, service
from onedoor.items.rules import item_rows
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SeenTable
from onedoor.ledger.rules import f11_rows
from onedoor.officers.rules import certificate_rows, expert_rows, inspector_rows
from onedoor.targets.rules import matter_rows, target_rows
from onedoor.web.imports.imports import BACK, facts
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import IMPORT_KINDS
from onedoor.web.shell import forms, page
from onedoor.web.shell.errors import sentence_of
from onedoor.web.shell.pieces import DONE, STOPPED, Label
from tenants.rules import Permission

# So many columns of a sheet are shown before it is chosen.
_PREVIEWED = 8
KNOWN = {
    "entities": entity_rows.COLUMNS,
    "items": item_rows.COLUMNS,
    "inspectors": inspector_rows.COLUMNS,
    "experts": expert_rows.COLUMNS,
    "targets": target_rows.COLUMNS,
    "matters": matter_rows.COLUMNS,
    "certificates": certificate_rows.COLUMNS,
    "details": target_rows.COLUMNS,
    "premises": premises_rows.COLUMNS,
    "licences": licence_rows.COLUMNS,
    "checks": f11_rows.COLUMNS,
    "listings": listing_rows.COLUMNS,
}


@pages.route("/imports/<uuid:import_id>/columns", methods=["GET", "POST"])
@limiter.limit("30/minute")
@allow(Permission.REGISTRY_WRITE)
def import_columns(import_id: UUID) -> Any:
    """Which column of the file is which of ours; kept for the next file with the same heads."""
    run = queries.import_run(import_id)
    layout, known = run.layout or {}, KNOWN[run.kind]
    header = layout.get("header", [])
    form = forms.empty(**{f"c{place}": name for name, place in layout.get("places", {}).items()})
    if request.method == "POST":
        form = forms.Form(values=request.form)
        with form.submission():
            service.choose_columns(run, _chosen(form, len(header)))
            return redirect(url_for("registry.import_run", import_id=run.id), 303)
    seen = service.columns_of(run)
    return page(
        "imports/columns.html",
        form.status,
        run=run,
        form=form,
        columns=list(zip(range(len(header)), header, seen.samples, strict=False)),
        choices=[(one.name, one.name) for one in known],
        marks={True: Label(_l("已指定"), DONE), False: Label(_l("还没有指定"), STOPPED)},
        required=[one.name for one in known if one.required],
        chooser=_chooser(layout),
        previews=_previews(seen),
        headless=layout.get("headless"),
        chosen={request.form.get(f"c{place}") for place in range(len(header))}
        if request.method == "POST"
        else set(layout.get("places", {})),
        what=IMPORT_KINDS[run.kind],
        back=url_for(BACK[run.kind]),
    )


@pages.post("/imports/<uuid:import_id>/sheet")
@limiter.limit("30/minute")
@allow(Permission.REGISTRY_WRITE)
def import_sheet(import_id: UUID) -> Any:
    """Read these sheets of the workbook, with their heads in the row that is said."""
    run = queries.import_run(import_id)
    said = request.form.get("header_row", "")
    try:
        service.choose_sheets(run, request.form.getlist("sheet"), int(said) if said.isdecimal() else None)
        flash(_("已按所选的工作表和表头重新核对列名，请确认各列。"), "good")
    except ClerkError as error:
        flash(sentence_of(error), "warn")
    return redirect(url_for("registry.import_columns", import_id=run.id), 303)


@pages.post("/imports/<uuid:import_id>/stop")
@allow(Permission.REGISTRY_WRITE)
def import_stop(import_id: UUID) -> Any:
    """Stop after the step at hand; what was done stays."""
    run = queries.import_run(import_id)
    service.stop_load(run)
    flash(_("正在停止；做完的部分会保留，可以继续。"), "good")
    return redirect(url_for("registry.import_run", import_id=run.id), 303)


@pages.post("/imports/<uuid:import_id>/go-on")
@allow(Permission.REGISTRY_WRITE)
def import_go_on(import_id: UUID) -> Any:
    """Go on where the load stopped."""
    run = queries.import_run(import_id)
    service.go_on(run)
    flash(_("已继续。"), "good")
    return redirect(url_for("registry.import_run", import_id=run.id), 303)


@pages.route("/imports/<uuid:import_id>/undo", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def import_undo(import_id: UUID) -> Any:
    """Take a load back, or read why that cannot be."""
    run = queries.import_run(import_id)
    if request.method == "POST":
        service.begin_undo(run)
        flash(_("已开始撤销。"), "good")
        return redirect(url_for("registry.import_run", import_id=run.id), 303)
    context = {**facts(run), "preview": service.undo_preview(run), "form": forms.empty()}
    context["preview_rows"] = [(one.key, one.name, _(one.reason)) for one in context["preview"].first]
    context["undone"] = run.outcome or service.halted(run)
    return page("imports/undo.html", **context)


def _chooser(layout: Mapping[str, Any]) -> forms.Form:
    sheets = [layout.get("sheet", ""), *(name for name, _ in layout.get("more", ()))]
    head = layout.get("header_row") if not layout.get("headless") else None
    return forms.empty(sheet=sheets, header_row=head)


class _Preview(NamedTuple):
    """A sheet as the page shows its first rows."""

    sheet: str
    header_row: int
    hidden: bool
    heads: list[str]
    rows: list[list[str]]


def _previews(seen: SeenTable) -> list[_Preview]:
    shown = []
    for each in seen.previews:
        width = min(_PREVIEWED, max((len(cells) for _, cells in each.rows), default=0))
        heads = [_("行"), *(_("第 %(number)s 列", number=place) for place in range(1, width + 1))]
        rows = [
            [str(at), *(cells[place] if place < len(cells) else "" for place in range(width))]
            for at, cells in each.rows
        ]
        shown.append(_Preview(each.sheet, each.header_row, each.hidden, heads, rows))
    return shown


def _chosen(form: forms.Form, width: int) -> dict[str, int]:
    """Our column by place; a column chosen twice is told beside the second."""
    places: dict[str, int] = {}
    twice: dict[str, list[str]] = {}
    for place in range(width):
        name = str(form.value(f"c{place}"))
        if name and name in places:
            twice[f"c{place}"] = [_("“%(column)s”已经指定给另一列，请只选一列。", column=name)]
        elif name:
            places[name] = place
    if twice:
        raise ClerkError("文件的同一列对应了两个内容，请各选一列。", fields=twice)
    return places
