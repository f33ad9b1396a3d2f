"""The inspector library (执法检查人员名录库)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import any_

from onedoor.edge.guard import allow
from onedoor.edge.language import listed, said
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.registry import queries, service
from onedoor.registry.models import Inspector
from onedoor.registry.rules.codes import InspectorStatus
from onedoor.registry.rules.inspectors import why_not_drawn
from onedoor.registry.schemas import InspectorSchema, InspectorStatusSchema
from onedoor.web.registry.acting import bulk_of, unit_filter
from onedoor.web.registry.blueprint import pages
from onedoor.web.registry.certificates import chosen
from onedoor.web.registry.publishing import publishing_step
from onedoor.web.registry.seen import opened, refuse_written_over
from onedoor.web.registry.words import INSPECTOR_STATES, STAGES, WARNINGS
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, Listing, as_choices
from onedoor.web.shell.pieces import label_of
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission


def drawn_words(one: Inspector) -> str:
    """Whether an officer takes part in draws, and why not."""
    reason = why_not_drawn(one.status, one.certificate_number, one.certificate_expires_on, today())
    return _("不参加：%(reason)s", reason=_(reason.message) % reason.params) if reason else _("参加")


def _whether_drawn(query: Any, value: str) -> Any:
    drawn = queries.drawable(today())
    return query.where(drawn if value == "yes" else ~drawn)


def _whether_trained(query: Any, value: str) -> Any:
    trained = queries.trained_in(today().year)
    return query.where(queries.in_library(), trained if value == "yes" else ~trained)


def listing() -> Listing:
    """The library as a list."""
    units = {unit.id: unit.name for unit in tenants.units()}
    return Listing(
        title=_l("执法人员"),
        key=Inspector.id,
        columns=(
            Column(
                "name",
                _l("姓名"),
                link=lambda i: url_for("registry.inspector", inspector_id=i.id),
                sort=Inspector.sort_key,
            ),
            Column("sex", _l("性别"), value=lambda i: said(i.sex)),
            Column("body", _l("执法机构全称")),
            Column("unit", _l("科室"), value=lambda i: units.get(i.unit_id, "")),
            Column("post", _l("职务")),
            Column("certificate_number", _l("执法证编号"), sort=Inspector.certificate_number),
            Column(
                "certificate_expires_on", _l("有效期至"), kind="date", sort=Inspector.certificate_expires_on
            ),
            Column("kinds", _l("执法类别")),
            Column("area", _l("执法区域")),
            Column("qualifications", _l("资格专长"), value=lambda i: listed(i.qualifications)),
            Column("drawn", _l("参加抽取"), value=drawn_words, wide=True),
            Column(
                "status",
                _l("状态"),
                cell=lambda i: ui.status(i.status, INSPECTOR_STATES),
                export=lambda i: str(label_of(i.status, INSPECTOR_STATES)),
            ),
        ),
        search=(Inspector.name, Inspector.certificate_number, Inspector.body, queries.initials()),
        search_label=_l("姓名、拼音首字母、执法证编号或机构"),
        filters=(
            Filter("status", _l("状态"), as_choices(INSPECTOR_STATES), column=Inspector.status),
            Filter(
                "drawn", _l("参加抽取"), (("yes", _l("参加")), ("no", _l("不参加"))), apply=_whether_drawn
            ),
            unit_filter(Inspector.unit_id),
            Filter(
                "word",
                _l("资格专长"),
                lambda: [(word, word) for word in queries.qualifications.names()],
                apply=lambda query, value: query.where(any_(Inspector.qualifications) == value),
            ),
            Filter(
                "trained",
                _l("今年参加培训"),
                (("yes", _l("参加过")), ("no", _l("没有参加"))),
                apply=_whether_trained,
            ),
            Filter(
                "lacks",
                _l("缺少"),
                (
                    ("certificate", _l("执法证")),
                    ("expiry", _l("执法证有效期")),
                    ("unit", _l("科室")),
                    ("account", _l("登录账号")),
                    ("area", _l("执法类别或区域")),
                ),
                apply=lambda query, value: query.where(queries.quality.lacking(value)),
            ),
            Filter(
                "warned",
                _l("执法证到期"),
                as_choices(WARNINGS),
                apply=lambda query, value: query.where(queries.warned_of(value)),
            ),
            Filter("until", _l("证件到期不晚于"), column=Inspector.certificate_expires_on, kind="to"),
        ),
        order="name",
        empty=_l("按执法检查人员名录库的格式导入表格，或逐人新增。"),
        bulk=bulk_of("inspectors"),
    )


@pages.get("/inspectors")
@allow(Permission.BUREAU_READ)
def inspectors() -> Any:
    """This bureau's library."""
    return listing().respond(db.session(), queries.inspectors(), "registry/inspectors.html", _beside)


def _beside() -> dict[str, Any]:
    """How the library stands, and whether the public sees it as it is."""
    changes, upkeep = service.unpublished_changes(), queries.upkeep.upkeep("inspectors")
    return {
        "upkeep": upkeep,
        "same": changes == 0,
        "next": publishing_step(changes) if upkeep.count else None,
    }


@pages.get("/inspectors/<uuid:inspector_id>")
@allow(Permission.BUREAU_READ)
def inspector(inspector_id: UUID) -> Any:
    """One officer; identity number and phone masked."""
    return show(queries.inspector(inspector_id))


@pages.route("/inspectors/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def inspector_new() -> Any:
    """Add an officer, by hand or from a certificate that was chosen (R-T4)."""
    given = chosen(request.args["certificate"]) if "certificate" in request.args else {}
    return _edit(forms.empty(**{"body": tenants.my_bureau().name, **given}), None)


@pages.route("/inspectors/<uuid:inspector_id>/edit", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def inspector_edit(inspector_id: UUID) -> Any:
    """Change an officer; empty number and phone keep what is stored."""
    found = queries.my_inspector(inspector_id)

    def values() -> dict[str, Any]:
        shown = {name: getattr(found, name) for name in InspectorSchema().fields if hasattr(found, name)}
        return {**shown, "account": service.username_of(found)}

    return _edit(opened(found, values), found)


@pages.post("/inspectors/<uuid:inspector_id>/status")
@allow(Permission.REGISTRY_WRITE)
def inspector_status(inspector_id: UUID) -> Any:
    """At work, suspended, or left."""
    found, form = queries.my_inspector(inspector_id), forms.read(InspectorStatusSchema())
    if not form.ok:
        return show(found, status_form=form, status=422)
    done = service.set_inspector_status(found, **form.data)
    flash(_("状态已更新。") if done else _("已提请负责人批准，批准后生效。"), "good")
    return redirect(url_for("registry.inspector", inspector_id=inspector_id), 303)


def _edit(form: forms.Form, found: Inspector | None) -> Any:
    if request.method == "POST":
        stands, form = form, forms.read(InspectorSchema())
        if form.ok:
            try:
                refuse_written_over(stands)
                carried = found.qualifications if found else ()
                words = service.known_qualifications(form.data["qualifications"], carried)
                saved = service.save_inspector_form(found, {**form.data, "qualifications": words})
                if found is None:
                    flash(_("已保存，并提请负责人批准入库；批准后参加抽取。"), "good")
                return redirect(url_for("registry.inspector", inspector_id=saved.id), 303)
            except ClerkError as error:
                form.refuse(error)
    return page(
        "registry/inspector_edit.html",
        200 if form.ok else 422,
        form=form,
        inspector=found,
        units=[(unit.id, unit.name) for unit in tenants.units()],
        words=[(word, word) for word in queries.qualifications.names(found.qualifications if found else ())],
    )


def _may_become(status: str) -> list[tuple[str, Any]]:
    """The states a clerk may choose; entry and exit go to the head (R-L9)."""
    known = status in (InspectorStatus.ACTIVE, InspectorStatus.SUSPENDED)
    chosen = {
        InspectorStatus.ACTIVE: _("在岗") if known else _("在岗（提请负责人批准入库）"),
        InspectorStatus.SUSPENDED: _("暂停执法"),
        InspectorStatus.LEFT: _("离库（提请负责人批准）") if known else _("不入库"),
    }
    left_out = {status, *(() if known else (InspectorStatus.SUSPENDED.value,))}
    return [(state.value, words) for state, words in chosen.items() if state.value not in left_out]


def show(
    found: Inspector,
    status_form: forms.Form | None = None,
    recusal_form: forms.Form | None = None,
    leave_form: forms.Form | None = None,
    reveal_form: forms.Form | None = None,
    revealed: dict[str, str] | None = None,
    status: int = 200,
) -> Any:
    """The page of an officer; `revealed` are the numbers shown in full this once."""
    mine = queries.is_my_inspector(found)
    recusals = queries.recusals_of(found)
    return page(
        "registry/inspector.html",
        status,
        inspector=found,
        mine=mine,
        states=INSPECTOR_STATES,
        drawn=drawn_words(found),
        private=service.private_texts(found) if mine else None,
        revealed=revealed or {},
        reveal_form=reveal_form or forms.empty(),
        recusals=recusals,
        named=queries.names_of([one.entity_code for one in recusals]),
        today=today(),
        reasons=[(code, said(name)) for code, name in service.recusal_reasons().items()],
        unit=next((unit.name for unit in tenants.units() if unit.id == found.unit_id), ""),
        status_form=status_form or forms.empty(),
        recusal_form=recusal_form or forms.empty(),
        proposals=queries.proposals_of(found) if mine else [],
        decided={
            one.subject_id: one for one in approvals.about([one.id for one in queries.proposals_of(found)])
        }
        if mine
        else {},
        may_become=_may_become(found.status),
        trainings=queries.trainings_of(found) if mine else [],
        leaves=queries.leaves_of(found),
        leave_form=leave_form or forms.empty(),
        notices=queries.notices_of(found),
        stages=STAGES,
    )
