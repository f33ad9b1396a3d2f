"""The inspector library (执法检查人员名录库)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import any_

from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.language import in_language, word_list
from onedoor.entities import queries as entity_queries
from onedoor.imports import queries as import_queries
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel import files
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.models import Inspector
from onedoor.officers.models.duties import Training, TrainingPlace
from onedoor.officers.models.inspectors import Recusal
from onedoor.officers.models.proposals import InspectorProposal
from onedoor.officers.models.requests import CertificateNotice, InspectorLeave
from onedoor.officers.queries.duties import trained_in, trainings_of
from onedoor.officers.queries.inspectors import drawable, in_library, is_my_inspector
from onedoor.officers.queries.leave import notices_of
from onedoor.officers.queries.proposals import proposals_of, waiting_changes
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.inspector_rows import why_not_drawn
from onedoor.officers.schemas.officers import InspectorSchema, InspectorStatusSchema
from onedoor.officers.service.inspectors import save_inspector_form
from onedoor.officers.service.officer_changes import is_approved
from onedoor.web.bulk_actions import bulk_of, unit_filter
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.officers.certificates import chosen
from onedoor.web.officers.publication import publishing_step
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import INSPECTOR_STATES, STAGES, WARNINGS
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, label_of
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission


def drawn_words(one: Inspector) -> str:
    """Whether an officer takes part in draws, and why not."""
    reason = why_not_drawn(one.status, one.certificate_number, one.certificate_expires_on, today())
    return _("不参加：%(reason)s", reason=_(reason.message) % reason.params) if reason else _("参加")


def _whether_drawn(query: Any, value: str) -> Any:
    drawn = drawable(today())
    return query.where(drawn if value == "yes" else ~drawn)


def _whether_trained(query: Any, value: str) -> Any:
    trained = trained_in(today().year)
    return query.where(in_library(), trained if value == "yes" else ~trained)


def listing() -> ListPage:
    """The library as a list."""
    units = {unit.id: unit.name for unit in tenants.units()}
    return ListPage(
        title=_l("执法人员"),
        key=Inspector.id,
        columns=(
            Column(
                "name",
                _l("姓名"),
                link=lambda i: url_for("registry.inspector", inspector_id=i.id),
                sort=Inspector.sort_key,
            ),
            Column("sex", _l("性别"), value=lambda i: in_language(i.sex)),
            Column("body", _l("执法机构全称")),
            Column("unit", _l("科室"), value=lambda i: units.get(i.unit_id, "")),
            Column("post", _l("职务")),
            Column("certificate_number", _l("执法证编号"), sort=Inspector.certificate_number),
            Column(
                "certificate_expires_on", _l("有效期至"), kind="date", sort=Inspector.certificate_expires_on
            ),
            Column("kinds", _l("执法类别")),
            Column("area", _l("执法区域")),
            Column("qualifications", _l("资格专长"), value=lambda i: word_list(i.qualifications)),
            Column("drawn", _l("参加抽取"), value=drawn_words, wide=True),
            Column(
                "status",
                _l("状态"),
                cell=lambda i: ui.status(i.status, INSPECTOR_STATES),
                export=lambda i: str(label_of(i.status, INSPECTOR_STATES)),
            ),
        ),
        search=(Inspector.name, Inspector.certificate_number, Inspector.body, officer_queries.initials()),
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
                lambda: [(word, word) for word in item_queries.qualifications.names()],
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
                apply=lambda query, value: query.where(officer_queries.gaps.lacking(value)),
            ),
            Filter(
                "warned",
                _l("执法证到期"),
                as_choices(WARNINGS),
                apply=lambda query, value: query.where(officer_queries.warned_of(value)),
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
    return listing().respond(db.session(), officer_queries.inspectors(), "officers/inspectors.html", _beside)


def _beside() -> dict[str, Any]:
    """How the library stands, and whether the public sees it as it is."""
    changes, upkeep = (
        officer_service.unpublished_changes(),
        import_queries.library_updates.upkeep("inspectors"),
    )
    return {
        "upkeep": upkeep,
        "same": changes == 0,
        "next": publishing_step(changes) if upkeep.count else None,
    }


@pages.get("/inspectors/<uuid:inspector_id>")
@allow(Permission.BUREAU_READ)
def inspector(inspector_id: UUID) -> Any:
    """One officer; identity number and phone masked."""
    return show(officer_queries.inspector(inspector_id))


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
    found = officer_queries.my_inspector(inspector_id)

    def values() -> dict[str, Any]:
        shown = {name: getattr(found, name) for name in InspectorSchema().fields if hasattr(found, name)}
        return {**shown, "account": officer_service.username_of(found)}

    return _edit(opened(found, values), found)


@pages.post("/inspectors/<uuid:inspector_id>/status")
@allow(Permission.REGISTRY_WRITE)
def inspector_status(inspector_id: UUID) -> Any:
    """At work, suspended, or left."""
    found, form = officer_queries.my_inspector(inspector_id), forms.read(InspectorStatusSchema())
    if not form.ok:
        return show(found, status_form=form, status=422)
    done = officer_service.set_inspector_status(found, **form.data)
    flash(_("状态已更新。") if done else _("已提请负责人批准，批准后生效。"), "good")
    return redirect(url_for("registry.inspector", inspector_id=inspector_id), 303)


@pages.get("/inspectors/papers/<uuid:change_id>", endpoint="inspector_paper")
@allow(Permission.BUREAU_READ)
def inspector_paper(change_id: UUID) -> Any:
    """The paper that a change of an officer is based on."""
    kept = officer_queries.proposal(change_id).file_id
    if kept is None:
        raise NotFound("没有找到这个文件。")
    stored = files.get(kept)
    return attachment(stored.content, stored.name, stored.media_type)


def sent_file(name: str) -> tuple[str, bytes, str] | None:
    """A file of the form: its name, content and media type."""
    sent = request.files.get(name)
    return (sent.filename, sent.read(), sent.mimetype) if sent and sent.filename else None


def _edit(form: forms.Form, found: Inspector | None) -> Any:
    if request.method == "POST":
        form = sent(InspectorSchema(), form, found)
        if form.ok:
            with form.submission():
                carried = found.qualifications if found else ()
                words = item_service.known_qualifications(form.data["qualifications"], carried)
                saved = save_inspector_form(found, {**form.data, "qualifications": words}, sent_file("file"))
                if found is not None and waiting_changes(saved):
                    flash(
                        _("已保存；姓名、账号、证号和能否任组长的更改已提请负责人批准，批准后生效。"), "good"
                    )
                if found is None:
                    flash(_("已保存，并提请负责人批准入库；批准后参加抽取。"), "good")
                return redirect(url_for("registry.inspector", inspector_id=saved.id), 303)
    return page(
        "officers/inspector_edit.html",
        form.status,
        form=form,
        inspector=found,
        held=found is not None and is_approved(found),
        units=[(unit.id, unit.name) for unit in tenants.units()],
        words=[
            (word, word) for word in item_queries.qualifications.names(found.qualifications if found else ())
        ],
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


@dataclass(frozen=True, kw_only=True)
class InspectorPage:
    """What the page of an officer shows."""

    inspector: Inspector
    mine: bool
    states: dict[str, Label]
    drawn: str
    private: dict[str, str] | None
    revealed: dict[str, Any]
    reveal_form: Form
    recusals: list[Recusal]
    named: dict[str, str]
    today: date
    reasons: list[Any]
    unit: str
    status_form: Form
    recusal_form: Form
    proposals: list[InspectorProposal]
    decided: dict[Any, Any]
    may_become: list[tuple[str, Any]]
    trainings: list[tuple[Training, TrainingPlace]]
    leaves: list[InspectorLeave]
    leave_form: Form
    notices: list[CertificateNotice]
    stages: dict[str, Any]


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
    mine = is_my_inspector(found)
    recusals = officer_queries.recusals_of(found)
    return page(
        "officers/inspector.html",
        status,
        InspectorPage(
            inspector=found,
            mine=mine,
            states=INSPECTOR_STATES,
            drawn=drawn_words(found),
            private=officer_service.private_texts(found) if mine else None,
            revealed=revealed or {},
            reveal_form=reveal_form or forms.empty(),
            recusals=recusals,
            named=entity_queries.names_of([one.entity_code for one in recusals]),
            today=today(),
            reasons=[(code, in_language(name)) for code, name in officer_service.recusal_reasons().items()],
            unit=next((unit.name for unit in tenants.units() if unit.id == found.unit_id), ""),
            status_form=status_form or forms.empty(),
            recusal_form=recusal_form or forms.empty(),
            proposals=proposals_of(found) if mine else [],
            decided={one.subject_id: one for one in approvals.about([one.id for one in proposals_of(found)])}
            if mine
            else {},
            may_become=_may_become(found.status),
            trainings=trainings_of(found) if mine else [],
            leaves=officer_queries.leaves_of(found),
            leave_form=leave_form or forms.empty(),
            notices=notices_of(found),
            stages=STAGES,
        ),
    )
