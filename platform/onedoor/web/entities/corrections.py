"""Corrections of the register: proposing one, those sent and received, answering one (R-T4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.attachments import PICTURE, attachment, picture
from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.entities import queries, service
from onedoor.entities.models import Correction, Entity
from onedoor.entities.models.corrections import CorrectionFile
from onedoor.entities.queries.corrections import SENT, correction_files
from onedoor.entities.queries.entities import known_by_code
from onedoor.entities.rules.codes import CorrectionState
from onedoor.entities.rules.corrections import CODE, KIND, LONGEST, MERGE, OTHER
from onedoor.entities.rules.industries import name_of
from onedoor.entities.schemas.premises import CorrectionAnswerSchema, CorrectionSchema
from onedoor.entities.service.new_entities import Alike
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.web.entities.entities import tabs
from onedoor.web.entities.new_entity import ALIKE
from onedoor.web.imports import row_changes
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import CORRECTION_STATES, place_names
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.errors import sentence_of
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, label_of
from tenants import queries as tenants
from tenants.models.bureaus import Bureau
from tenants.rules import Permission

_PARTS = ((queries.RECEIVED, _l("收到的")), (SENT, _l("提出的")))


@pages.route("/entities/<uuid:entity_id>/correct", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@takes_a_file
@allow(Permission.REGISTRY_WRITE)
def entity_correct(entity_id: UUID) -> Any:
    """Change what is registered, or propose the change to who keeps it."""
    found, form = queries.entity(entity_id), forms.empty(field=request.args.get("field", ""))
    effect = ""
    if request.method == "POST":
        form = forms.read(CorrectionSchema())
        if form.ok:
            try:
                sent = [(one.filename, one.read()) for one in request.files.getlist("files")]
                made = service.correct(found, **form.data, files=service.read_evidence(sent))
            except ClerkError as error:
                form.refuse(error)
                effect = sentence_of(error) if isinstance(error, service.Unsure) else ""
            else:
                flash(_("已提出更正建议，答复后可在这里看到。") if made else _("登记信息已更正。"), "good")
                return redirect(url_for("registry.entity", entity_id=entity_id), 303)
    keeps = found.kind in queries.my_entity_kinds()
    return page(
        "entities/correct.html",
        form.status,
        entity=found,
        form=form,
        effect=effect,
        keeps=keeps,
        keeper=queries.keeper_of(found),
        fields=[
            (field, row_changes.name_of_field(field)) for field in LONGEST if not (keeps and field == OTHER)
        ],
    )


@pages.get("/corrections")
@allow(Permission.BUREAU_READ)
def entities_corrections() -> Any:
    """What this bureau proposed, and what was proposed to it."""
    return _listing().respond(db.session(), queries.corrections(), "entities/corrections.html", tabs=tabs(4))


@pages.route("/corrections/<uuid:correction_id>", methods=["GET"])
@allow(Permission.BUREAU_READ)
def entity_correction(correction_id: UUID) -> Any:
    """One proposal and its answer."""
    return _show(queries.correction(correction_id), forms.empty())


@pages.get("/corrections/<uuid:correction_id>/files/<uuid:file_id>")
@allow(Permission.BUREAU_READ)
def entity_correction_file(correction_id: UUID, file_id: UUID) -> Any:
    """A file of its evidence: a picture is shown, a PDF is kept."""
    found = service.evidence_of(correction_id, file_id)
    if found.media_type == PICTURE:
        return picture(found.content)
    return attachment(found.content, found.name, found.media_type)


@pages.post("/corrections/<uuid:correction_id>")
@allow(Permission.REGISTRY_WRITE)
def entity_correction_decide(correction_id: UUID) -> Any:
    """Accept it, or refuse it with a reason."""
    found, form = queries.correction(correction_id), forms.read(CorrectionAnswerSchema())
    if form.ok:
        accepted = form.data["decision"] == "accept"
        with form.submission():
            service.decide_correction(found, accepted, form.data["answer"], confirmed=form.data["confirmed"])
            flash(_("已采纳更正建议。") if accepted else _("已退回更正建议，提出单位会看到理由。"), "good")
            return redirect(url_for("registry.entity_correction", correction_id=correction_id), 303)
    return _show(found, form)


@dataclass(frozen=True, kw_only=True)
class CorrectionPage:
    """What a proposed correction shows."""

    correction: Correction
    entity: Entity | None
    name: str
    given: list[Any]
    twin: Entity | None
    effect: str
    alike: list[Alike]
    why: dict[str, Any]
    form: Form
    mine: bool
    other: Bureau
    states: dict[str, Label]
    field: str
    former: str
    value: str
    now_there: str
    files: list[CorrectionFile]


def _show(found: Correction, form: forms.Form) -> Any:
    mine = found.receiver_id == current_scope().tenant_id
    other = tenants.bureau(found.tenant_id if mine else found.receiver_id)
    entity = queries.entity(found.entity_id) if found.entity_id else None
    given = service.given_of(found) if entity is None else {}
    if entity is None and found.state == CorrectionState.ACCEPTED:
        entity = known_by_code(given["code"])
    places, field = place_names(), row_changes.of_entity(found.field)
    of_a_field = found.field in LONGEST and found.field != OTHER
    now_there = row_changes.text_of(field, getattr(entity, found.field), places) if of_a_field else ""
    effect = ""
    waits = mine and found.state == CorrectionState.SENT
    if waits and entity is not None and found.field in (CODE, KIND):
        effect = in_language(service.effect_of(entity, found.field, found.value))
    return page(
        "entities/correction.html",
        form.status,
        CorrectionPage(
            correction=found,
            entity=entity,
            name=entity.name if entity else given["name"],
            given=[_filled_in(name, text, places) for name, text in given.items()],
            twin=queries.entity_by_code(found.value) if found.field == MERGE else None,
            effect=effect,
            alike=service.alike_of(found) if waits and given else [],
            why=ALIKE,
            form=form,
            mine=mine,
            other=other,
            states=CORRECTION_STATES,
            field=row_changes.name_of_field(found.field),
            former=row_changes.text_of(field, found.former, places),
            value="" if given else row_changes.text_of(field, found.value, places),
            now_there=now_there,
            files=correction_files(found.id),
        ),
    )


def _listing() -> ListPage:
    places, me = place_names(), current_scope().tenant_id
    names = {one.id: one.name for one in tenants.bureaus()}
    parts = dict(_PARTS)
    return ListPage(
        title=_l("更正建议"),
        key=Correction.id,
        columns=(
            Column(
                "name",
                _l("经营主体"),
                value=lambda row: _name(row),
                link=lambda row: url_for("registry.entity_correction", correction_id=row.Correction.id),
                # Somebody new has no entry yet.
                sort=sa.func.coalesce(Entity.sort_key, ""),
                wide=True,
            ),
            Column(
                "field", _l("更正内容"), value=lambda row: row_changes.name_of_field(row.Correction.field)
            ),
            Column(
                "value",
                _l("更正为"),
                value=lambda row: _value(row.Correction, places)[:100],
            ),
            Column(
                "part",
                _l("方向"),
                value=lambda row: str(parts[queries.RECEIVED if row.Correction.receiver_id == me else SENT]),
            ),
            Column(
                "other",
                _l("对方单位"),
                value=lambda row: names.get(
                    row.Correction.tenant_id
                    if row.Correction.receiver_id == me
                    else row.Correction.receiver_id,
                    "",
                ),
            ),
            Column(
                "asked_at",
                _l("提出时间"),
                value=lambda row: row.Correction.asked_at,
                kind="time",
                sort=Correction.asked_at,
            ),
            Column(
                "state",
                _l("状态"),
                cell=lambda row: ui.status(row.Correction.state, CORRECTION_STATES),
                export=lambda row: str(label_of(row.Correction.state, CORRECTION_STATES)),
            ),
        ),
        search=queries.matching,
        search_label=_l("名称、代码、地址、经营范围或拼音首字母"),
        filters=(
            Filter("part", _l("方向"), _PARTS, apply=_of_part),
            Filter("state", _l("状态"), as_choices(CORRECTION_STATES), column=Correction.state),
        ),
        order="-asked_at",
        empty=_l("发现其他单位维护的登记信息有误时，在经营主体页面提出更正。"),
        row_key=lambda row: row.Correction.id,
    )


def _filled_in(name: str, text: str, places: Mapping[str, str]) -> tuple[str, str]:
    """A field of somebody new, with its label; its state was chosen by the word a file has."""
    if name == "status":
        return row_changes.name_of_field(name), str(_(text))
    if name == "industry":
        return row_changes.name_of_field(name), name_of(text)
    return row_changes.name_of_field(name), row_changes.text_of(row_changes.of_entity(name), text, places)


def _name(row: Any) -> str:
    return row.Entity.name if row.Entity else service.given_of(row.Correction)["name"]


def _value(one: Correction, places: Mapping[str, str]) -> str:
    if one.entity_id is None:
        return service.given_of(one)["code"]
    return row_changes.text_of(row_changes.of_entity(one.field), one.value, places)


def _of_part(query: Any, value: str) -> Any:
    me = current_scope().tenant_id
    return query.where((Correction.receiver_id if value == queries.RECEIVED else Correction.tenant_id) == me)
