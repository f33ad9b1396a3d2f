"""The target library (检查对象名录库): what is in it, bringing it up to date, taking objects out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Premises
from onedoor.entities.models.credit_class import CreditClass
from onedoor.entities.models.entities import Entity, EntityContact
from onedoor.entities.queries.credit_class import credit_class_of
from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.imports import queries as import_queries
from onedoor.kernel import jobs
from onedoor.kernel.db import db
from onedoor.targets import queries as target_queries
from onedoor.targets import service
from onedoor.targets.models import Target, TargetRisk
from onedoor.targets.models.risk import TargetMatter
from onedoor.targets.models.tags import EntityTag
from onedoor.targets.models.targets import TargetRule
from onedoor.targets.queries.matters import listed_of
from onedoor.targets.queries.risk import at_risk
from onedoor.targets.queries.targets import library_in_full, target_rules
from onedoor.targets.schemas.targets import LeaveSchema
from onedoor.web.bulk_actions import bulk_of, unit_filter, units
from onedoor.web.entities.columns import whose
from onedoor.web.entities.filters import INDUSTRY, KIND, PLACE, SEARCH, STATUS, TAG
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import (
    CREDIT_CLASSES,
    KINDS,
    LISTED,
    MATTERS,
    STATUSES,
    ending,
    place_choices,
    place_names,
)
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import Label, NextStep, label_of
from onedoor.web.targets import full_export
from tenants.rules import Permission
from tenants.units import is_others


def listing() -> ListPage:
    """The list of the library."""
    places = place_names()
    rules = {rule.id: rule.name for rule in target_rules()}
    names = dict(units())
    unit = Column("unit", _l("科室"), value=lambda row: names.get(row.Target.unit_id, ""))
    return ListPage(
        title=_l("检查对象"),
        key=Target.id,
        columns=(
            *whose(lambda row: url_for("registry.target", target_id=row.Target.id)),
            Column("place", _l("所在地"), value=lambda row: places.get(row.Entity.jurisdiction_code, "")),
            Column(
                "status",
                _l("登记状态"),
                cell=lambda row: ui.status(row.Entity.status, STATUSES),
                export=lambda row: str(label_of(row.Entity.status, STATUSES)),
            ),
            Column(
                "risk",
                _l("风险等级"),
                value=lambda row: row.TargetRisk.level if row.TargetRisk else "",
                sort=TargetRisk.score,
            ),
            Column("tags", _l("标签"), value=lambda row: row.tags or ""),
            *([unit] if names else []),
            Column("rule", _l("来源"), value=lambda row: rules.get(row.Target.rule_id, _("手工列入"))),
            Column(
                "listed_on",
                _l("列入日期"),
                value=lambda row: row.Target.listed_on,
                kind="date",
                sort=Target.listed_on,
            ),
            Column("ended", _l("移出"), value=lambda row: ending(row.Target)),
            *full_export.COLUMNS,
        ),
        file_query=library_in_full,
        search=SEARCH,
        search_label=_l("名称、代码、地址、经营范围或拼音首字母"),
        filters=(
            Filter("listed", _l("名录"), (("yes", _l("在库")), ("no", _l("已移出"))), apply=_whether_listed),
            KIND,
            PLACE,
            Filter("risk", _l("风险等级"), risk_choices, apply=_at_risk),
            STATUS,
            INDUSTRY,
            TAG,
            Filter("rule", _l("来源"), lambda: list(rules.items()), column=Target.rule_id),
            *([unit_filter(Target.unit_id)] if names else []),
            Filter("left", _l("移出原因"), _left_choices, apply=_has_left),
            Filter("left_from", _l("移出自"), column=Target.ended_on, kind="from"),
        ),
        order="name",
        empty=_l("先写一条选取规则，再按规则从共用的经营主体名录中选取。"),
        empty_action=(_l("新建选取规则"), "registry.target_rule_new", {}),
        bulk=bulk_of("targets"),
        row_key=lambda row: row.Target.id,
        kept="library",
        bare=target_queries.targets,
    )


@pages.get("/targets")
@allow(Permission.BUREAU_READ)
def targets() -> Any:
    """The library, and when it was last brought up to date."""
    return listing().respond(
        db.session(), target_queries.library, "targets/targets.html", _beside, tabs=tabs(0), next=next_step()
    )


def _beside() -> dict[str, Any]:
    """How the library stands: its size and age, who in it has ceased, the last update by the rules."""
    job = service.last_refresh()
    return {
        "ceased": target_queries.ceased_count(),
        "upkeep": import_queries.library_updates.upkeep(),
        "job": job,
        "progress": jobs.progress_of([job.id]).get(job.id) if job else None,
    }


@pages.get("/targets/<uuid:target_id>")
@allow(Permission.BUREAU_READ)
def target(target_id: UUID) -> Any:
    """One target: since when, by which rule, why it left."""
    return show(target_id)


@dataclass(frozen=True, kw_only=True)
class TargetPage:
    """What the page of an object in the bureau's library shows."""

    levels: list[Any]
    risks: list[TargetRisk]
    grade_form: Form
    credit: CreditClass | None
    credit_classes: dict[str, Label]
    tags: list[EntityTag]
    contact: EntityContact | None
    phone: str
    matters: list[Any]
    premises: list[Premises]
    listed_places: dict[UUID, TargetMatter]
    unlisted_places: list[Any]
    place_form: Form
    matter_words: dict[str, Any]
    places: list[tuple[str, str]]
    matter_form: Form
    target: Target
    unit: Any
    others: bool
    entity: Entity
    rule: TargetRule | None
    kind: Any
    place: str
    statuses: dict[str, Label]
    listed: dict[bool, Label]


def show(
    target_id: UUID,
    grade_form: forms.Form | None = None,
    matter_form: forms.Form | None = None,
    place_form: forms.Form | None = None,
    status: int = 200,
) -> Any:
    """The page of a target."""
    found, entity = target_queries.target(target_id)
    rule = target_queries.target_rule(found.rule_id) if found.rule_id else None
    contact = service.contact_of(entity)
    beside, premises = listed_of(entity.id), entity_queries.premises_of(entity.id)
    listed = {one.premises.id: one.matter for one in beside if one.premises and one.matter.ended_on is None}
    return page(
        "targets/target.html",
        status,
        TargetPage(
            levels=[(one, one) for one in reversed(target_queries.risk_levels())],
            risks=target_queries.risk_of(entity.id),
            grade_form=grade_form or forms.empty(),
            credit=credit_class_of(entity.id),
            credit_classes=CREDIT_CLASSES,
            tags=target_queries.tags_of(entity.id),
            contact=contact,
            phone=service.phone_of(contact) if contact else "",
            matters=[one for one in beside if one.premises is None],
            premises=premises,
            listed_places=listed,
            unlisted_places=[
                (one.id, _place_in_words(one))
                for one in premises
                if one.closed_on is None and one.id not in listed
            ],
            place_form=place_form or forms.empty(),
            matter_words=MATTERS,
            places=place_choices(),
            matter_form=matter_form or forms.empty(kind="product"),
            target=found,
            unit=dict(units()).get(found.unit_id) if found.unit_id else None,
            others=is_others(found.unit_id),
            entity=entity,
            rule=rule,
            kind=KINDS[entity.kind],
            place=place_names().get(entity.jurisdiction_code, ""),
            statuses=STATUSES,
            listed=LISTED,
        ),
    )


def _place_in_words(place: Premises) -> str:
    return (
        f"{place.number}. {place.name} {place.address}" if place.name else f"{place.number}. {place.address}"
    )


@pages.post("/targets/refresh")
@allow(Permission.REGISTRY_WRITE)
def targets_refresh() -> Any:
    """Bring the library up to date by the rules, in the background."""
    service.begin_refresh()
    return redirect(url_for("registry.targets"), 303)


@pages.post("/targets/publish")
@allow(Permission.REGISTRY_WRITE)
def targets_publish() -> Any:
    """Publish how many the library has, of which kinds and places; never who (R-L12)."""
    service.publish_targets()
    flash(
        _(
            "名录库的数量已公布；以后按规则更新、导入或撤销导入时，公布的数字随之更新，夜间自动移出的到那时才计入。"
        ),
        "good",
    )
    return redirect(url_for("registry.targets"), 303)


@pages.post("/targets/leaving")
@allow(Permission.REGISTRY_WRITE)
def targets_leaving() -> Any:
    """Ask why the chosen ones leave."""
    ids = request.form.getlist("ids")
    return page("targets/end.html", form=forms.empty(), ids=ids)


@pages.post("/targets/leave")
@allow(Permission.REGISTRY_WRITE)
def targets_leave() -> Any:
    """Take them out of the library."""
    form = forms.read(LeaveSchema())
    if not form.ok:
        return page("targets/end.html", 422, form=form, ids=request.form.getlist("ids"))
    count = service.end_targets(form.data["ids"], form.data["reason"])
    flash(_("已移出 %(count)s 个检查对象。", count=count), "good")
    return redirect(url_for("registry.targets"), 303)


@pages.get("/targets/history")
@allow(Permission.BUREAU_READ)
def target_history() -> Any:
    """When the library was brought up to date, and how it changed (R-L5)."""
    return page("targets/history.html", updates=import_queries.library_updates.updates(), tabs=tabs(3))


def tabs(current: int) -> list[tuple[str, str, bool]]:
    """The pages of the library."""
    found = [
        (_("检查对象"), "registry.targets"),
        (_("选取规则"), "registry.target_rules"),
        (_("更新预览"), "registry.targets_joining"),
        (_("更新记录"), "registry.target_history"),
        (_("标签"), "registry.target_tags"),
        (_("风险等级"), "registry.target_risk"),
        (_("场所、产品、项目、行为"), "registry.target_matters"),
        (_("已停止"), "registry.targets_ceased"),
    ]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(found)]


def next_step() -> NextStep | None:
    """Bringing the library up to date, or what has to be there first."""
    label = _("按规则更新名录库")
    if not target_queries.active_rules():
        return NextStep(_("新建选取规则"), url_for("registry.target_rule_new"))
    if not target_queries.allowed_kinds():
        return NextStep(label, blocked=[_("检查对象须与检查事项相符，请先公布事项清单。")])
    return NextStep(
        label, url_for("registry.targets_refresh"), "post", hint=_("已注销、吊销、迁出的会移出并注明原因。")
    )


def risk_choices() -> list[tuple[str, str]]:
    """Levels to choose by: the bureau's own, the highest first."""
    return [(level, level) for level in reversed(target_queries.risk_levels())]


def _at_risk(query: Any, level: str) -> Any:
    return query.where(Target.entity_id.in_(at_risk((level,))))


def _left_choices() -> list[tuple[str, object]]:
    return [(status.value, label_of(status.value, STATUSES)) for status in GONE]


def _has_left(query: Any, status: str) -> Any:
    return query.where(Target.ended_reason == STATUS_NAMES[status])


def _whether_listed(query: Any, value: str) -> Any:
    return query.where(Target.ended_on.is_(None) if value == "yes" else Target.ended_on.is_not(None))
