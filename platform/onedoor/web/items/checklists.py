"""The editor of an item's checklist: points, their order, what is asked for when, and how a phone will show them (R-L1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.items import queries, service
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.items.rules.points import MOST_POINTS, Point, checked_points
from onedoor.items.service.items import refuse_outdated, seen_as
from onedoor.kernel.errors import Conflict
from onedoor.web.checklist_points import ANSWERS, POINT_KINDS, asked_when, within
from onedoor.web.items import points as editing
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from tenants.rules import Permission


@pages.route("/items/<uuid:item_id>/checklist", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def item_checklist(item_id: UUID) -> Any:
    """Edit the points. Whatever a button does is done here, so that no script is needed; only saving keeps it."""
    found = queries.my_item(item_id)
    if found.ending or found.state not in (ItemState.DRAFT, ItemState.PUBLISHED):
        raise Conflict("这一版事项不能修改检查要点，请打开现行的一版。")
    if request.method == "GET":
        newest = queries.newest(found)
        if newest.id != found.id:
            return redirect(url_for("registry.item_checklist", item_id=newest.id))
        return _show(found, found.checklist, _form(found.checklist, seen_as(found)))
    seen = request.form.get("seen", "")
    points, do = editing.read(request.form), request.form.get("do", "save")
    if do != "save":
        points, focus = editing.moved(points, do)
        return _show(found, points, _form(points, seen), focus=focus)
    form = _form(points, seen)
    with form.submission():
        refuse_outdated(found, seen)
        saved = service.save_item(found.number, {"checklist": checked_points(points)})
        flash(_("检查要点已保存，清单公布后用于检查。"), "good")
        return redirect(url_for("registry.item", item_id=saved.id), 303)
    return _show(found, points, form, 422)


def _form(points: list[Point], seen: str) -> forms.Form:
    return forms.empty(**editing.fields_of(points), seen=seen)


def _show(found: Item, points: list[Point], form: forms.Form, status: int = 200, focus: str = "") -> Any:
    return page(
        "items/checklist.html",
        status,
        item=found,
        points=points,
        form=form,
        focus=focus,
        most=MOST_POINTS,
        kinds=list(POINT_KINDS.items()),
        answers=list(ANSWERS.items()),
        option_places=editing.option_places,
        preview=[point for point in points if point.get("point")],
        asked_when=asked_when,
        within=within,
    )
