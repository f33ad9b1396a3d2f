"""Typing in what the beacon said, from its source: the lead and the supervisor, and whoever else reads it (draw.md, "Plan")."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from onedoor.draws import queries, service
from onedoor.draws.schemas import BeaconSchema
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.web.draws import labels
from onedoor.web.draws.actions import back
from onedoor.web.draws.blueprint import committers, pages
from onedoor.web.shell import forms, page


@pages.route("/draws/<uuid:draw_id>/beacon", methods=["GET", "POST"])
@committers
def beacon(draw_id: UUID) -> Any:
    """Enter what this bureau read; what another entered is not shown, so that each reads the source itself."""
    found = queries.draw(draw_id)
    board = queries.board(draw_id)
    if board["beacon"] is None:
        raise NotFound(_("这次抽取没有约定公共随机数。"))
    form = forms.empty(spoke="yes")
    if request.method == "POST":
        form = forms.read(BeaconSchema())
        if form.ok:
            with form.submission():
                spoke = form.data["spoke"] == "yes"
                service.read_beacon(draw_id, form.data["value"] if spoke else None, form.data["source"])
                return back(draw_id, _told(draw_id))
    status = form.status
    return page(
        "draws/beacon.html",
        status,
        draw=found,
        board=board,
        leads=found.tenant_id == current_user.tenant_id,
        form=form,
        words=labels.vocabulary(),
    )


def _told(draw_id: UUID) -> str:
    board = queries.board(draw_id)
    beacon = board["beacon"]
    if board["state"] == "drawn":
        return _("已录入，会在公示页注明。抽取的结果不变。")
    if beacon["value"] is not None:
        return _("牵头部门和监督部门的读数一致，正在抽取。")
    if beacon["silent"]:
        return _("牵头部门和监督部门都查明来源没有公布，可以作废后另行抽取。")
    if len({each["bureau"] for each in board["readings"]}) > 1:
        return _("已录入。牵头部门和监督部门的读数还不一致，或者其中一方还没有录入，请各自从来源核对录入。")
    return _("已录入，等牵头部门和监督部门都从来源核对录入。")
