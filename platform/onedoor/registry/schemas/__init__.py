"""Shapes of what comes in over forms and the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.errors import ClerkError
from onedoor.registry.rules.codes import (
    KIND_NAMES,
    MATTER_NAMES,
    OBJECT_NAMES,
    STATUS_NAMES,
    EntityStatus,
    InspectorStatus,
    ItemMode,
)
from onedoor.registry.rules.duties import DutyRole
from onedoor.registry.rules.frequencies import MOST_A_YEAR, MOST_YEARS
from onedoor.registry.rules.items import checklist_of, read_rate
from onedoor.registry.rules.rows import split_list
from onedoor.registry.schemas import texts
from onedoor.registry.schemas.texts import text as _text

_MODES = validate.OneOf(["good", "all", "check"])


def checked(name: str, read: Callable[[], Any]) -> Any:
    """What a rule makes of a field; its refusal stands beside the field."""
    try:
        return read()
    except ClerkError as error:
        raise ValidationError(str(error), name) from None


def _read_mapping(text: str) -> dict[str, str]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        told = None
    if not isinstance(told, dict) or not all(isinstance(head, str) for head in told.values()):
        raise ClerkError('列的对应应为 JSON 对象，例如 {"企业名称": "商户"}。')
    return told


class UploadSchema(Schema):
    """How a file is brought in; the file itself travels beside it.

    `columns` is a JSON object: by our column the head that stands for it, where the heads are not ours.
    """

    mode = fields.String(load_default="good", validate=_MODES)
    columns = fields.String(load_default="", validate=validate.Length(max=10_000))

    @post_load
    def as_mapping(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The columns as a mapping."""
        data["columns"] = checked("columns", lambda: _read_mapping(data["columns"]))
        return data


class LoadSchema(Schema):
    """How a file that was looked over is loaded."""

    mode = fields.String(load_default="good", validate=validate.OneOf(["good", "all"]))


class ReasonSchema(Schema):
    """A reason in words."""

    reason = _text(500, required=True)


class RevealSchema(Schema):
    """Why a number is to be seen in full, and which (R-T7)."""

    what = fields.String(load_default="phone", validate=validate.OneOf(["identity_number", "phone"]))
    why = fields.String(required=True, validate=validate.Length(2, 500))


class NumberSchema(Schema):
    """A number whose owner is looked for."""

    number = _text(40, required=True)


class RulebookSchema(Schema):
    """The parts of a rulebook (R-L10)."""

    aims = _text(20_000)
    procedure = _text(20_000)
    means = _text(20_000)
    content = _text(20_000)
    penalty_standards = _text(20_000)
    penalty_procedure = _text(20_000)
    disclosure_procedure = _text(20_000)


class LeaveSchema(ReasonSchema):
    """Targets that leave the library."""

    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 1000))


class EntityStatusSchema(Schema):
    """Where an entity stands, since when (R-L6)."""

    status = fields.Enum(EntityStatus, by_value=True, required=True)
    since = fields.Date(required=True)
    note = _text(500)


class ContactSchema(Schema):
    """How a bureau reaches an entity."""

    person = _text(60, required=True)
    phone = texts.phone()


class RuleSchema(Schema):
    """A rule of selection (R-L5); the words are checked by `rules.selection`."""

    name = _text(60, required=True)
    places = fields.List(fields.String())
    kinds = fields.List(fields.String(validate=validate.OneOf(list(KIND_NAMES))))
    statuses = fields.List(fields.String(validate=validate.OneOf(list(STATUS_NAMES))))
    industries = _text(2000)
    types = _text(2000)
    scope = _text(2000)
    scope_without = _text(2000)
    name_contains = _text(2000)
    tags = fields.List(fields.String())
    risk = fields.List(fields.String())
    licences = fields.List(fields.String())
    registered_from = fields.Date(load_default=None)
    registered_until = fields.Date(load_default=None)
    unit_id = fields.UUID(load_default=None, allow_none=True)


def _of_whom(kinds: list[str]) -> None:
    """A draw is of entities: of whose products, projects or activities, an item says too."""
    if kinds and set(kinds) <= set(MATTER_NAMES):
        raise ValidationError("产品、项目、行为属于哪类主体，请一并选择。")


class ItemSchema(Schema):
    """An inspection item by hand (R-L1)."""

    name = _text(300, required=True)
    basis = _text(10_000, required=True)
    enforcing_body = _text(200, required=True)
    inspecting_body = _text(200)
    object_kinds = fields.List(
        fields.String(validate=validate.OneOf(list(OBJECT_NAMES))),
        required=True,
        validate=[validate.Length(min=1), _of_whom],
    )
    content = _text(10_000)
    checklist = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=10_000))
    method = _text(200, required=True)
    rate = _text(20)
    frequency = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, MOST_A_YEAR))
    every_years = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, MOST_YEARS))
    key = fields.Boolean(load_default=False)
    market = fields.Boolean(load_default=False)
    mode = fields.Enum(ItemMode, by_value=True, required=True)
    qualifications = fields.List(fields.String(validate=validate.Length(max=500)), load_default=list)
    results_use = _text(5_000)
    remark = _text(2_000)

    @post_load
    def as_item(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Fields of `models.Item`; points are one a line, or made from the content; without the field they are left alone."""
        rate, lines = data.pop("rate"), data.pop("checklist")
        data["every_years"] = (data["frequency"] and data["every_years"]) or 1
        data["rate_bp"] = checked("rate", lambda: read_rate(rate))
        data["content"] = data["content"].replace("\r\n", "\n")
        if lines is not None:
            data["checklist"] = checklist_of(lines.replace("\r\n", "\n"))
        data["qualifications"] = split_list("、".join(data["qualifications"]))
        data["inspecting_body"] = data["inspecting_body"] or data["enforcing_body"]
        if data["mode"] is ItemMode.UNFIT and not data["remark"]:
            raise ValidationError("不适合随机抽查的，请写明理由。", "remark")
        data["mode"] = data["mode"].value
        return data


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
