"""Tags (标签): the bureau's vocabulary, and giving its words to entities and targets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.entities.schemas.premises import TagSchema, TagsSchema
from onedoor.kernel.errors import ClerkError
from onedoor.targets import queries as target_queries
from onedoor.targets import service
from onedoor.targets.service.tags import set_tag_active
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.targets.targets import tabs
from tenants.rules import Permission


@pages.get("/targets/tags")
@allow(Permission.BUREAU_READ)
def target_tags() -> Any:
    """The vocabulary, with how many carry each word."""
    return _vocabulary(forms.empty())


@pages.post("/targets/tags/new")
@allow(Permission.REGISTRY_WRITE)
def target_tag_new() -> Any:
    """Add a word to it."""
    form = forms.read(TagSchema())
    if form.ok:
        with form.submission():
            service.add_tag(**form.data)
            flash(_("标签已添加。"), "good")
            return redirect(url_for("registry.target_tags"), 303)
    return _vocabulary(form)


@pages.post("/targets/tags/<uuid:tag_id>")
@allow(Permission.REGISTRY_WRITE)
def target_tag(tag_id: UUID) -> Any:
    """Give a word no more, or again."""
    tag = target_queries.tag(tag_id)
    set_tag_active(tag, not tag.active)
    flash(_("标签已启用。") if tag.active else _("标签已停用；已带有它的对象不变。"), "good")
    return redirect(url_for("registry.target_tags"), 303)


@pages.post("/entities/<uuid:entity_id>/tags")
@allow(Permission.REGISTRY_WRITE)
def entity_tags(entity_id: UUID) -> Any:
    """Which of the bureau's tags an entity carries."""
    found, form = entity_queries.entity(entity_id), forms.read(TagsSchema())
    if not form.ok:
        raise ClerkError("请从所列标签中选择。")
    service.set_tags(found, form.data["tags"])
    flash(_("标签已更新。"), "good")
    return redirect(url_for("registry.entity", entity_id=entity_id), 303)


def _vocabulary(form: forms.Form) -> Any:
    return page(
        "targets/tags.html",
        form.status,
        form=form,
        tags=target_queries.my_tags(active=False),
        counts=target_queries.tag_counts(),
        may_share=bool(entity_queries.my_entity_kinds()),
        tabs=tabs(4),
    )
