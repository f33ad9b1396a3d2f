"""More of the library: those that ceased, listing by codes, and places, products, projects and activities (R-L5, R-L6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.edge.rate_limits import limiter
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.imports.schemas.texts import ReasonSchema
from onedoor.kernel.db import db
from onedoor.targets import queries as target_queries
from onedoor.targets import service
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.queries.matter_search import matters_matching
from onedoor.targets.queries.matters import NAME, PLACE, listed_place
from onedoor.targets.queries.targets import beyond_items_count
from onedoor.targets.schemas.risk import CodesSchema, MatterSchema, PlacesSchema
from onedoor.targets.service.codes import ByCode, look_up_codes, read_codes
from onedoor.web.bulk_actions import units
from onedoor.web.entities import filters
from onedoor.web.entities.columns import whose
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import (
    LISTED_KINDS,
    STATUSES,
    ending,
    place_choices,
    place_names,
    place_with_below,
)
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Bulk, Column, Filter, ListPage
from onedoor.web.shell.pieces import label_of
from onedoor.web.targets.targets import show, tabs
from tenants.rules import Permission
from tenants.units import check_unit, my_unit

_SEARCH = _l("名称、代码、地址、经营范围或拼音首字母")


@pages.get("/targets/ceased")
@allow(Permission.BUREAU_READ)
def targets_ceased() -> Any:
    """Targets whose entity ceased or moved and that are still in the library."""
    beyond = beyond_items_count()
    return _ceased().respond(
        db.session(), target_queries.ceased(), "targets/ceased.html", tabs=tabs(7), beyond=beyond
    )


@pages.route("/targets/codes", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
def targets_codes() -> Any:
    """List by codes: first what would become of each."""
    form, found = forms.empty(unit_id=my_unit()), None
    if request.method == "POST":
        form = forms.read(CodesSchema())
        with form.submission():
            if form.ok:
                check_unit(form.data["unit_id"])
                found = look_up_codes(read_codes(form.data["codes"]))
    return _show_codes(form, found)


def _show_codes(form: forms.Form, found: ByCode | None = None) -> Any:
    return page(
        "targets/codes.html",
        form.status,
        form=form,
        found=found,
        said=in_language,
        units=units(),
        unit=form.data.get("unit_id") if form.ok and form.data else None,
        names=dict(units()),
    )


@pages.post("/targets/codes/list")
@allow(Permission.REGISTRY_WRITE)
def targets_codes_list() -> Any:
    """List those that may be."""
    form = forms.read(CodesSchema())
    if form.ok:
        with form.submission():
            count = service.list_codes(read_codes(form.data["codes"]), form.data["unit_id"])
            flash(_("已列入 %(count)s 个检查对象。", count=count), "good")
            return redirect(url_for("registry.targets"), 303)
    return _show_codes(form)


@pages.get("/targets/matters")
@allow(Permission.BUREAU_READ)
def target_matters() -> Any:
    """Places of business, products, projects and activities in the library."""
    return _matters().respond(db.session(), target_queries.matters(), "targets/matters.html", tabs=tabs(6))


@pages.post("/targets/<uuid:target_id>/matters")
@allow(Permission.REGISTRY_WRITE)
def target_matter_new(target_id: UUID) -> Any:
    """List a product, project or activity of a target."""
    _target, entity = target_queries.target(target_id)
    form = forms.read(MatterSchema())
    if form.ok:
        with form.submission():
            service.add_matter(entity, form.data)
            flash(_("已列入名录库。"), "good")
            return redirect(url_for("registry.target", target_id=target_id), 303)
    return show(target_id, matter_form=form, status=422)


@pages.post("/targets/<uuid:target_id>/places")
@allow(Permission.REGISTRY_WRITE)
def target_places(target_id: UUID) -> Any:
    """List a target at some of its places of business."""
    _target, entity = target_queries.target(target_id)
    form = forms.read(PlacesSchema())
    if form.ok:
        with form.submission():
            count = service.list_places(entity, form.data["premises"])
            flash(_("已列入 %(count)s 处经营场所。", count=count), "good")
            return redirect(url_for("registry.target", target_id=target_id), 303)
    return show(target_id, place_form=form, status=422)


@pages.route("/targets/matters/<uuid:matter_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def target_matter(matter_id: UUID) -> Any:
    """Take one out of the library."""
    matter, form = target_queries.matter(matter_id), forms.empty()
    entity = entity_queries.entity(matter.entity_id)
    if request.method == "POST":
        form = forms.read(ReasonSchema())
        if form.ok:
            with form.submission():
                service.end_matter(matter, form.data["reason"])
                flash(_("已移出名录库。"), "good")
                return redirect(url_for("registry.target_matters"), 303)
    premises = listed_place(matter)
    at = (premises or matter).jurisdiction_code or entity.jurisdiction_code
    return page(
        "targets/matter.html",
        form.status,
        form=form,
        matter=matter,
        premises=premises,
        entity=entity,
        words=LISTED_KINDS,
        place=place_names().get(at, ""),
    )


def _firm(endpoint: str, key: str) -> tuple[Column, ...]:
    places = place_names()
    return (
        *whose(lambda row: url_for(endpoint, **{key: _id_of(row, key)}), label=_l("经营主体"), by_code=False),
        Column("place", _l("所在地"), value=lambda row: places.get(row.Entity.jurisdiction_code, "")),
    )


def _id_of(row: Any, key: str) -> Any:
    return row.Entity.id if key == "entity_id" else row.Target.id


def _ceased() -> ListPage:
    gone = [(one, label_of(one, STATUSES)) for one in ("deregistered", "revoked", "moved")]
    return ListPage(
        title=_l("已停止的检查对象"),
        key=Target.id,
        columns=(
            *_firm("registry.target", "target_id"),
            Column(
                "status",
                _l("登记状态"),
                cell=lambda row: ui.status(row.Entity.status, STATUSES),
                export=lambda row: str(label_of(row.Entity.status, STATUSES)),
            ),
            Column(
                "since",
                _l("状态变更日期"),
                value=lambda row: row.Entity.status_since,
                kind="date",
                sort=Entity.status_since,
            ),
            Column("note", _l("状态说明"), value=lambda row: row.Entity.status_note),
        ),
        search=entity_queries.matching,
        search_label=_SEARCH,
        filters=(
            Filter("status", _l("登记状态"), gone, column=Entity.status),
            filters.KIND,
            filters.PLACE,
        ),
        order="name",
        empty=_l("名录库里没有已注销、吊销或迁出的检查对象。"),
        bulk=(Bulk(_l("移出名录库"), url_for("registry.targets_leaving")),),
        row_key=lambda row: row.Target.id,
    )


def _matters() -> ListPage:
    places = place_names()
    return ListPage(
        title=_l("场所、产品、项目、行为"),
        key=TargetMatter.id,
        columns=(
            Column(
                "matter",
                _l("场所、产品、项目或行为"),
                value=lambda row: row.name,
                link=lambda row: url_for("registry.target_matter", matter_id=row.TargetMatter.id),
                sort=NAME,
                wide=True,
            ),
            Column("what", _l("类别"), value=lambda row: str(LISTED_KINDS[row.TargetMatter.kind])),
            Column("number", _l("编号"), value=lambda row: row.number),
            *_firm("registry.entity", "entity_id")[:2],
            Column("nature", _l("性质"), value=lambda row: row.TargetMatter.nature),
            Column(
                "industry",
                _l("行业"),
                value=lambda row: row.TargetMatter.industry or row.Entity.industry,
                exported=True,
            ),
            Column(
                "place",
                _l("所在地"),
                value=lambda row: places.get(_place_code(row), ""),
            ),
            Column(
                "address",
                _l("场所地址"),
                value=lambda row: row.Premises.address if row.Premises else "",
                exported=True,
            ),
            Column("note", _l("说明"), value=lambda row: row.TargetMatter.note, exported=True),
            Column(
                "listed_on",
                _l("列入日期"),
                value=lambda row: row.TargetMatter.listed_on,
                kind="date",
                sort=TargetMatter.listed_on,
            ),
            Column("ended", _l("移出"), value=lambda row: ending(row.TargetMatter)),
        ),
        search=matters_matching,
        search_label=_l("场所、产品等或其主体的名称、编号、代码、地址或拼音首字母"),
        filters=(
            Filter("what", _l("类别"), list(LISTED_KINDS.items()), column=TargetMatter.kind),
            Filter("listed", _l("名录"), (("yes", _l("在库")), ("no", _l("已移出"))), apply=_whether_listed),
            Filter("place", _l("所在地"), place_choices, column=PLACE, within=place_with_below),
        ),
        order="matter",
        empty=_l("在检查对象页面登记它的场所、产品、项目或行为，或导入表格。"),
        empty_action=(_l("导入表格"), "registry.import_new", {"kind": "matters"}),
        row_key=lambda row: row.TargetMatter.id,
    )


def _place_code(row: Any) -> str:
    return (row.Premises or row.TargetMatter).jurisdiction_code or row.Entity.jurisdiction_code  # type: ignore[no-any-return]


def _whether_listed(query: Any, value: str) -> Any:
    ended = TargetMatter.ended_on
    return query.where(ended.is_(None) if value == "yes" else ended.is_not(None))
