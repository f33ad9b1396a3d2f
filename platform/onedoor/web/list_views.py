"""What people keep of their lists: views by name, columns (pages.md, "List")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Flask, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from onedoor.edge.guard import signed_in
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import DbRole, current_scope, in_scope
from onedoor.web.shell.lists import asked_of
from onedoor.web.shell.lists.row_selection import LONGEST_VALUE
from onedoor.web.shell.lists.saved_views import Memory, SavedView, install
from tenants import list_views

pages = Blueprint("lists", __name__, url_prefix="/lists")
pages.record_once(lambda state: install(cast(Flask, state.app), remembered))
MOST_COLUMNS = 60


def remembered(name: str) -> Memory | None:
    """What is kept of the list `name` for whoever reads it; None for who is nobody in a bureau.

    A supervisor's and the operator's is kept where everybody's is, in their own bureau, whose scope is entered for it.
    """
    here = current_scope()
    if here.role is DbRole.BUREAU or here.tenant_id is None:
        return _kept(name)
    with in_scope(replace(here, role=DbRole.BUREAU)):
        memory = _kept(name)
        db.session.commit()
        return memory


def _kept(name: str) -> Memory | None:
    if not list_views.remembers():
        return None
    views = [
        SavedView(
            one.id, one.name, one.state, one.shared, "" if list_views.is_mine(one) else one.account_name
        )
        for one in list_views.views(name)
    ]
    return Memory(name, list_views.hidden_columns(name), views)


@pages.post("/views")
@signed_in
def save() -> Any:
    """Keep what the list shows under a name."""
    name, asked = request.form.get("list", ""), asked_of(request.form)
    place = _place(name)
    try:
        view = list_views.save_view(
            name, request.form.get("name", ""), asked, shared=request.form.get("shared") == "yes"
        )
    except ClerkError as error:
        flash(str(error), "bad")
    else:
        flash(_("已保存视图“%(name)s”。", name=view.name), "good")
    return redirect(_address(place, asked), 303)


@pages.post("/views/<uuid:view_id>/delete")
@signed_in
def delete(view_id: UUID) -> Any:
    """Take a view of one's own away."""
    view = list_views.delete_view(view_id)
    place = _place(view.list_name)
    flash(_("已删除视图“%(name)s”。", name=view.name), "good")
    return redirect(place, 303)


@pages.post("/columns")
@signed_in
def columns() -> Any:
    """Remember which columns the reader wants to see."""
    name, asked = request.form.get("list", ""), asked_of(request.form)
    place = _place(name)
    shown = set(request.form.getlist("shown"))
    hidden = [key for key in request.form.getlist("column")[:MOST_COLUMNS] if key not in shown]
    list_views.hide_columns(name, [key[:LONGEST_VALUE].replace("\x00", "") for key in hidden])
    return redirect(_address(place, asked), 303)


def _place(name: str) -> str:
    """The address of a list by its name: that of a page without arguments, or the one of its pages that it was asked from."""
    asked = request.form.get("place", "")
    if asked and not name.startswith("lists."):
        try:
            endpoint, given = cast(MapAdapter, current_app.create_url_adapter(request)).match(asked, "GET")
        except HTTPException as error:
            raise NotFound("没有这个列表。") from error
        if endpoint == name:
            return url_for(name, **given)
    rules = [one for one in current_app.url_map.iter_rules() if one.endpoint == name]
    if name.startswith("lists.") or not any(
        not one.arguments and "GET" in (one.methods or ()) for one in rules
    ):
        raise NotFound("没有这个列表。")
    return url_for(name)


def _address(place: str, asked: dict[str, str]) -> str:
    return f"{place}?{urlencode(asked)}" if asked else place
