"""Beginning a draw otherwise than usual: another hash, or a public source it waits for (draw.md, "Plan")."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from onedoor.campaigns import queries, schemas, service
from onedoor.draws import queries as draws
from onedoor.draws.rules.beacons import LOTTERIES
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.strata import stratum_names
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.web.campaigns import labels
from onedoor.web.campaigns.actions import back
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.shell import forms, page
from tenants import settings
from tenants.rules import Permission


@pages.route("/<uuid:campaign_id>/draw-mode", methods=["GET", "POST"])
@allow(Permission.DRAW_OPERATE)
def draw_mode(campaign_id: UUID) -> Any:
    """Choose how the draw is drawn, and begin it."""
    campaign = queries.campaign(campaign_id)
    if campaign.tenant_id != current_user.tenant_id:
        raise NotFound()
    ready = service.readiness(campaign_id)
    form = forms.empty(**{**labels.USUAL_MODE, **_default_source()}, closed="1" if ready.private else "")
    if request.method == "POST":
        form = forms.read(schemas.ModeSchema())
        if form.ok:
            try:
                service.begin_draw(campaign_id, schemas.mode_of(form.data), form.data["also_commit"])
                return back(campaign_id, _("抽取已开始，正在冻结各部门的名单。"))
            except ClerkError as error:
                form.refuse(stratum_names(error))
    holders = [(each.id, each.name) for each in service.may_hold(campaign_id)]
    return page(
        "campaigns/mode.html",
        form.status,
        campaign=campaign,
        form=form,
        words=labels,
        holders=holders,
        owing=draws.owing(),
        committing=[(each.id, each.name) for each in service.may_commit()],
        private=ready.private,
    )


def _default_source() -> dict[str, Any]:
    """The public source this place chose as its default, as the form's fields; round and time go by the day."""
    chosen = settings.value("draw.default_source")
    if not chosen:
        return {}
    name, size, digits = LOTTERIES[chosen[0]]
    return {"beacon": "numbers", "beacon_name": name, "beacon_size": size, "beacon_digits": digits}
