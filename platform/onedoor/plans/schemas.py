"""The shapes in which plans and lines come in from a form or an interface."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from onedoor.kernel.clock import today
from onedoor.plans.rules.states import METHODS, WITH_REASON, PlanKind
from onedoor.targets.rules.codes import RISK_NAMES


class PlanSchema(Schema):
    """A new plan."""

    year = fields.Integer(required=True, validate=validate.Range(min=2016, max=2099))
    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in PlanKind]))
    title = fields.String(load_default="", validate=validate.Length(max=80))
    reason = fields.String(load_default="", validate=validate.Length(max=500))

    @validates_schema
    def _reason_where_needed(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["kind"] in WITH_REASON and not data["reason"].strip():
            raise ValidationError("专项计划和增补计划请写明依据或理由。", "reason")

    @validates_schema
    def _no_past_year(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["year"] < today().year:
            raise ValidationError("以往年度的计划不能再起草，请填写今年或以后的年度。", "year")


class NewPlanSchema(PlanSchema):
    """The same as a person fills it in, who is asked whether a second plan of a kind and year is meant."""

    again = fields.Boolean(load_default=False)


class ApprovalDocumentSchema(Schema):
    """Who approved a special plan, and the number of the document (R-P7)."""

    approving_body = fields.String(required=True, validate=validate.Length(min=1, max=100))
    document_number = fields.String(required=True, validate=validate.Length(min=1, max=100))


class HeadSchema(Schema):
    """The head of a plan that is with its planner."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=80))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    change_note = fields.String(load_default="", validate=validate.Length(max=500))


class ChangeSchema(Schema):
    """A new version of a published plan (R-P4)."""

    change_note = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ByRiskSchema(Schema):
    """What a risk level has of its own."""

    times = fields.Integer(required=True, validate=validate.Range(min=1, max=12))
    method = fields.String(load_default="", validate=validate.OneOf(["", *METHODS]))


class LineSchema(Schema):
    """A line, without its rates, which come as rows of their own."""

    kind = fields.String(load_default="random", validate=validate.OneOf(["random", "daily", "special"]))
    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
    items = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, error="请至少选择一个检查事项。")
    )
    places = fields.List(fields.String())
    kinds = fields.List(fields.String())
    scope = fields.String(load_default="", validate=validate.Length(max=500))
    name_contains = fields.String(load_default="", validate=validate.Length(max=200))
    stratify = fields.String(
        required=True, validate=validate.OneOf(["none", "kind", "place", "risk", "class", "rules"])
    )
    reserve = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1000))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    times_a_year = fields.Integer(load_default=1, validate=validate.Range(min=1, max=12))
    by_risk = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(RISK_NAMES))),
        values=fields.Nested(ByRiskSchema),
        load_default=dict,
    )
    person_responsible = fields.String(required=True, validate=validate.Length(min=1, max=40))
    unit_id = fields.UUID(load_default=None, allow_none=True)
    team_size = fields.Integer(load_default=2, validate=validate.Range(min=2, max=10))
    fill_days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=60))
    remark = fields.String(load_default="", validate=validate.Length(max=500))

    @validates_schema
    def _ends_after_it_starts(self, data: Mapping[str, Any], **_: Any) -> None:
        start, end = data.get("starts_on"), data.get("ends_on")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            raise ValidationError("结束日期不能早于开始日期。", "ends_on")


class CapSchema(Schema):
    """A cap of visits (R-P6)."""

    year = fields.Integer(required=True, validate=validate.Range(min=2016, max=2099))
    entity_kind = fields.String(required=True, validate=validate.Length(min=1, max=2))
    visits = fields.Integer(required=True, validate=validate.Range(min=0, max=365))
    basis = fields.String(required=True, validate=validate.Length(min=1, max=200))
    industry = fields.String(load_default="", validate=validate.Length(max=100))
    since = fields.Date(load_default=None, allow_none=True)
