"""The credit file of an entity (信用档案), read by every bureau; lists, measures and classes in it (R-O4, R-O5)."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.credit import credit_file, service
from onedoor.credit.credit_file import CreditFile
from onedoor.credit.models import CreditListing
from onedoor.credit.schemas import ExitSchema, ListingSchema, MeasureSchema, ProvinceClassSchema
from onedoor.credit.service import file_workbook, measures
from onedoor.credit.service.classes import keeps_classes, said_facts
from onedoor.credit.service.listings import KINDS, bases, listed
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.entities import queries as entities
from onedoor.entities.models import Entity
from onedoor.items.service.item_lists import XLSX
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.web.credit.exports import pages
from onedoor.web.credit.measures import STATES as MEASURE_STATES
from onedoor.web.portal import labels
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import Label
from tenants import queries as tenants
from tenants.rules import Permission

HOLDS = {
    "on": Label(_l("在名单上"), "stopped"),
    "off": Label(_l("已移出"), "neutral"),
    "over": Label(_l("已到期"), "neutral"),
}


def holds(one: CreditListing) -> str:
    """Whether an entry holds, as `HOLDS` names it."""
    return "off" if one.exit_on else "on" if one.until > today() else "over"


LISTINGS = ListPage(
    title=_l("信用名单"),
    key=CreditListing.id,
    row_key=lambda row: row.CreditListing.id,
    columns=(
        Column(
            "entity",
            _l("主体"),
            value=lambda row: row.Entity.name,
            link=lambda row: url_for("credit.entity_file", entity_id=row.Entity.id),
            wide=True,
        ),
        Column("code", _l("统一社会信用代码"), value=lambda row: row.Entity.code or ""),
        Column("kind", _l("名单"), value=lambda row: in_language(KINDS[row.CreditListing.kind])),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(holds(row.CreditListing), HOLDS),
            export=lambda row: str(HOLDS[holds(row.CreditListing)]),
        ),
        Column("law", _l("列入依据"), value=lambda row: row.CreditListing.law),
        Column("paper", _l("决定书文号"), value=lambda row: row.CreditListing.paper),
        Column(
            "entered_on",
            _l("列入日期"),
            value=lambda row: row.CreditListing.entered_on,
            kind="date",
            sort=CreditListing.entered_on,
        ),
        Column(
            "until",
            _l("截止日期"),
            value=lambda row: row.CreditListing.exit_on or row.CreditListing.until,
            kind="date",
        ),
    ),
    search=(Entity.name, Entity.code),
    search_label=_l("名称或统一代码"),
    filters=(
        Filter(
            "kind",
            _l("名单"),
            lambda: [(key, _(name)) for key, name in KINDS.items()],
            column=CreditListing.kind,
        ),
    ),
    order="-entered_on",
    empty=_l("在主体的信用档案里列入名单，或导入名单文件。"),
    empty_action=(_l("导入名单"), "registry.import_new", {"kind": "listings"}),
)


@pages.get("/listings/")
@allow(Permission.BUREAU_READ)
def listings() -> Any:
    """Entries on lists, of all keepers."""
    return LISTINGS.respond(
        db.session(), listed(), "credit/listings.html", may_load=current_user.may(Permission.REGISTRY_WRITE)
    )


@pages.get("/files/<uuid:entity_id>")
@allow(Permission.BUREAU_READ)
def entity_file(entity_id: UUID) -> Any:
    """Results, penalties, lists and classes of an entity, each with source and dates."""
    return _page(entity_id)


@pages.get("/files/<uuid:entity_id>/workbook")
@allow(Permission.BUREAU_READ)
def entity_workbook(entity_id: UUID) -> Any:
    """The file as a workbook, with what is public marked."""
    entity, file = entities.entity(entity_id), io.BytesIO()
    file_workbook.write(file, entity, credit_file.credit_file(entity))
    headers = {"Content-Disposition": f'attachment; filename="{entity.code or entity.id}.xlsx"'}
    return Response(file.getvalue(), mimetype=XLSX, headers=headers)


@pages.post("/files/<uuid:entity_id>")
@allow(Permission.DISCLOSE)
def listing_enter(entity_id: UUID) -> Any:
    """Enter the entity on a list this bureau keeps."""
    form = forms.read(ListingSchema())
    if form.ok:
        with form.submission():
            service.list_entity(entity_id, form.data)
            flash(_("已列入名单。"), "good")
            return redirect(url_for("credit.entity_file", entity_id=entity_id), 303)
    return _page(entity_id, listing=form)


@pages.post("/files/<uuid:entity_id>/measures")
@allow(Permission.DISCLOSE)
def measure_propose(entity_id: UUID) -> Any:
    """Propose a measure to the bureau that applies it."""
    form = forms.read(MeasureSchema())
    if form.ok:
        with form.submission():
            made = service.propose_measure(entity_id, form.data)
            flash(_("已送出措施建议。"), "good")
            return redirect(url_for("credit.measure", measure_id=made.id), 303)
    return _page(entity_id, measure=form)


@pages.post("/files/<uuid:entity_id>/class")
@allow(Permission.DISCLOSE)
def class_take_in(entity_id: UUID) -> Any:
    """Take in the province's class."""
    form = forms.read(ProvinceClassSchema())
    if form.ok:
        with form.submission():
            service.take_in_class(entity_id, form.data)
            flash(_("已按接收的分类登记。"), "good")
            return redirect(url_for("credit.entity_file", entity_id=entity_id), 303)
    return _page(entity_id, taken=form)


@pages.post("/files/<uuid:entity_id>/class/end")
@allow(Permission.DISCLOSE)
def class_give_up(entity_id: UUID) -> Any:
    """The province's class ends; the rule sets one by night."""
    service.give_up_class(entity_id)
    flash(_("已结束，从下一夜起按规则评定。"), "good")
    return redirect(url_for("credit.entity_file", entity_id=entity_id), 303)


@pages.post("/listings/<uuid:listing_id>/leave")
@allow(Permission.DISCLOSE)
def listing_leave(listing_id: UUID) -> Any:
    """Take an entity off a list."""
    form = forms.read(ExitSchema())
    given = form.data if form.ok else {}
    found = service.take_off_list(listing_id, given.get("exit_paper", ""), given.get("exit_on"))
    flash(_("已移出名单。"), "good")
    return redirect(url_for("credit.entity_file", entity_id=found.entity_id), 303)


def _page(entity_id: UUID, **given: forms.Form) -> Any:
    entity = entities.entity(entity_id)
    file = credit_file.credit_file(entity)
    ok = all(form.ok for form in given.values())
    return page(
        "credit/file.html",
        200 if ok else 422,
        entity=entity,
        file=file,
        forms={name: given.get(name) or forms.empty() for name in ("listing", "measure", "taken", "leaving")},
        kinds=KINDS,
        bases=[(one.id, _basis_text(one)) for one in bases(mine=True)],
        words=labels,
        holds=holds,
        HOLDS=HOLDS,
        measures=measures.measures_of(entity.id),
        measure_kinds=[(key, _(name)) for key, name in measures.KINDS.items()],
        measure_states=MEASURE_STATES,
        receivers=[(one.id, one.name) for one in tenants.bureaus() if one.id != current_user.tenant_id],
        facts=[(fact, fact) for fact in _facts(file)],
        keeps=keeps_classes(),
        said_facts=said_facts,
    )


def _basis_text(one: Any) -> str:
    return _("%(name)s（《%(law)s》%(article)s）", name=one.name, law=one.law, article=one.article)


def _facts(file: CreditFile) -> list[str]:
    """What of the file may be a measure's reason, in the words it is passed on with."""
    said = [f"{one.title}（{one.bureau_name}，{one.since.date().isoformat()} 公示）" for one in file.public]
    said += [
        f"{KINDS[one.kind]}：{one.law}，{one.paper}（{one.entered_on.isoformat()} 列入）"
        for one in file.listings
    ]
    return said
