"""Shapes of officers, duties and trainings by hand (R-L7, R-L13)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from onedoor.imports.rules.rows import split_list
from onedoor.imports.schemas import texts
from onedoor.imports.schemas.texts import ReasonSchema, checked
from onedoor.imports.schemas.texts import text as _text
from onedoor.kernel.codes import read_identity_number
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.duties import DutyRole


class RevealSchema(Schema):
    """Why a number is to be seen in full, and which (R-T7)."""

    what = fields.String(load_default="phone", validate=validate.OneOf(["identity_number", "phone"]))
    why = fields.String(required=True, validate=validate.Length(2, 500))


class NumberSchema(Schema):
    """A number whose owner is looked for."""

    number = _text(40, required=True)


class InspectorSchema(Schema):
    """An officer by hand (R-L7)."""

    name = texts.person(60)
    sex = fields.String(load_default="", validate=validate.OneOf(["", "男", "女"]))
    body = _text(200, required=True)
    unit_id = fields.UUID(load_default=None, allow_none=True)
    post = _text(100)
    certificate_number = texts.mark(60)
    certificate_expires_on = fields.Date(load_default=None, allow_none=True)
    kinds = _text(200)
    area = _text(200)
    qualifications = fields.List(fields.String(validate=validate.Length(max=500)), load_default=list)
    leads = fields.Boolean(load_default=False)
    account = _text(100)
    remark = _text(2_000)
    identity_number = _text(30)
    phone = texts.phone()
    # The paper that a changed name or certificate is based on (R-L9).
    paper = _text(200)

    @post_load
    def as_inspector(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Fields of `models.Inspector`, beside the account and the private part."""
        number = data["identity_number"]
        data["identity_number"] = checked(
            "identity_number", lambda: read_identity_number(number) if number else ""
        )
        data["certificate_number"] = data["certificate_number"] or None
        data["qualifications"] = split_list("、".join(data["qualifications"]))
        return data


class InspectorStatusSchema(ReasonSchema):
    """At work, suspended, or left."""

    status = fields.Enum(InspectorStatus, by_value=True, required=True)


class OfficerLeaveSchema(Schema):
    """Days an officer is away, both included."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = _text(500)


class OfficerRequestSchema(Schema):
    """What an officer asks the library's clerk for; what each kind needs is said by `service.requests`."""

    kind = fields.String(required=True, validate=validate.OneOf(["correction", "leave", "recusal"]))
    text = _text(1_000)
    since = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)
    entity_code = _text(30)
    reason_code = _text(8)


class AnswerSchema(Schema):
    """The clerk's answer to a request."""

    decision = fields.String(required=True, validate=validate.OneOf(["grant", "decline"]))
    answer = _text(500)


class DutySchema(Schema):
    """Who answers for what part of this work (R-L13)."""

    role = fields.Enum(DutyRole, by_value=True, required=True)
    name = _text(60, required=True)
    post = _text(100)
    contact = _text(40)
    document = _text(200)
    since = fields.Date(required=True)


class TrainingSchema(Schema):
    """A training that was held, and who took part."""

    title = _text(200, required=True)
    held_on = fields.Date(required=True)
    hours = fields.Decimal(required=True, places=1, validate=validate.Range(Decimal("0.1"), 200))
    place = _text(200)
    trainer = _text(200)
    content = _text(5_000)
    unit_id = fields.UUID(load_default=None, allow_none=True)
    results = _text(20_000)
    invited = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=2_000))
    attended = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=2_000))


class RecusalSchema(Schema):
    """An officer and an entity that do not go together (R-D5)."""

    entity_code = _text(30, required=True)
    reason_code = _text(8, required=True)
    reason = _text(500)
    until = fields.Date(load_default=None, allow_none=True)
