"""A unit's answer for its own part of what the bureau brings (R-J2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Campaign, PartyUnit
from onedoor.campaigns.schemas import UnitAnswerSchema
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.officers import queries as officer_queries
from onedoor.web.campaigns.actions import back
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants.rules import Permission


@pages.route("/<uuid:campaign_id>/units/<uuid:unit_id>", methods=["GET", "POST"])
@allow(Permission.CAMPAIGN_ANSWER)
def unit_answer(campaign_id: UUID, unit_id: UUID) -> Any:
    """The unit's matters and officers, and whether it takes part; refused, the form keeps what was chosen."""
    campaign = queries.campaign(campaign_id)
    row = next((one for one in queries.my_units(campaign_id) if one.unit_id == unit_id), None)
    if row is None:
        raise NotFound("这个科室在本部门的部分里没有事项。")
    items, officers = _parts(campaign, row)
    form = forms.empty(
        decision="agree",
        item_ids=[one for one, _name in items],
        inspector_ids=[one for one, _name in officers],
    )
    if request.method == "POST":
        form = forms.read(UnitAnswerSchema())
        if form.ok and (done := _answered(campaign, row, form)) is not None:
            return done
    shown = {"campaign": campaign, "row": row, "items": items, "officers": officers}
    return page("campaigns/unit.html", form.status, form=form, **shown)


def _answered(campaign: Campaign, row: PartyUnit, form: Form) -> Any:
    given = dict(form.data)
    agreed = given.pop("decision") == "agree"
    with form.submission():
        service.answer_for_unit(campaign.id, row.unit_id, service.UnitPart(agreed, **given))
        text = (
            _("“%(unit)s”已答复参加。", unit=row.unit_name)
            if agreed
            else _("“%(unit)s”已答复不参加。", unit=row.unit_name)
        )
        return back(campaign.id, text)
    return None


def _parts(campaign: Campaign, row: PartyUnit) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What of the bureau's part belongs to the unit: its matters, its officers."""
    own = {one.id for one in officer_queries.my_inspectors() if one.unit_id == row.unit_id}
    return (
        [
            (str(one.item_id), f"{one.number} {one.name}")
            for one in queries.my_items(campaign.id)
            if one.unit_id == row.unit_id
        ],
        [
            (str(one.inspector_id), one.name)
            for one in queries.party_inspectors(campaign.id, current_user.tenant_id)
            if one.inspector_id in own
        ],
    )
