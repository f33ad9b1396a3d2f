"""What belongs to an entity: its places of business and its licences (R-T4), and the lists of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from onedoor.edge.guard import allow
from onedoor.entities import queries, service
from onedoor.entities.models import Entity, Licence, Premises
from onedoor.entities.queries.premises import SOON, all_premises, in_licence_state, licence_state, licences
from onedoor.entities.queries.premises_search import licences_matching, premises_matching
from onedoor.entities.schemas.premises import LicenceSchema, PremisesSchema
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.entities.columns import whose
from onedoor.web.entities.entities import tabs
from onedoor.web.entities.filters import KIND, PLACE
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import (
    LICENCE_STATES,
    kind_choices,
    place_choices,
    place_names,
    place_with_below,
)
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.formats import local_date
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import label_of
from tenants import queries as tenants
from tenants.rules import Permission

_PREMISES = ("name", "address", "jurisdiction_code", "closed_on", "note")
_LICENCE = ("kind", "number", "issued_by", "issued_on", "valid_to", "premises_number", "cancelled_on", "note")
# Whether a place of business is in use.
USES = {"used": _l("在用"), "closed": _l("已停用")}


@pages.route("/entities/<uuid:entity_id>/premises/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def entity_premises_new(entity_id: UUID) -> Any:
    """Add a place of business."""
    found = queries.entity(entity_id)
    _require_keeper(found)
    return _premises(found, forms.empty(jurisdiction_code=found.jurisdiction_code), None)


@pages.route("/premises/<uuid:premises_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def entity_premises(premises_id: UUID) -> Any:
    """Change a place of business, or note that it closed."""
    found = queries.premises(premises_id)
    entity = queries.entity(found.entity_id)
    _require_keeper(entity)
    return _premises(entity, opened(found, lambda: forms.of(found, *_PREMISES).values), found)


@pages.route("/entities/<uuid:entity_id>/licences/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def entity_licence_new(entity_id: UUID) -> Any:
    """Add a licence."""
    return _licence(queries.entity(entity_id), forms.empty(issued_by=tenants.my_bureau().name), None)


@pages.route("/licences/<uuid:licence_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def entity_licence(licence_id: UUID) -> Any:
    """Change a licence, or note that it was cancelled."""
    found = queries.licence(licence_id)
    entity = queries.entity(found.entity_id)
    if not service.may_change_licence(entity, found):
        raise Conflict("这个许可证由登记部门或发证机关维护，请向登记部门提出更正。")
    return _licence(entity, opened(found, lambda: forms.of(found, *_LICENCE).values), found)


@pages.get("/premises")
@allow(Permission.BUREAU_READ)
def entities_premises() -> Any:
    """All places of business, with the numbers that a file names them by."""
    can_import = bool(queries.my_entity_kinds())
    listing = _premises_listing()
    return listing.respond(
        db.session(), all_premises(), "entities/premises.html", tabs=tabs(2), can_import=can_import
    )


@pages.get("/licences")
@allow(Permission.BUREAU_READ)
def entities_licences() -> Any:
    """All licences: what expires, and what has expired."""
    empty = _l("在经营主体页面登记许可证，或导入许可证表格；到期前九十天起在这里提示。")
    return _listing(empty).respond(
        db.session(), licences(), "entities/licences.html", tabs=tabs(3), days=SOON
    )


def _require_keeper(entity: Entity) -> None:
    if entity.kind not in queries.my_entity_kinds():
        raise Conflict("这类主体的经营场所由登记部门维护，请向登记部门提出更正。")


def _premises(entity: Entity, form: forms.Form, premises: Premises | None) -> Any:
    def save(data: dict[str, Any]) -> None:
        service.save_premises(entity, data, premises)

    places = [(place.code, place.name) for place in tenants.places()]
    about = {"entity": entity, "premises": premises, "places": places}
    return _edited(PremisesSchema(), form, save, "entities/premises_edit.html", about)


def _licence(entity: Entity, form: forms.Form, licence: Licence | None) -> Any:
    def save(data: dict[str, Any]) -> None:
        service.save_licence(entity, data, licence)

    about = {
        "entity": entity,
        "licence": licence,
        "keeps": entity.kind in queries.my_entity_kinds(),
        "places": [(one.number, one.name or one.address) for one in queries.premises_of(entity.id)],
    }
    return _edited(LicenceSchema(), form, save, "entities/licence_edit.html", about)


def _edited(
    schema: Schema,
    form: forms.Form,
    save: Callable[[dict[str, Any]], None],
    template: str,
    about: dict[str, Any],
) -> Any:
    if request.method == "POST":
        form = sent(schema, form, about.get("premises") or about.get("licence"))
        if form.ok:
            with form.submission():
                save(form.data)
                flash(_("已保存。"), "good")
                return redirect(url_for("registry.entity", entity_id=about["entity"].id), 303)
    return page(template, form.status, form=form, **about)


def _premises_listing() -> ListPage:
    places = place_names()
    return ListPage(
        title=_l("经营场所"),
        key=Premises.id,
        columns=(
            *whose(by_code=False, kind="entity_kind"),
            Column("number", _l("场所编号"), value=lambda row: row.Premises.number),
            Column("premises", _l("场所名称"), value=lambda row: row.Premises.name),
            Column("address", _l("地址"), value=lambda row: row.Premises.address, wide=True),
            Column("place", _l("所在地"), value=lambda row: places.get(row.Premises.jurisdiction_code, "")),
            Column("closed_on", _l("停用日期"), value=lambda row: row.Premises.closed_on, kind="date"),
        ),
        search=premises_matching,
        search_label=_l("场所或主体的名称、代码、地址、经营范围或拼音首字母"),
        filters=(
            Filter("kind", _l("类型"), kind_choices, column=Entity.kind),
            Filter(
                "place",
                _l("所在地"),
                place_choices,
                column=Premises.jurisdiction_code,
                within=place_with_below,
            ),
            Filter("used", _l("使用情况"), as_choices(USES), apply=_used),
        ),
        order="name",
        empty=_l("登记部门在经营主体页面登记经营场所，或导入经营场所表格，列在这里。"),
        row_key=lambda row: row.Premises.id,
    )


def _used(query: Any, value: str) -> Any:
    closed = Premises.closed_on
    return query.where(closed.is_(None) if value == "used" else closed.is_not(None))


def _listing(empty: Any) -> ListPage:
    places = place_names()
    return ListPage(
        title=_l("许可证"),
        key=Licence.id,
        columns=(
            *whose(by_code=False, kind="entity_kind"),
            Column("place", _l("所在地"), value=lambda row: places.get(row.Entity.jurisdiction_code, "")),
            Column("licence", _l("许可证"), value=lambda row: row.Licence.kind, sort=Licence.kind),
            Column("number", _l("编号"), value=lambda row: row.Licence.number),
            Column("issued_by", _l("发证机关"), value=lambda row: row.Licence.issued_by),
            Column(
                "valid_to",
                _l("有效期至"),
                value=lambda row: _until(row.Licence),
                sort=Licence.valid_to,
            ),
            Column(
                "state",
                _l("状态"),
                cell=lambda row: ui.status(licence_state(row.Licence), LICENCE_STATES),
                export=lambda row: str(label_of(licence_state(row.Licence), LICENCE_STATES)),
            ),
        ),
        search=licences_matching,
        search_label=_l("许可证种类、编号，或主体的名称、代码、地址、拼音首字母"),
        filters=(
            Filter("state", _l("状态"), as_choices(LICENCE_STATES), apply=_in_state),
            KIND,
            PLACE,
            Filter("from", _l("有效期自"), column=Licence.valid_to, kind="from"),
            Filter("to", _l("有效期至"), column=Licence.valid_to, kind="to"),
        ),
        order="name",
        empty=empty,
        row_key=lambda row: row.Licence.id,
    )


def _until(licence: Licence) -> str:
    return local_date(licence.valid_to) if licence.valid_to else _("长期")


def _in_state(query: Any, value: str) -> Any:
    return query.where(in_licence_state(value))
