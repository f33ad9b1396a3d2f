"""The shapes of campaigns over the interface: how far one is, how ready, what one's own list comes to."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from onedoor.api.jobs import JobOut
from onedoor.api.lists.paging import ListPage, PageArgs
from onedoor.campaigns.rules import CampaignState, Level, PartyState
from onedoor.campaigns.schemas import MOST, UNITS

LEAST_TEAM, LARGEST_TEAM, LARGEST_CAP, MORE_VISITS = 2, 20, 10_000, 3


class CampaignArgs(PageArgs):
    """Which campaigns: those the bureau leads, or those of others it takes part in; in a state."""

    part = fields.String(load_default=None, validate=validate.OneOf(["lead", "partner"]))
    state = fields.String(load_default=None, validate=validate.OneOf([one.value for one in CampaignState]))


class PartyOut(Schema):
    """A bureau that is invited, and what it said."""

    bureau = fields.String(attribute="bureau.name")
    part = fields.String(attribute="participation.part", validate=validate.OneOf(["lead", "partner"]))
    state = fields.String(validate=validate.OneOf([one.value for one in PartyState]))


class CampaignOut(Schema):
    """A campaign the bureau leads or takes part in; `draw_id` is the draw in force, for `draws/{id}/ceremony`."""

    id = fields.UUID()
    number = fields.String()
    code = fields.String(metadata={"description": "the `line` of its draws"})
    name = fields.String()
    lead = fields.String()
    state = fields.String(validate=validate.OneOf([one.value for one in CampaignState]))
    unit = fields.String(validate=validate.OneOf(UNITS))
    joint = fields.Boolean()
    starts_on = fields.Date()
    ends_on = fields.Date()
    answer_due = fields.Date()
    draw_id = fields.UUID(allow_none=True)
    drawn_at = fields.AwareDateTime(allow_none=True)


class CampaignWithParties(CampaignOut):
    """The same with who takes part."""

    parties = fields.List(fields.Nested(PartyOut))


class CampaignPage(ListPage):
    """A page of campaigns, the newest first."""

    items = fields.List(fields.Nested(CampaignOut))


class ReadinessFindingOut(Schema):
    """What was found: `stop` must be settled before the draw, `warn` asks to look again, `note` is to know."""

    level = fields.String(validate=validate.OneOf([one.value for one in Level]))
    where = fields.String(
        metadata={
            "description": "where it is mended: list, officers, certificates, parties, filing, mode, plan"
        }
    )
    sentence = fields.String()


class StratumOut(Schema):
    """One stratum: its rows, how many may be drawn, how many will be; `shortfall` is what the rate lacked."""

    stratum = fields.String()
    name = fields.String()
    rows = fields.Integer()
    eligible = fields.Integer()
    quota = fields.Integer()
    shortfall = fields.Integer()


class StratumWithReasonsOut(StratumOut):
    """The same with how many are left out, by status (draw.md, "Pool")."""

    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())


class _CountsOut(Schema):
    rows = fields.Integer()
    eligible = fields.Integer()
    quota = fields.Integer()
    inspectors = fields.Integer()
    leaders = fields.Integer()
    slots = fields.Integer(metadata={"description": "places in teams to be filled"})
    capacity = fields.Integer(metadata={"description": "how many the officers can fill at most"})
    unfilled = fields.Integer()
    findings = fields.List(fields.Nested(ReadinessFindingOut))


class ExpectedDoorsOut(Schema):
    """Doors drawn together, and each bureau alone; `exact` where the whole pools were compared."""

    together = fields.Float()
    alone = fields.Float()
    exact = fields.Boolean()


class DoorsOut(Schema):
    """Doors of a joint draw: at least, at most, and as expected, if that can be told (R-J3)."""

    least = fields.Integer()
    most = fields.Integer()
    expected = fields.Nested(ExpectedDoorsOut, allow_none=True)


class PartReadinessOut(_CountsOut):
    """What one bureau's list and roster came to on the day they were looked at."""

    bureau = fields.String()
    checked_at = fields.AwareDateTime()
    strata = fields.List(fields.Nested(StratumOut))


class ReadinessOut(Schema):
    """How ready the draw is, as its lead reads it; nothing stops it where `ready` is true."""

    ready = fields.Boolean()
    only_closed = fields.Boolean(
        metadata={"description": "a list tells risk levels: only a closed draw takes it"}
    )
    findings = fields.List(
        fields.Nested(ReadinessFindingOut), metadata={"description": "of the whole campaign"}
    )
    parties = fields.List(fields.Nested(PartReadinessOut))
    doors = fields.Nested(DoorsOut, allow_none=True)
    jobs = fields.List(
        fields.Nested(JobOut), metadata={"description": "lists being looked at anew, and such as failed"}
    )


class Jobs(Schema):
    """Jobs that were begun, or still wait or run from before: one a bureau."""

    jobs = fields.List(fields.Nested(JobOut))


class RateIn(Schema):
    """A rate: basis points, a number, or all; one of them."""

    bp = fields.Integer(strict=True, validate=validate.Range(0, 10_000))
    number = fields.Integer(strict=True, validate=validate.Range(0, MOST))
    all = fields.Boolean(validate=validate.Equal(True))

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_more: Any) -> None:
        """Raise where none or several are given."""
        if len(data) != 1:
            raise ValidationError("请写明比例、数量、全部中的一种。")


class WhatIfIn(Schema):
    """What is changed of one's own list for a trial; what is left out stays as it is."""

    rates = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 32)),
        values=fields.Nested(RateIn),
        validate=validate.Length(1, 500),
        metadata={"description": "by stratum; `*`: all others"},
    )
    skip_drawn = fields.Boolean(metadata={"description": "leave out what was drawn this year (R-D3)"})
    keeps = fields.Boolean(load_default=True, metadata={"description": "keep in what the answer keeps in"})
    more_visits = fields.Integer(
        load_default=0,
        validate=validate.Range(0, MORE_VISITS),
        metadata={"description": "above the caps (R-P6)"},
    )
    recusals = fields.Boolean(load_default=True)
    team_size = fields.Integer(validate=validate.Range(LEAST_TEAM, LARGEST_TEAM))
    officer_cap = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_CAP))


class TrialOut(_CountsOut):
    """What one's own list comes to by today's library; nothing of it is kept."""

    strata = fields.List(fields.Nested(StratumWithReasonsOut))
    recusals = fields.Integer()
    doors = fields.Nested(DoorsOut, allow_none=True)
    caps = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "visits a year by kind of entity; `*`: any other"},
    )
    leaves_out_drawn = fields.Boolean(
        metadata={"description": "whether what was drawn this year can be left out at all"}
    )
    untold_draws = fields.Integer(
        metadata={"description": "surprise draws of the year that are not counted yet"}
    )


class PartUnitOut(Schema):
    """What a unit says of its part of what the bureau brings."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    state = fields.String(validate=validate.OneOf(["asked", "agreed", "declined"]))
    reason = fields.String()
    item_ids = fields.List(fields.UUID())
    answered_at = fields.AwareDateTime(allow_none=True)
    answered_by = fields.String(allow_none=True)


class UnitList(Schema):
    """The units whose matters the bureau brings, where there are several."""

    items = fields.List(fields.Nested(PartUnitOut))
