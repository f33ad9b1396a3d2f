"""The shared register of entities (经营主体)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.lists.indexed_search import IndexedSearch
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity, ProvisionalNumber
from onedoor.entities.models.corrections import Correction
from onedoor.entities.models.credit_class import CreditClass
from onedoor.entities.models.entities import EntityContact
from onedoor.entities.models.premises import Premises
from onedoor.entities.models.quality import EntityMerge
from onedoor.entities.queries.corrections import corrections_of
from onedoor.entities.queries.credit_class import credit_class_of
from onedoor.entities.queries.premises import licence_state
from onedoor.entities.queries.search import is_known_common
from onedoor.entities.rules.codes import LISTABLE, STATUS_NAMES, EntityStatus
from onedoor.entities.rules.entity_rows import CODE, COLUMNS, EXACT_PLACE, FIELDS, NAME
from onedoor.entities.rules.industries import name_of
from onedoor.entities.schemas.entities import EntityStatusSchema
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models.tags import EntityTag
from onedoor.targets.models.targets import Target
from onedoor.targets.schemas.targets import ContactSchema
from onedoor.targets.service.tags import givable
from onedoor.web.bulk_actions import bulk_of
from onedoor.web.entities import history, merges
from onedoor.web.entities.filters import FILTERS, SEARCH, SEARCH_LABEL
from onedoor.web.entities.history import History
from onedoor.web.imports import row_changes
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import (
    CORRECTION_STATES,
    CREDIT_CLASSES,
    KINDS,
    LICENCE_STATES,
    STATUSES,
    place_names,
    unbroken,
)
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Bulk, Column, ListPage
from onedoor.web.shell.pieces import Label, NextStep, label_of
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


_SEARCH_OF_ALL = replace(SEARCH, met=is_known_common)


def register() -> ListPage:
    """The list of the whole register."""
    return listing(
        _l("经营主体"),
        _l("由登记部门导入企业名录表格，所有单位共用一份名录。"),
        bulk_of("entities"),
        kept="entities",
        search=_SEARCH_OF_ALL,
    )


def listing(
    title: Any, empty: Any, bulk: tuple[Bulk, ...] = (), kept: str = "", search: IndexedSearch = SEARCH
) -> ListPage:
    """A list of entities."""
    return ListPage(
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
    can_import = bool(entity_queries.my_entity_kinds())
    return register().respond(
        db.session(), entity_queries.entities, "entities/entities.html", can_import=can_import, tabs=tabs(0)
    )


@pages.get("/entities/uncovered", endpoint="entities_uncovered")
@allow(Permission.BUREAU_READ)
def uncovered() -> Any:
    """Entities in nobody's library (R-L6)."""
    return uncovered_listing().respond(
        db.session(), target_queries.uncovered(), "entities/uncovered.html", tabs=tabs(1)
    )


def uncovered_listing() -> ListPage:
    """The list of those; without a kind of entity that concerns the bureau an empty one reassures nobody."""
    bulk = bulk_of("uncovered")
    if entity_queries.my_entity_kinds() or target_queries.allowed_kinds():
        empty = _l("本单位领域内的每个主体都已列入某个单位的检查对象名录库。")
        return listing(_l("无人监管的经营主体"), empty, bulk)
    empty = _l(
        "本单位不负责登记任何类型的主体，也还没有公布检查事项，所以这里什么也没有核对；公布事项清单后，会列出所涉类型中无人监管的主体。"
    )
    made = listing(_l("可以核对的经营主体"), empty, bulk)
    return replace(made, empty_action=(_l("公布事项清单"), "registry.items", {}))


def without_code_listing() -> ListPage:
    """The list of entities that wait for their credit code."""
    places = place_names()
    return ListPage(
        title=_l("没有统一社会信用代码的经营主体"),
        key=Entity.id,
        columns=(
            Column(
                "name",
                _l("名称"),
                link=lambda row: url_for("registry.entity", entity_id=row[0].id),
                value=lambda row: row[0].name,
                sort=Entity.sort_key,
                wide=True,
            ),
            Column("code", _l("暂用编号"), value=lambda row: row[0].code, sort=Entity.code),
            Column("registration", _l("注册号"), value=lambda row: row[1].registration_number or _("无")),
            Column("kind", _l("类型"), value=lambda row: str(KINDS[row[0].kind])),
            Column("place", _l("所在地"), value=lambda row: places.get(row[0].jurisdiction_code, "")),
            Column("given_at", _l("给号时间"), value=lambda row: row[1].given_at, kind="time"),
            Column("namesake", _l("同名主体的代码"), value=lambda row: row[2] or ""),
        ),
        search=(Entity.name, Entity.code, ProvisionalNumber.registration_number),
        search_label=_l("名称、暂用编号或注册号"),
        order="name",
        empty=_l("名录里的主体都有统一社会信用代码。"),
    )


@pages.get("/entities/without-code", endpoint="entities_without_code")
@allow(Permission.BUREAU_READ)
def without_code() -> Any:
    """Entities by their provisional numbers, for the keeper to clear (R-L5)."""
    return without_code_listing().respond(
        db.session(), entity_queries.waiting_for_code(), "entities/without_code.html", tabs=tabs(6)
    )


@pages.get("/entities/<uuid:entity_id>")
@allow(Permission.BUREAU_READ)
def entity(entity_id: UUID) -> Any:
    """One entity: what everybody knows of it, and what this bureau does."""
    return show(entity_queries.entity(entity_id))


@pages.post("/entities/<uuid:entity_id>/status")
@allow(Permission.REGISTRY_WRITE)
def entity_status(entity_id: UUID) -> Any:
    """Note that it ceased, moved, rests or is back."""
    found, form = entity_queries.entity(entity_id), forms.read(EntityStatusSchema())
    if form.ok:
        with form.submission():
            relisted = entity_service.set_status(found, **form.data)
            flash(_("登记状态已更新。"), "good")
            if relisted:
                flash(_("因原来的状态移出的，已在 %(count)s 个单位的名录库里恢复。", count=relisted), "good")
            return redirect(url_for("registry.entity", entity_id=entity_id), 303)
    return show(found, status_form=form, status=422)


@pages.post("/entities/<uuid:entity_id>/contact")
@allow(Permission.REGISTRY_WRITE)
def entity_contact(entity_id: UUID) -> Any:
    """Note how this bureau reaches it."""
    found, form = entity_queries.entity(entity_id), forms.read(ContactSchema())
    if form.ok:
        with form.submission():
            target_service.note_contact(found, **form.data)
            flash(_("联系方式已保存，仅本单位可见。"), "good")
            return redirect(url_for("registry.entity", entity_id=entity_id), 303)
    return show(found, contact_form=form, status=422)


@pages.post("/entities/<uuid:entity_id>/target")
@allow(Permission.REGISTRY_WRITE)
def entity_target(entity_id: UUID) -> Any:
    """List it in this bureau's library."""
    target_service.add_target(entity_queries.entity(entity_id))
    flash(_("已列入本单位检查对象名录库。"), "good")
    return redirect(url_for("registry.entity", entity_id=entity_id), 303)


@dataclass(frozen=True, kw_only=True)
class EntityPage:
    """What the page of an entity shows."""

    entity: Entity
    provisional: ProvisionalNumber | None
    merged_into: tuple[EntityMerge, Entity] | None
    merges: list[Any]
    merge_form: Form
    kind: Any
    history: History
    place: str
    statuses: dict[str, Label]
    target: Target | None
    may_list: bool
    keeps: bool
    industry: str
    premises: list[Premises]
    places: dict[str, str]
    licences: list[Any]
    licence_states: dict[str, Label]
    corrections: list[Correction]
    correction_states: dict[str, Label]
    field_name: Callable[..., str]
    credit: CreditClass | None
    credit_classes: dict[str, Label]
    tags: list[EntityTag]
    tags_form: Form
    givable: list[Any]
    contact: EntityContact | None
    phone: str
    revealed: str
    reveal_form: Form
    status_form: Form
    contact_form: Form
    next: NextStep | None


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
    contact, target = target_service.contact_of(found), target_queries.target_of(found.id)
    tags = target_queries.tags_of(found.id)
    return page(
        "entities/entity.html",
        status,
        EntityPage(
            entity=found,
            provisional=entity_queries.provisional_number_of(found),
            merged_into=entity_queries.merges.merged_into(found),
            merges=[
                (one, merges.steps_of(one), merges.may_undo(one, found))
                for one in entity_queries.merges.merges_of(found)
            ],
            merge_form=merge_form or forms.empty(),
            kind=KINDS[found.kind],
            history=history.of_entity(found),
            place=place_names().get(found.jurisdiction_code, ""),
            statuses=STATUSES,
            target=target,
            may_list=found.kind in target_queries.allowed_kinds() and target is None,
            keeps=found.kind in entity_queries.my_entity_kinds(),
            industry=name_of(found.industry),
            premises=entity_queries.premises_of(found.id),
            places=place_names(),
            licences=[
                (one, licence_state(one), entity_service.may_change_licence(found, one))
                for one in entity_queries.licences_of(found.id)
            ],
            licence_states=LICENCE_STATES,
            corrections=corrections_of(found.id),
            correction_states=CORRECTION_STATES,
            field_name=row_changes.name_of_field,
            credit=credit_class_of(found.id),
            credit_classes=CREDIT_CLASSES,
            tags=tags,
            tags_form=forms.empty(tags=[one.tag_id for one in tags]),
            givable=[
                (tag.id, tag.name if tag.active else _("%(tag)s（已停用，取下后不能再加）", tag=tag.name))
                for tag in givable(found)
            ],
            contact=contact,
            phone=target_service.phone_of(contact) if contact else "",
            revealed=revealed,
            reveal_form=reveal_form or forms.empty(),
            status_form=status_form or forms.empty(status=found.status, since=found.status_since or today()),
            contact_form=contact_form or forms.empty(person=contact.person if contact else ""),
            next=_next(found, target is None),
        ),
    )


def _next(found: Entity, outside: bool) -> NextStep | None:
    if not outside or found.status not in LISTABLE or found.kind not in target_queries.allowed_kinds():
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
        (_("提请列入"), "registry.entities_suggestions"),
        (_("没有代码的"), "registry.entities_without_code"),
    ]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(found)]
