"""Experts and testing institutes (专家和检验检测机构): who assists, is never drawn and never checks alone (R-L7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import any_

from onedoor.edge.guard import allow
from onedoor.edge.language import word_list
from onedoor.imports import queries as import_queries
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Expert
from onedoor.officers.rules.expert_rows import PERSON, why_not_chosen
from onedoor.officers.schemas.experts import ExpertSchema
from onedoor.web.bulk_actions import unit_filter, units
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import EXPERT_KINDS, EXPERT_STATES, STAGES
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import label_of
from tenants.rules import Permission
from tenants.units import is_others, my_unit


def _assists(one: Expert) -> str:
    reason = why_not_chosen(one.active, one.credential_expires_on, today())
    return _("不能：%(reason)s", reason=_(reason.message) % reason.params) if reason else _("可以")


def _listing() -> ListPage:
    names = dict(units())
    unit = Column("unit", _l("维护科室"), value=lambda one: names.get(one.unit_id, ""))
    return ListPage(
        title=_l("专家和检验检测机构"),
        key=Expert.id,
        columns=(
            Column(
                "name",
                _l("姓名或名称"),
                link=lambda one: url_for("registry.expert", expert_id=one.id),
                sort=Expert.sort_key,
            ),
            Column("kind", _l("类别"), value=lambda one: str(EXPERT_KINDS[one.kind])),
            Column("organisation", _l("所在单位"), wide=True),
            Column("title", _l("职称或职务")),
            Column("qualifications", _l("资格专长"), value=lambda one: word_list(one.qualifications)),
            Column("credential", _l("资格证号")),
            Column(
                "credential_expires_on", _l("资格有效期至"), kind="date", sort=Expert.credential_expires_on
            ),
            Column("assists", _l("可以协助检查"), value=_assists),
            Column(
                "active",
                _l("状态"),
                cell=lambda one: ui.status(one.active, EXPERT_STATES),
                export=lambda one: str(label_of(one.active, EXPERT_STATES)),
            ),
            *([unit] if names else []),
        ),
        search=(
            Expert.name,
            Expert.organisation,
            Expert.credential,
            officer_queries.initials(Expert.sort_key),
        ),
        search_label=_l("姓名、单位、资格证号或拼音首字母"),
        filters=(
            Filter("kind", _l("类别"), list(EXPERT_KINDS.items()), column=Expert.kind),
            Filter(
                "active",
                _l("状态"),
                (("yes", _l("在库")), ("no", _l("已离库"))),
                apply=lambda query, value: query.where(Expert.active == (value == "yes")),
            ),
            Filter(
                "word",
                _l("资格专长"),
                lambda: [(word, word) for word in item_queries.qualifications.names()],
                apply=lambda query, value: query.where(any_(Expert.qualifications) == value),
            ),
            *([unit_filter(Expert.unit_id)] if names else []),
            Filter("until", _l("资格到期不晚于"), column=Expert.credential_expires_on, kind="to"),
        ),
        order="name",
        empty=_l("导入表格，或逐个新增。"),
        empty_action=(_l("导入名单"), "registry.import_new", {"kind": "experts"}),
    )


@pages.get("/experts")
@allow(Permission.BUREAU_READ)
def experts() -> Any:
    """The bureau's list."""
    return _listing().respond(
        db.session(),
        officer_queries.experts.experts(),
        "officers/experts.html",
        lambda: {"upkeep": import_queries.library_updates.upkeep("experts")},
    )


@pages.route("/experts/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def expert_new() -> Any:
    """Add one."""
    return _edit(forms.empty(kind=PERSON, active=True, unit_id=my_unit()), None)


@pages.route("/experts/<uuid:expert_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def expert(expert_id: UUID) -> Any:
    """Change one."""
    found = officer_queries.experts.expert(expert_id)
    return _edit(opened(found, lambda: forms.of(found, *ExpertSchema().fields).values), found)


def _edit(form: forms.Form, found: Expert | None) -> Any:
    carried = found.qualifications if found else ()
    if request.method == "POST":
        form = sent(ExpertSchema(), form, found)
        if form.ok:
            with form.submission():
                words = item_service.known_qualifications(form.data["qualifications"], carried)
                officer_service.save_expert(found, {**form.data, "qualifications": words})
                return redirect(url_for("registry.experts"), 303)
    return page(
        "officers/expert.html",
        form.status,
        form=form,
        expert=found,
        units=units(),
        others=dict(units()).get(found.unit_id) if found and is_others(found.unit_id) else None,
        kinds=list(EXPERT_KINDS.items()),
        words=[(word, word) for word in item_queries.qualifications.names(carried)],
        notices=officer_queries.experts.notices_of(found) if found else [],
        stages=STAGES,
    )
