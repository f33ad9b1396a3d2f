"""报送平台 and 报送格式: outside platforms with channel and schedule; layouts made, tried and put to use (R-O2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.credit import platforms, service
from onedoor.credit.layout_checks import SOURCES
from onedoor.credit.layouts import KINDS, PENALTY, RESULT, Field, read_fields
from onedoor.credit.models import OutsidePlatform, RecordLayout
from onedoor.credit.platforms import CHANNEL_NAMES, SCHEDULE_NAMES
from onedoor.credit.rules import LayoutState
from onedoor.credit.schemas import FieldSchema, LayoutSchema, NewLayoutSchema, PlatformSchema
from onedoor.credit.service.layouts import code_list_text, empty_field, layouts, record_layout
from onedoor.edge.language import in_language
from onedoor.kernel.text.source_strings import N_
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.pieces import Label, NextStep
from tenants import queries as tenants

CONTENT_NAMES = {RESULT: N_("检查结果"), PENALTY: N_("行政处罚")}
KIND_NAMES = dict(zip(KINDS, (N_("文本"), N_("日期"), N_("小数"), N_("统一社会信用代码")), strict=True))
STATES = {"draft": Label(_l("草稿"), "waiting"), "in_use": Label(_l("已启用"), "done")}


@pages.get("/outside", endpoint="outside_platforms")
@operators
def outside_platforms() -> Any:
    """All platforms, and all layouts."""
    return _list(forms.empty())


@pages.route("/outside/new", methods=["GET", "POST"], endpoint="outside_platform_new")
@operators
def outside_platform_new() -> Any:
    """Add a platform."""
    return _platform(None, forms.empty(channel="push", schedule="by_hand", hour=8, patience=60, active=True))


@pages.route("/outside/<code>", methods=["GET", "POST"], endpoint="outside_platform")
@operators
def outside_platform(code: str) -> Any:
    """Change a platform; its code stays."""
    one = platforms.platform(code)
    names = ("title", "place", "channel", "address", "folder", "schedule", "hour", "patience", "active")
    layouts = ("result_layout", "penalty_layout")
    return _platform(one, opened(one, lambda: forms.of(one, *names, *layouts).values))


@pages.post("/layouts", endpoint="outside_layout_new")
@operators
def outside_layout_new() -> Any:
    """Begin a layout."""
    form = forms.read(NewLayoutSchema())
    if form.ok:
        with form.submission():
            made = service.new_layout(**form.data)
            return redirect(url_for("operator.outside_layout", layout_id=made.id), 303)
    return _list(form)


@pages.get("/layouts/<uuid:layout_id>", endpoint="outside_layout")
@operators
def outside_layout(layout_id: UUID) -> Any:
    """A version: its fields, and how it fits what is public now."""
    made = record_layout(layout_id)
    chosen = request.args.get("field", "")
    one = next((field for field in read_fields(made.fields) if field.key == chosen), None)
    return _layout(made, _form_of(one or empty_field(), chosen if one else ""))


@pages.post("/layouts/<uuid:layout_id>", endpoint="outside_layout_save")
@operators
def outside_layout_save(layout_id: UUID) -> Any:
    """Name a draft."""
    form = forms.read(LayoutSchema())
    service.describe_layout(
        layout_id, form.data["title"] if form.ok else "", nested=form.ok and form.data["nested"]
    )
    flash(_("已保存。"), "good")
    return redirect(url_for("operator.outside_layout", layout_id=layout_id), 303)


@pages.post("/layouts/<uuid:layout_id>/fields", endpoint="outside_field_save")
@operators
def outside_field_save(layout_id: UUID) -> Any:
    """Add a field or change one."""
    form = forms.read(FieldSchema())
    if form.ok:
        given = {**form.data}
        with form.submission():
            service.put_field(layout_id, given, given.pop("former"))
            flash(_("已保存字段。"), "good")
            return redirect(url_for("operator.outside_layout", layout_id=layout_id), 303)
    return _layout(record_layout(layout_id), form)


@pages.post("/layouts/<uuid:layout_id>/fields/drop", endpoint="outside_field_drop")
@operators
def outside_field_drop(layout_id: UUID) -> Any:
    """Take a field out."""
    service.drop_field(layout_id, request.form.get("key", ""))
    return redirect(url_for("operator.outside_layout", layout_id=layout_id), 303)


@pages.post("/layouts/<uuid:layout_id>/use", endpoint="outside_layout_use")
@operators
def outside_layout_use(layout_id: UUID) -> Any:
    """Put a draft to use."""
    service.use_layout(layout_id)
    flash(_("已启用。此后生成的记录按这个版本报送，已生成的仍按原来的版本。"), "good")
    return redirect(url_for("operator.outside_layout", layout_id=layout_id), 303)


@pages.post("/layouts/<uuid:layout_id>/next", endpoint="outside_layout_next")
@operators
def outside_layout_next(layout_id: UUID) -> Any:
    """Begin the next version."""
    made = service.next_version(layout_id)
    return redirect(url_for("operator.outside_layout", layout_id=made.id), 303)


@pages.post("/layouts/<uuid:layout_id>/delete", endpoint="outside_layout_delete")
@operators
def outside_layout_delete(layout_id: UUID) -> Any:
    """Throw a draft away."""
    service.delete_draft(layout_id)
    flash(_("已删除草稿。"), "good")
    return redirect(url_for("operator.outside_platforms"), 303)


def _list(form: forms.Form) -> Any:
    return page(
        "operator/outside_platforms.html",
        form.status,
        form=form,
        platforms=platforms.platforms(),
        layouts=layouts(),
        channels=CHANNEL_NAMES,
        schedules=SCHEDULE_NAMES,
        contents=CONTENT_NAMES,
        states=STATES,
        places={one.code: one.name for one in tenants.places()},
        address_of=platforms.address_of,
        next=NextStep(_("新增报送平台"), url_for("operator.outside_platform_new")),
    )


def _platform(one: OutsidePlatform | None, form: forms.Form) -> Any:
    if request.method == "POST":
        form = sent(PlatformSchema(), form, one)
        if form.ok:
            with form.submission():
                service.save_platform(form.data, one.code if one else None)
                flash(_("已保存报送平台。"), "good")
                return redirect(url_for("operator.outside_platforms"), 303)
    return page(
        "operator/outside_platform.html",
        form.status,
        form=form,
        one=one,
        channels=[(key, in_language(name)) for key, name in CHANNEL_NAMES.items()],
        schedules=[(key, in_language(name)) for key, name in SCHEDULE_NAMES.items()],
        places=[("", _("全部辖区")), *((one.code, one.name) for one in tenants.places())],
        families={
            kind: [
                ("", _("不报送")),
                *((family, in_language(title)) for family, title in platforms.families(kind)),
            ]
            for kind in (RESULT, PENALTY)
        },
        by_deployment=one is not None and not one.address and platforms.address_of(one),
    )


def _form_of(one: Field, former: str) -> forms.Form:
    given = {
        name: getattr(one, name)
        for name in ("key", "label", "kind", "longest", "decimals", "required", "fixed")
    }
    return forms.empty(
        **given, source=one.filled_from if former else "", codes=code_list_text(one), former=former
    )


def _layout(made: RecordLayout, form: forms.Form) -> Any:
    draft = made.state == LayoutState.DRAFT
    sources = {key: in_language(name) for key, name in SOURCES[made.kind].items()}
    return page(
        "operator/outside_layout.html",
        form.status,
        made=made,
        fields=read_fields(made.fields),
        form=form,
        naming=forms.of(made, "title", "nested"),
        trial=service.try_layout(made),
        draft=draft,
        states=STATES,
        contents=CONTENT_NAMES,
        kinds=[(key, in_language(name)) for key, name in KIND_NAMES.items()],
        kind_names=KIND_NAMES,
        sources=sources,
        next=NextStep(
            _("启用这个版本"),
            url_for("operator.outside_layout_use", layout_id=made.id),
            "post",
            confirm=_("启用后这个版本不再修改，此后生成的记录按它报送。确定启用吗？"),
        )
        if draft
        else NextStep(_("新建下一版本"), url_for("operator.outside_layout_next", layout_id=made.id), "post"),
    )
