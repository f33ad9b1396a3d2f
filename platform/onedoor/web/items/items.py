"""The item list (事项清单): items as they stand, their versions, and the list's way to the public."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.language import word_list, words_in_language
from onedoor.imports.schemas.texts import ReasonSchema
from onedoor.items import queries as item_queries
from onedoor.items import service
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemListState, ItemMode, ItemState
from onedoor.items.rules.coverage import Covered, covered
from onedoor.items.rules.methods import METHODS
from onedoor.items.rules.object_kinds import DEFAULT_KINDS
from onedoor.items.schemas.items import ItemSchema
from onedoor.items.service.items import end_item, new_number, refuse_outdated, seen_as
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.officers import queries as officer_queries
from onedoor.web.bulk_actions import bulk_of, unit_filter
from onedoor.web.checklist_points import point_text
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import ITEM_STATES, LIST_STATES, LIVES, MODES, OBJECTS, unbroken
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep, label_of
from tenants import queries as tenants
from tenants.rules import Permission


def state_of(item: Item) -> str:
    """The state a page shows: a draft that ends the item says so."""
    return "ending" if item.ending and item.state == ItemState.DRAFT else item.state


COLUMNS = (
    Column("number", _l("编号"), cell=lambda i: unbroken(i.number), sort=Item.number),
    Column(
        "name",
        _l("检查事项"),
        link=lambda i: url_for("registry.item", item_id=i.id),
        sort=Item.sort_key,
        wide=True,
    ),
    Column("kinds", _l("检查对象"), value=lambda i: word_list(OBJECTS[kind] for kind in i.object_kinds)),
    Column("method", _l("检查方式"), value=lambda i: words_in_language(i.method)),
    Column("key", _l("类别"), value=lambda i: _("重点") if i.key else _("一般")),
    Column("mode", _l("实施方式"), value=lambda i: str(MODES[i.mode])),
    Column(
        "state",
        _l("状态"),
        cell=lambda i: ui.status(state_of(i), ITEM_STATES),
        export=lambda i: str(label_of(state_of(i), ITEM_STATES)),
    ),
)
SEARCH = (Item.name, Item.number, Item.basis, officer_queries.initials(Item.sort_key))
SEARCH_LABEL = _l("事项名称、编号、依据或拼音首字母")
YES_NO = (("yes", _l("是")), ("no", _l("否")))
FILTERS = (
    Filter("mode", _l("实施方式"), as_choices(MODES), column=Item.mode),
    Filter("key", _l("重点"), YES_NO, apply=lambda query, value: query.where(Item.key == (value == "yes"))),
    Filter(
        "market",
        _l("市场监管领域"),
        YES_NO,
        apply=lambda query, value: query.where(Item.market == (value == "yes")),
    ),
)


def mine() -> ListPage:
    """The bureau's items as a list."""
    units = {unit.id: unit.name for unit in tenants.units()}
    unit = Column("unit", _l("科室"), value=lambda i: units.get(i.unit_id, ""))
    return ListPage(
        title=_l("检查事项"),
        key=Item.id,
        columns=(*COLUMNS[:-1], unit, COLUMNS[-1]),
        search=SEARCH,
        search_label=SEARCH_LABEL,
        filters=(
            Filter(
                "state",
                _l("状态"),
                (("draft", _l("未公布的修改")), ("published", _l("已公布"))),
                column=Item.state,
            ),
            *FILTERS,
            unit_filter(Item.unit_id),
            Filter(
                "source",
                _l("采用的共享事项"),
                (
                    ("behind", _l("有新版或已退出，待核对")),
                    ("newer", _l("来源有新版")),
                    ("gone", _l("来源已退出清单")),
                ),
                apply=lambda query, value: query.where(item_queries.templates.behind(value)),
            ),
        ),
        order="number",
        empty=_l("按随机抽查事项清单的格式导入表格，或逐项新增。"),
        empty_action=(_l("导入事项清单"), "registry.import_new", {"kind": "items"}),
        bulk=bulk_of("items"),
    )


def _published() -> ListPage:
    names = {bureau.id: bureau.short_name for bureau in tenants.bureaus()}
    bureau = Column("bureau", _l("部门"), value=lambda i: names.get(i.tenant_id, ""))
    choices = Filter("bureau", _l("部门"), lambda: list(names.items()), column=Item.tenant_id)
    return ListPage(
        title=_l("各部门公布的事项"),
        key=Item.id,
        columns=(COLUMNS[0], COLUMNS[1], bureau, *COLUMNS[2:6]),
        search=SEARCH,
        search_label=SEARCH_LABEL,
        filters=(choices, *FILTERS),
        order="number",
        empty=_l("各部门的事项清单公布后会列在这里。"),
    )


@pages.get("/items")
@allow(Permission.BUREAU_READ)
def items() -> Any:
    """This bureau's items as they stand."""
    lists = item_queries.item_lists()
    return mine().respond(
        db.session(),
        item_queries.items(),
        "items/items.html",
        tabs=_tabs(0),
        lists=lists,
        list_states=LIST_STATES,
        coverage=_coverage(),
        unlisted=sum(item.mode == ItemMode.UNLISTED for item in item_queries.my_items()),
        next=_next(),
    )


@pages.get("/items/published", endpoint="items_published")
@allow(Permission.BUREAU_READ)
def published() -> Any:
    """What every bureau published."""
    return _published().respond(db.session(), item_queries.all_published(), "items/items.html", tabs=_tabs(1))


@pages.get("/items/<uuid:item_id>")
@allow(Permission.BUREAU_READ)
def item(item_id: UUID) -> Any:
    """One version of an item, with the others and its trace."""
    return _show(item_queries.item(item_id))


@pages.route("/items/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def item_new() -> Any:
    """Add an item to the next version of the list."""
    body = tenants.my_bureau().name
    form = forms.empty(
        enforcing_body=body, object_kinds=DEFAULT_KINDS, method=METHODS[0], mode="random", frequency=1
    )
    return _edit(form, None)


@pages.route("/items/<uuid:item_id>/edit", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def item_edit(item_id: UUID) -> Any:
    """Change an item; the public list keeps its version until the next is published."""
    found = item_queries.my_item(item_id)
    newest = item_queries.newest(found)
    if request.method == "GET" and newest.id != found.id:
        return redirect(url_for("registry.item_edit", item_id=newest.id))
    values = {name: getattr(found, name) for name in ItemSchema().fields if hasattr(found, name)}
    values["rate"] = f"{found.rate_bp / 100:g}%" if found.rate_bp else ""
    return _edit(forms.empty(**values, seen=seen_as(found)), found)


@pages.post("/items/<uuid:item_id>/end")
@allow(Permission.REGISTRY_WRITE)
def item_end(item_id: UUID) -> Any:
    """Draft that it leaves the list."""
    found, form = item_queries.my_item(item_id), forms.read(ReasonSchema())
    if not form.ok:
        return _show(found, form, 422)
    ending = end_item(found, **form.data)
    flash(_("已拟退出，下一版清单公布后生效。"), "good")
    return redirect(url_for("registry.item", item_id=ending.id), 303)


@pages.post("/items/<uuid:item_id>/discard")
@allow(Permission.REGISTRY_WRITE)
def item_discard(item_id: UUID) -> Any:
    """Throw the unpublished change away."""
    service.discard_draft(item_queries.my_item(item_id))
    flash(_("已放弃未公布的修改。"), "good")
    return redirect(url_for("registry.items"), 303)


def _edit(form: forms.Form, found: Item | None) -> Any:
    if request.method == "POST":
        form = forms.read(ItemSchema())
        if form.ok:
            with form.submission():
                if found:
                    refuse_outdated(found, request.form.get("seen", ""))
                carried = found.qualifications if found else ()
                words = service.known_qualifications(form.data["qualifications"], carried)
                number = found.number if found else new_number()
                saved = service.save_item(number, {**form.data, "qualifications": words})
                return redirect(url_for("registry.item", item_id=saved.id), 303)
    words = item_queries.qualifications.names(found.qualifications if found else ())
    choices = {"kinds": list(OBJECTS.items()), "modes": as_choices(MODES), "methods": METHODS}
    choices["lives"] = list(LIVES.items())
    choices["words"] = [(word, word) for word in words]
    return page("items/item_edit.html", form.status, form=form, item=found, **choices)


def _show(found: Item, form: forms.Form | None = None, status: int = 200) -> Any:
    return page(
        "items/item.html",
        status,
        ended=[under for _item, under in item_queries.laws.flagged([found])],
        item=found,
        state=state_of(found),
        states=ITEM_STATES,
        mine=item_queries.is_mine(found),
        bureau=tenants.bureau(found.tenant_id),
        kinds=word_list(OBJECTS[kind] for kind in found.object_kinds),
        unit=next((unit.name for unit in tenants.units() if unit.id == found.unit_id), ""),
        mode=MODES[found.mode],
        lives=LIVES,
        points=[point_text(point) for point in found.checklist],
        versions=item_queries.versions_of(found),
        **_sharing(found),
        state_of=state_of,
        form=form or forms.empty(),
        steps=trace.of(found.id),
    )


def _sharing(found: Item) -> dict[str, Any]:
    """Whether an item is shared, and where a copy came from: the source's bureau, both versions, the page of it."""
    source = item_queries.templates.source_of(found) if item_queries.is_mine(found) else None
    template = item_queries.templates.template_of(source[1]) if source else None
    gone = item_queries.templates.source_gone(found) if item_queries.is_mine(found) else None
    return {
        "shared": item_queries.templates.template_of(found) if found.state == ItemState.PUBLISHED else None,
        "source": source,
        "gone": gone,
        "gone_bureau": tenants.bureau(gone.tenant_id).name if gone else "",
        "source_bureau": tenants.bureau(source[0].tenant_id).name if source else "",
        "source_url": url_for("registry.item_template", template_id=template.id) if template else None,
    }


def _coverage() -> list[tuple[str, Covered]]:
    """Coverage by domain, for the domains the published list has (R-L3)."""
    labels = {True: _("双随机覆盖率（市场监管领域）"), False: _("双随机覆盖率（其他领域）")}
    found = covered(item_queries.published_items(tenants.my_bureau().id), item_queries.coverage.floors())
    return [(labels[market], one) for market, one in found.items()]


def _next() -> NextStep | None:
    label, latest = _("提交清单审批"), item_queries.latest_list()
    if latest is not None and latest.state == ItemListState.SUBMITTED:
        return NextStep(label, blocked=[_("第 %(version)s 版正在等待负责人审批。", version=latest.version)])
    if not item_queries.has_drafts():
        return None
    return NextStep(
        label,
        url_for("registry.items_submit"),
        "post",
        _("提交后在审批以前不能修改，确定提交吗？"),
        hint=_("审批后向社会公布并报送备案。"),
    )


def _tabs(current: int) -> list[tuple[str, str, bool]]:
    tabs = [(_("本单位"), "registry.items"), (_("各部门已公布"), "registry.items_published")]
    return [(label, url_for(endpoint), place == current) for place, (label, endpoint) in enumerate(tabs)]
