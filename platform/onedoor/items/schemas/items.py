"""Shapes of items and rulebooks by hand (R-L1, R-L10)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from onedoor.imports.rules.rows import split_list
from onedoor.imports.schemas.texts import checked
from onedoor.imports.schemas.texts import text as _text
from onedoor.items.rules.codes import LIFE_NAMES, MATTER_NAMES, OBJECT_NAMES, ItemMode
from onedoor.items.rules.frequencies import MOST_A_YEAR, MOST_YEARS
from onedoor.items.rules.item_rows import checklist_of, read_rate


class RulebookSchema(Schema):
    """The parts of a rulebook (R-L10)."""

    aims = _text(20_000)
    procedure = _text(20_000)
    means = _text(20_000)
    content = _text(20_000)
    penalty_standards = _text(20_000)
    penalty_procedure = _text(20_000)
    disclosure_procedure = _text(20_000)


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
    life = fields.String(load_default="", validate=validate.OneOf(["", *LIFE_NAMES]))
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
