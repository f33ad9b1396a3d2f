"""Shared items (共享事项): what bureaus offer to others, adopting one, and what its source has changed since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.language import word_list
from onedoor.items import queries as item_queries
from onedoor.items import service
from onedoor.items.models import Item, ItemTemplate
from onedoor.items.rules.item_rows import facts_of
from onedoor.items.rules.templates import taken_from
from onedoor.items.schemas.templates import AdoptSchema, ShareSchema
from onedoor.items.service.templates import follow_source
from onedoor.kernel.db import db
from onedoor.officers import queries as officer_queries
from onedoor.web.checklist_points import point_text
from onedoor.web.items import text_diff
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import OBJECTS
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import NextStep
from tenants import queries as tenants
from tenants.rules import Permission


def _listing() -> ListPage:
    names = {bureau.id: bureau.short_name for bureau in tenants.bureaus()}
    adopted = item_queries.templates.adopted()
    return ListPage(
        title=_l("共享事项"),
        key=ItemTemplate.id,
        columns=(
            Column(
                "name",
                _l("检查事项"),
                value=lambda row: row.Item.name,
                link=lambda row: url_for("registry.item_template", template_id=row.ItemTemplate.id),
                sort=Item.sort_key,
                wide=True,
            ),
            Column("bureau", _l("共享部门"), value=lambda row: names.get(row.Item.tenant_id, "")),
            Column("basis", _l("检查依据"), value=lambda row: row.Item.basis),
            Column("version", _l("版本"), kind="number", value=lambda row: row.Item.version),
            Column("since", _l("共享时间"), kind="date", value=lambda row: row.ItemTemplate.shared_at),
            Column("state", _l("本单位"), value=lambda row: _standing(row.Item, adopted)),
        ),
        search=(Item.name, Item.basis, officer_queries.initials(Item.sort_key)),
        search_label=_l("事项名称、依据或拼音首字母"),
        filters=(Filter("bureau", _l("共享部门"), lambda: list(names.items()), column=Item.tenant_id),),
        order="name",
        empty=_l("牵头部门在已公布的事项页面设为共享后，列在这里供其他部门采用。"),
        row_key=lambda row: row.ItemTemplate.id,
    )


def _standing(item: Item, adopted: dict[UUID, UUID]) -> str:
    if item.tenant_id == tenants.my_bureau().id:
        return _("本单位共享的")
    if item.id in adopted:
        return _("已采用")
    return _("已采用，来源有新版") if item_queries.templates.copy_of(item) is not None else _("未采用")


@pages.get("/templates", endpoint="item_templates")
@allow(Permission.BUREAU_READ)
def shared() -> Any:
    """What every bureau shares."""
    return _listing().respond(db.session(), item_queries.templates.shared_items(), "items/templates.html")


@pages.get("/templates/<uuid:template_id>")
@allow(Permission.BUREAU_READ)
def item_template(template_id: UUID) -> Any:
    """One shared item, beside this bureau's own copy of it if there is one."""
    return _show(template_id, forms.empty())


def _show(template_id: UUID, form: forms.Form) -> Any:
    template, source = item_queries.templates.item_template(template_id)
    mine = item_queries.templates.copy_of(source)
    found = item_queries.templates.source_of(mine) if mine else None
    newer = found is not None and found[0].id != found[1].id
    return page(
        "items/template.html",
        form.status,
        form=form,
        template=template,
        source=source,
        bureau=tenants.bureau(source.tenant_id),
        own=source.tenant_id == tenants.my_bureau().id,
        mine=mine,
        former=found[0] if found else None,
        newer=newer,
        points=[point_text(point) for point in source.checklist],
        kinds=word_list(OBJECTS[kind] for kind in source.object_kinds),
        changes=_beside(*found) if found and newer else [],
        extended=_beside(found[0], mine) if found and mine else [],
        next=_next(template, newer, mine),
    )


@pages.post("/templates/<uuid:template_id>/adopt")
@allow(Permission.REGISTRY_WRITE)
def item_template_adopt(template_id: UUID) -> Any:
    """Make it an item of one's own, as a draft."""
    source, form = item_queries.templates.item_template(template_id)[1], forms.read(AdoptSchema())
    if not form.ok:
        return _show(template_id, form)
    made = service.adopt(source)
    flash(_("已采用，现在是本单位未公布的事项，可以补充修改。"), "good")
    return redirect(url_for("registry.item", item_id=made.id), 303)


@pages.post("/templates/<uuid:template_id>/follow")
@allow(Permission.REGISTRY_WRITE)
def item_template_follow(template_id: UUID) -> Any:
    """Bring one's copy up to the newest version."""
    made = follow_source(item_queries.templates.item_template(template_id)[1])
    flash(_("已按来源的新版修改；本单位自己改过的内容和补充的要点没有动。"), "good")
    return redirect(url_for("registry.item", item_id=made.id), 303)


@pages.post("/items/<uuid:item_id>/share")
@allow(Permission.CAMPAIGN_LEAD)
def item_share(item_id: UUID) -> Any:
    """Offer a published item to other bureaus."""
    form = forms.read(ShareSchema())
    service.share_item(item_queries.my_item(item_id), form.data.get("note", ""))
    flash(_("已设为共享事项，其他部门可以采用。"), "good")
    return redirect(url_for("registry.item", item_id=item_id), 303)


@pages.post("/items/<uuid:item_id>/unshare")
@allow(Permission.CAMPAIGN_LEAD)
def item_unshare(item_id: UUID) -> Any:
    """Offer it no longer."""
    service.stop_sharing(item_queries.my_item(item_id))
    flash(_("已停止共享；已经采用的部门不受影响。"), "good")
    return redirect(url_for("registry.item", item_id=item_id), 303)


def _beside(before: Item, after: Item) -> list[text_diff.Row]:
    """The shared fields in two versions, those that differ."""
    return text_diff.of_facts(*(taken_from(facts_of(one)) for one in (before, after)))


def _next(template: ItemTemplate, newer: bool, mine: Item | None) -> NextStep | None:
    if not newer:
        return None
    label = _("按新版修改本单位的事项")
    if mine is not None and mine.ending:
        return NextStep(label, blocked=[_("本单位的这个事项已拟退出清单；要继续检查，请先放弃退出。")])
    url = url_for("registry.item_template_follow", template_id=template.id)
    return NextStep(label, url, "post", hint=_("本单位改过的内容不动。"))
