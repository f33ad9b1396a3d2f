"""The shapes of supervision over the interface."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import ListPage, PageArgs
from onedoor.supervision.rules import Audience, DutyState, OrderKind, OrderState, TaskState

SIDES = ["sent", "received"]


class SideArgs(PageArgs):
    """Those this bureau sent, or those it received."""

    of = fields.String(
        load_default="received",
        validate=validate.OneOf(SIDES),
        metadata={"description": "`sent`: as the supervisor; `received`: as the bureau concerned"},
    )


class OrderArgs(SideArgs):
    """Which orders are asked for."""

    state = fields.String(
        load_default=None, validate=validate.OneOf([*(one.value for one in OrderState), "overdue"])
    )


class AttachedOut(Schema):
    """A record as it was named when it was attached."""

    kind = fields.String()
    id = fields.String()
    name = fields.String()


class CauseIn(Schema):
    """The cell of the overview whose records go with it."""

    kind = fields.String(required=True, metadata={"description": "as in the overview: `results`"})
    state = fields.String(required=True, metadata={"description": "as in the overview: `report_overdue`"})
    year = fields.Integer(required=True, validate=validate.Range(2000, 2100))


class OrderPaperOut(Schema):
    """A file of an answer."""

    id = fields.UUID()
    name = fields.String()
    size = fields.Integer()
    digest = fields.String()


class OrderAnswerOut(Schema):
    """What was done about it."""

    text = fields.String()
    answered_at = fields.AwareDateTime()
    answerer_name = fields.String()
    papers = fields.List(fields.Nested(OrderPaperOut))


class OversightOrderOut(Schema):
    """A reminder or an order with where it stands."""

    id = fields.UUID()
    tenant_id = fields.UUID(metadata={"description": "the supervising bureau"})
    receiver_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf([one.value for one in OrderKind]))
    number = fields.String()
    title = fields.String()
    demand = fields.String()
    due_on = fields.Date(allow_none=True)
    sent_at = fields.AwareDateTime()
    state = fields.String(validate=validate.OneOf([one.value for one in OrderState]))
    overdue = fields.Boolean()
    records = fields.List(fields.Nested(AttachedOut))
    answers = fields.List(fields.Nested(OrderAnswerOut))
    asked_again_reason = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    ended_note = fields.String(allow_none=True)


class OversightOrderPage(ListPage):
    """Some orders, the newest first."""

    items = fields.List(fields.Nested(OversightOrderOut))


class CircularOut(Schema):
    """A circular; the records behind it go to its sender alone."""

    id = fields.UUID()
    tenant_id = fields.UUID()
    receiver_ids = fields.List(fields.UUID())
    number = fields.String()
    title = fields.String()
    text = fields.String()
    published = fields.Boolean()
    sent_at = fields.AwareDateTime()


class CircularPage(ListPage):
    """Some circulars, the newest first."""

    items = fields.List(fields.Nested(CircularOut))


class AlertArgs(SideArgs):
    """Which alerts are asked for."""

    state = fields.String(load_default=None, validate=validate.OneOf(["standing", "mended"]))


class AlertOut(Schema):
    """A record that a rule alerts, until it is mended."""

    id = fields.UUID()
    tenant_id = fields.UUID()
    bureau_id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    year = fields.Integer()
    record_id = fields.UUID()
    name = fields.String()
    audience = fields.String(validate=validate.OneOf([one.value for one in Audience]))
    seen_at = fields.AwareDateTime()
    raised_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class AlertPage(ListPage):
    """Some alerts, the newest first."""

    items = fields.List(fields.Nested(AlertOut))


class AlertRuleOut(Schema):
    """A rule: a cell, days in it, whom it is told."""

    id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    days = fields.Integer()
    audience = fields.String(validate=validate.OneOf([one.value for one in Audience]))
    made_by = fields.String()
    made_at = fields.AwareDateTime()


class AlertRules(Schema):
    """The rules in force."""

    items = fields.List(fields.Nested(AlertRuleOut))


class DeductionOut(Schema):
    """A line of an assessment."""

    kind = fields.String()
    state = fields.String()
    points = fields.String()
    most = fields.String(allow_none=True)


class AssessmentOut(Schema):
    """A version of a year's deductions."""

    id = fields.UUID()
    year = fields.Integer()
    version = fields.Integer()
    full = fields.Decimal(as_string=True)
    deductions = fields.List(fields.Nested(DeductionOut))
    reason = fields.String()
    made_at = fields.AwareDateTime()
    announced_at = fields.AwareDateTime(allow_none=True)
    objections_until = fields.Date(allow_none=True)
    final_at = fields.AwareDateTime(allow_none=True)


class AssessmentPage(ListPage):
    """Some assessments, the newest first."""

    items = fields.List(fields.Nested(AssessmentOut))


class ScoreLineOut(Schema):
    """What a deduction cost, and the records that cost it."""

    key = fields.String()
    cost = fields.String()
    records = fields.List(fields.Nested(AttachedOut))


class ScoreOut(Schema):
    """A bureau's score with what cost it."""

    id = fields.UUID()
    assessment_id = fields.UUID()
    bureau_id = fields.UUID()
    bureau_name = fields.String()
    score = fields.Decimal(as_string=True)
    final = fields.Decimal(as_string=True)
    adjusted_reason = fields.String(allow_none=True)
    objection = fields.Pluck("ObjectionOut", "text", allow_none=True)
    lines = fields.List(fields.Nested(ScoreLineOut))


class ObjectionOut(Schema):
    """What a bureau said against its score."""

    text = fields.String()


class AssessedOut(AssessmentOut):
    """An assessment with its scores, the best first."""

    scores = fields.List(fields.Nested(ScoreOut))


class ScorePage(ListPage):
    """Some scores, the newest first."""

    items = fields.List(fields.Nested(ScoreOut))


class TriedLineOut(Schema):
    """How many records a deduction would count, and what they would cost."""

    key = fields.String()
    records = fields.Integer()
    cost = fields.Decimal(as_string=True)


class TriedOut(Schema):
    """What a set of deductions would give a bureau now."""

    bureau_id = fields.UUID()
    bureau_name = fields.String()
    score = fields.Decimal(as_string=True)
    lines = fields.List(fields.Nested(TriedLineOut))


class AssessmentTrialOut(Schema):
    """Of every supervised bureau, the best first."""

    items = fields.List(fields.Nested(TriedOut))


class DutyCellOut(Schema):
    """A cell of the overview; `kind` and `opens` name its records."""

    duty = fields.String()
    kind = fields.String()
    opens = fields.String()
    state = fields.String(validate=validate.OneOf([one.value for one in DutyState]))
    number = fields.Integer()
    total = fields.Integer()


class BureauDutiesOut(Schema):
    """A bureau's row of the overview."""

    code = fields.String()
    name = fields.String()
    works = fields.Boolean(metadata={"description": "whether it left anything on the platform in the year"})
    duties = fields.List(fields.Nested(DutyCellOut))


class ScanShareOut(Schema):
    """How often a bureau's officers entered, after a scan, and after one from their own address."""

    code = fields.String(attribute="bureau_code")
    name = fields.String(attribute="bureau_name")
    entered = fields.Integer(metadata={"description": "entries of the year"})
    scanned = fields.Integer(metadata={"description": "of them after a scan"})
    same_address = fields.Integer(
        metadata={"description": "of these from the address that entered the number"}
    )


class OverviewOut(Schema):
    """The supervised bureaus by their duties, and how their officers came in."""

    year = fields.Integer()
    items = fields.List(fields.Nested(BureauDutiesOut))
    scans = fields.List(fields.Nested(ScanShareOut))


class OverviewArgs(Schema):
    """Of which year."""

    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2100))


class InspectionFindingOut(Schema):
    """What one of those who inspect found."""

    id = fields.UUID()
    tenant_id = fields.UUID()
    bureau_id = fields.UUID()
    found_on = fields.Date()
    text = fields.String()
    demand = fields.String()
    order_number = fields.String(allow_none=True)


class InspectionOut(Schema):
    """A joint inspection."""

    id = fields.UUID()
    tenant_id = fields.UUID()
    number = fields.String()
    title = fields.String()
    scope = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    partner_ids = fields.List(fields.UUID())
    bureau_ids = fields.List(fields.UUID())
    conclusion = fields.String(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)


class InspectionPage(ListPage):
    """Some joint inspections, the newest first."""

    items = fields.List(fields.Nested(InspectionOut))


class InspectedOut(InspectionOut):
    """A joint inspection with what this bureau may read of its findings."""

    findings = fields.List(fields.Nested(InspectionFindingOut))


class TaskOut(Schema):
    """A line of the bureau's timetable."""

    id = fields.UUID()
    title = fields.String()
    detail = fields.String()
    starts_on = fields.Date(allow_none=True)
    due_on = fields.Date()
    person_id = fields.UUID()
    person_name = fields.String()
    line_id = fields.UUID(allow_none=True)
    state = fields.String(validate=validate.OneOf([one.value for one in TaskState]))
    note = fields.String(allow_none=True)


class TaskArgs(PageArgs):
    """Which tasks are asked for."""

    state = fields.String(load_default=None, validate=validate.OneOf([one.value for one in TaskState]))


class TaskPage(ListPage):
    """Some tasks, the newest first."""

    items = fields.List(fields.Nested(TaskOut))
