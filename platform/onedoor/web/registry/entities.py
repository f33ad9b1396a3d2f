"""The shared register of entities (经营主体)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.lists.indexed import Indexed
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.registry import queries, service
from onedoor.registry.models import Entity
from onedoor.registry.rules.codes import LISTABLE, STATUS_NAMES, EntityStatus
from onedoor.registry.rules.entities import CODE, COLUMNS, EXACT_PLACE, FIELDS, NAME
from onedoor.registry.rules.industries import name_of
from onedoor.registry.schemas import ContactSchema, EntityStatusSchema
from onedoor.web.registry import changes, histories, merging
from onedoor.web.registry.acting import bulk_of
from onedoor.web.registry.blueprint import pages
from onedoor.web.registry.narrowing import FILTERS, SEARCH, SEARCH_LABEL
from onedoor.web.registry.words import (
    CORRECTION_STATES,
    CREDIT_CLASSES,
    KINDS,
    LICENCE_STATES,
    STATUSES,
    place_names,
    unbroken,
)
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Bulk, Column, Listing
from onedoor.web.shell.pieces import NextStep, label_of
from tenants.rules import Permission


def columns() -> tuple[Column, ...]:
    """The columns of a list of entities."""
    places = place_names()
    return (
        Column(
            "name",
            _l("名称"),
            link=lambda e: url_for("registry.entity", entity_id=e.id),
            sort=Entity.sort_key,
            wide=True,
        ),
        Column("code", _l("统一社会信用代码"), cell=lambda e: unbroken(e.code), sort=Entity.code),
        Column("kind", _l("类型"), value=lambda e: str(KINDS[e.kind])),
        Column("place", _l("所在地"), value=lambda e: places.get(e.jurisdiction_code, "")),
        Column("registered_on", _l("成立日期"), kind="date", sort=Entity.registered_on),
        Column(
            "status",
            _l("状态"),
            cell=lambda e: ui.status(e.status, STATUSES),
            export=lambda e: str(label_of(e.status, STATUSES)),
        ),
    )


def _again() -> tuple[Column, ...]:
    """Every field as a load of entities reads it, in the language of its heads; a place by its name, where others have the
    same by its code."""
    names = place_names()
    twice = {name for name, count in Counter(names.values()).items() if count > 1}
    places = {code: code if name in twice else name for code, name in names.items()}
    values: dict[str, Any] = {
        NAME: "name",
        CODE: "code",
        EXACT_PLACE: lambda e: places.get(e.jurisdiction_code, ""),
        **FIELDS,
        "登记状态": lambda e: STATUS_NAMES[EntityStatus(e.status)],
    }
    return tuple(
        Column(column.name, column.name, value=values[column.name])
        for column in COLUMNS
        if column.name in values
    )


_SEARCH_OF_ALL = replace(SEARCH, met=queries.is_known_common)


def register() -> Listing:
    """The list of the whole register."""
    return listing(
        _l("经营主体"),
        _l("由登记部门导入企业名录表格，所有单位共用一份名录。"),
        bulk_of("entities"),
        kept="entities",
        search=_SEARCH_OF_ALL,
    )


def listing(
    title: Any, empty: Any, bulk: tuple[Bulk, ...] = (), kept: str = "", search: Indexed = SEARCH
) -> Listing:
    """A list of entities."""
    return Listing(
        title=title,
        key=Entity.id,
        columns=(*columns(), Column("address", _l("注册地址"))),
        search=search,
        search_label=SEARCH_LABEL,
        filters=FILTERS,
        order="name",
        empty=empty,
        bulk=bulk,
        kept=kept,
        again=_again(),
    )


@pages.get("/entities")
@allow(Permission.BUREAU_READ)
def entities() -> Any:
    """The whole register."""
    can_import = bool(queries.my_entity_kinds())
    return register().respond(
        db.session(), queries.entities, "registry/entities.html", can_import=can_import, tabs=tabs(0)
    )


@pages.get("/entities/uncovered", endpoint="entities_uncovered")
@allow(Permission.BUREAU_READ)
def uncovered() -> Any:
    """Entities in nobody's library (R-L6)."""
    return uncovered_listing().respond(
        db.session(), queries.uncovered(), "registry/uncovered.html", tabs=tabs(1)
    )


def uncovered_listing() -> Listing:
    """The list of those; without a kind of entity that concerns the bureau an empty one reassures nobody."""
    bulk = bulk_of("uncovered")
    if queries.my_entity_kinds() or queries.allowed_kinds():
        told = _l("本单位领域内的每个主体都已列入某个单位的检查对象名录库。")
        return listing(_l("无人监管的经营主体"), told, bulk)
    told = _l(
        "本单位不负责登记任何类型的主体，也还没有公布检查事项，所以这里什么也没有核对；公布事项清单后，会列出所涉类型中无人监管的主体。"
    )
    made = listing(_l("可以核对的经营主体"), told, bulk)
    return replace(made, empty_action=(_l("公布事项清单"), "registry.items", {}))


@pages.get("/entities/<uuid:entity_id>")
@allow(Permission.BUREAU_READ)
def entity(entity_id: UUID) -> Any:
    """One entity: what everybody knows of it, and what this bureau does."""
    return show(queries.entity(entity_id))


@pages.post("/entities/<uuid:entity_id>/status")
@allow(Permission.REGISTRY_WRITE)
def entity_status(entity_id: UUID) -> Any:
    """Note that it ceased, moved, rests or is back."""
    found, form = queries.entity(entity_id), forms.read(EntityStatusSchema())
    if form.ok:
        try:
            relisted = service.set_status(found, **form.data)
            flash(_("登记状态已更新。"), "good")
            if relisted:
                flash(_("因原来的状态移出的，已在 %(count)s 个单位的名录库里恢复。", count=relisted), "good")
            return redirect(url_for("registry.entity", entity_id=entity_id), 303)
        except ClerkError as error:
            form.refuse(error)
    return show(found, status_form=form, status=422)


@pages.post("/entities/<uuid:entity_id>/contact")
@allow(Permission.REGISTRY_WRITE)
def entity_contact(entity_id: UUID) -> Any:
    """Note how this bureau reaches it."""
    found, form = queries.entity(entity_id), forms.read(ContactSchema())
    if form.ok:
        try:
            service.note_contact(found, **form.data)
            flash(_("联系方式已保存，仅本单位可见。"), "good")
            return redirect(url_for("registry.entity", entity_id=entity_id), 303)
        except ClerkError as error:
            form.refuse(error)
    return show(found, contact_form=form, status=422)


@pages.post("/entities/<uuid:entity_id>/target")
@allow(Permission.REGISTRY_WRITE)
def entity_target(entity_id: UUID) -> Any:
    """List it in this bureau's library."""
    service.add_target(queries.entity(entity_id))
    flash(_("已列入本单位检查对象名录库。"), "good")
    return redirect(url_for("registry.entity", entity_id=entity_id), 303)


def show(
    found: Entity,
    status_form: forms.Form | None = None,
    contact_form: forms.Form | None = None,
    reveal_form: forms.Form | None = None,
    merge_form: forms.Form | None = None,
    revealed: str = "",
    status: int = 200,
) -> Any:
    """The page of an entity; `revealed` is the phone shown in full this once."""
    contact, target = service.contact_of(found), queries.target_of(found.id)
    tags = queries.tags_of(found.id)
    return page(
        "registry/entity.html",
        status,
        entity=found,
        merged_into=queries.merges.merged_into(found),
        merges=[
            (one, merging.steps_of(one), merging.may_undo(one, found))
            for one in queries.merges.merges_of(found)
        ],
        merge_form=merge_form or forms.empty(),
        kind=KINDS[found.kind],
        history=histories.of_entity(found),
        place=place_names().get(found.jurisdiction_code, ""),
        statuses=STATUSES,
        target=target,
        may_list=found.kind in queries.allowed_kinds() and target is None,
        keeps=found.kind in queries.my_entity_kinds(),
        industry=name_of(found.industry),
        premises=queries.premises_of(found.id),
        places=place_names(),
        licences=[
            (one, queries.licence_state(one), service.may_change_licence(found, one))
            for one in queries.licences_of(found.id)
        ],
        licence_states=LICENCE_STATES,
        corrections=queries.corrections_of(found.id),
        correction_states=CORRECTION_STATES,
        field_name=changes.name_of_field,
        credit=queries.credit_class_of(found.id),
        credit_classes=CREDIT_CLASSES,
        tags=tags,
        tags_form=forms.empty(tags=[one.tag_id for one in tags]),
        givable=[
            (tag.id, tag.name if tag.active else _("%(tag)s（已停用，取下后不能再加）", tag=tag.name))
            for tag in service.givable(found)
        ],
        contact=contact,
        phone=service.phone_of(contact) if contact else "",
        revealed=revealed,
        reveal_form=reveal_form or forms.empty(),
        status_form=status_form or forms.empty(status=found.status, since=found.status_since or today()),
        contact_form=contact_form or forms.empty(person=contact.person if contact else ""),
        next=_next(found, target is None),
    )


def _next(found: Entity, outside: bool) -> NextStep | None:
    if not outside or found.status not in LISTABLE or found.kind not in queries.allowed_kinds():
        return None
    return NextStep(_("列入检查对象名录库"), url_for("registry.entity_target", entity_id=found.id), "post")


def tabs(current: int) -> list[tuple[str, str, bool]]:
    """The pages of the register."""
    found = [
        (_("全部"), "registry.entities"),
        (_("未列入任何名录库"), "registry.entities_uncovered"),
        (_("经营场所"), "registry.entities_premises"),
        (_("许可证"), "registry.entities_licences"),
        (_("更正建议"), "registry.entities_corrections"),
    ]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(found)]
