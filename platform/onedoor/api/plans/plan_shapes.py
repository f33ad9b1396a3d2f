"""The shapes of plans, lines, filings and caps over the interface."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import ListPage, PageArgs
from onedoor.filing.rules import FilingKind, FilingState
from onedoor.plans.rules.states import METHODS, PlanKind, PlanState
from onedoor.plans.schemas import ByRiskSchema, CapSchema, LineSchema

KINDS = [one.value for one in PlanKind]
STATES = [one.value for one in PlanState]
FILING_KINDS = [one.value for one in FilingKind]
FILING_STATES = [one.value for one in FilingState]
RATES = (
    "stratum, or `*` for all others, to basis points, a number, or all: "
    '`{"*": {"bp": 300}}`, `{"91": {"number": 5}}`, `{"R2": {"all": true}}`'
)

RULES = (
    "where `stratify` is `rules`: ordered, the first that holds gives the rate, the last asks nothing; `when` has kinds, places, "
    "industries, tags, risk, classes (A–D): "
    '`[{"when": {"classes": ["D"]}, "rate": {"all": true}}, {"when": {}, "rate": {"bp": 300}}]`. '
    "`rates` follow from them by stratum: `P300` a share, `FULL` all, `N2` the number of the second rule"
)


class PlanArgs(PageArgs):
    """Which plans are asked for; `scope`: one's own by their newest version, or every bureau's published ones."""

    scope = fields.String(load_default="mine", validate=validate.OneOf(["mine", "published"]))
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(2016, 2099))
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class LineItemOut(Schema):
    """An item of a line, with the bureau that checks it."""

    bureau_id = fields.UUID()
    item_number = fields.String()
    item_name = fields.String()
    basis = fields.String()
    market = fields.Boolean()


class LineOut(Schema):
    """A line of a plan; `done` counts the campaigns held of it by now."""

    id = fields.UUID()
    number = fields.Integer()
    code = fields.String()
    kind = fields.String(validate=validate.OneOf(["random", "daily", "special"]))
    name = fields.String()
    joint = fields.Boolean()
    partner_ids = fields.List(fields.UUID())
    conditions = fields.Dict(keys=fields.String())
    stratify = fields.String(validate=validate.OneOf(["none", "kind", "place", "risk", "class", "rules"]))
    rates = fields.Dict(keys=fields.String(), metadata={"description": RATES})
    rate_rules = fields.List(fields.Dict(), metadata={"description": RULES})
    reserve = fields.Integer()
    starts_on = fields.Date()
    ends_on = fields.Date()
    method = fields.String()
    times_a_year = fields.Integer()
    by_risk = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(ByRiskSchema),
        metadata={
            "description": "times a year and method of a risk level that has its own: `{'R3': {'times': 4}}`"
        },
    )
    person_responsible = fields.String()
    unit_id = fields.UUID(allow_none=True)
    team_size = fields.Integer()
    fill_days = fields.Integer(allow_none=True)
    remark = fields.String()
    done = fields.Integer()
    items = fields.List(fields.Nested(LineItemOut))


class PlanOut(Schema):
    """A version of a plan, as a list has it."""

    id = fields.UUID()
    series_id = fields.UUID()
    tenant_id = fields.UUID(data_key="bureau_id")
    kind = fields.String(validate=validate.OneOf(KINDS))
    year = fields.Integer()
    version = fields.Integer()
    number = fields.String()
    title = fields.String()
    reason = fields.String()
    change_note = fields.String()
    approving_body = fields.String()
    document_number = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    submitted_at = fields.AwareDateTime(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)
    replaced_at = fields.AwareDateTime(allow_none=True)


class PlanPage(ListPage):
    """A page of plans, the newest first."""

    items = fields.List(fields.Nested(PlanOut))


class FilingOut(Schema):
    """A filing and its answer."""

    id = fields.UUID()
    sender_id = fields.UUID()
    receiver_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(FILING_KINDS))
    subject_id = fields.UUID()
    series_id = fields.UUID()
    title = fields.String()
    version = fields.Integer()
    review = fields.Boolean()
    due_on = fields.Date(allow_none=True)
    late = fields.Boolean()
    sent_at = fields.AwareDateTime()
    state = fields.String(validate=validate.OneOf(FILING_STATES))
    reason = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class PlanWithLines(PlanOut):
    """The same with its lines, and the filings of this version."""

    lines = fields.List(fields.Nested(LineOut))
    filings = fields.List(fields.Nested(FilingOut))


class LineIn(LineSchema):
    """A line as it is written; `items` are published items of this bureau and of partners."""

    rates = fields.Dict(
        keys=fields.String(), values=fields.Dict(), load_default=dict, metadata={"description": RATES}
    )
    rate_rules = fields.List(fields.Dict(), load_default=list, metadata={"description": RULES})
    method = fields.String(required=True, validate=validate.OneOf(METHODS))


class PlanDecisionIn(Schema):
    """A word on what was submitted or filed; a return needs its reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "return"]))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class FilingArgs(PageArgs):
    """Which filings are asked for."""

    box = fields.String(load_default="sent", validate=validate.OneOf(["sent", "received"]))
    kind = fields.String(load_default=None, validate=validate.OneOf(FILING_KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(FILING_STATES))
    late = fields.Boolean(load_default=False)


class FilingPage(ListPage):
    """A page of filings, the newest first."""

    items = fields.List(fields.Nested(FilingOut))


class CapArgs(Schema):
    """The year whose caps are asked for."""

    year = fields.Integer(required=True, validate=validate.Range(2016, 2099))


class CapOut(CapSchema):
    """A cap of visits to one kind of entity, of an industry where one is named, from a day on."""

    state = fields.String(validate=validate.OneOf(["submitted", "approved", "returned"]))


class CapsOut(Schema):
    """The caps of a bureau's year."""

    items = fields.List(fields.Nested(CapOut))
