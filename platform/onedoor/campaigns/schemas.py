"""What the forms of this room send (marshmallow); the services get what comes out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.draws.service import Mode, beacon_rule
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence

LONGEST_REFERENCE = 60
# Why one that was drawn this year may stay in (R-D3).
REASON_NAMES = {
    "complaint": Sentence("投诉举报"),
    "abnormal": Sentence("经营异常"),
    "penalty": Sentence("行政处罚"),
    "order": Sentence("上级交办"),
}
REASONS = {str(name): code for code, name in REASON_NAMES.items()}
MODES = ("bp", "number", "all")
UNITS = ("entity", "place", "matter")
# More than any list has rows.
MOST = 10_000_000
# Years in which every moment can be told in every zone.
FIRST_YEAR, LAST_YEAR = 2000, 2999


class StartSchema(Schema):
    """Starting a campaign from a plan line."""

    name = fields.String(validate=validate.Length(max=80), load_default="")
    answer_due = fields.Date(load_default=None)
    directed = fields.Boolean(load_default=False)
    unit = fields.String(load_default="entity", validate=validate.OneOf(UNITS))
    partner_ids = fields.List(fields.UUID(), load_default=list)


class RatesSchema(Schema):
    """A rate for all strata: a percentage, a number, or all."""

    rate_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    rate = fields.Decimal(load_default=None, validate=validate.Range(min=0))


class DrawnTeamsSchema(Schema):
    """Daily checks of a day or a week, whose teams are drawn (R-V9)."""

    codes = fields.String(required=True, validate=validate.Length(min=1, max=20_000))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class AdHocSchema(RatesSchema):
    """Registering a campaign outside the plan (R-P3)."""

    name = fields.String(required=True, validate=validate.Length(max=80))
    ground = fields.String(
        load_default="deployment",
        validate=validate.OneOf(["life", "deployment"], error="请选择计划外抽查的情形。"),
    )
    reason = fields.String(required=True, validate=validate.Length(max=500))
    reference = fields.String(required=True, validate=validate.Length(max=200))
    places = fields.List(fields.String(), load_default=list)
    kinds = fields.List(fields.String(), load_default=list)
    scope = fields.String(load_default="")
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    method = fields.String(load_default="", validate=validate.Length(max=100))
    person_responsible = fields.String(load_default="", validate=validate.Length(max=40))
    answer_due = fields.Date(load_default=None)
    directed = fields.Boolean(load_default=False)
    unit = fields.String(load_default="entity", validate=validate.OneOf(UNITS))
    partner_ids = fields.List(fields.UUID(), load_default=list)


class AnswerSchema(RatesSchema):
    """A party's contribution: items, list, inspectors."""

    item_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, error="请至少选择一个检查事项。")
    )
    inspector_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, error="请选择参加抽取的执法人员。")
    )
    places = fields.List(fields.String(), load_default=list)
    kinds = fields.List(fields.String(), load_default=list)
    scope = fields.String(load_default="", validate=validate.Length(max=200))
    stratify = fields.String(
        load_default="none", validate=validate.OneOf(["none", "kind", "place", "risk", "class", "rules"])
    )
    reserve = fields.Integer(load_default=0, validate=validate.Range(min=0, max=1000))
    weigh = fields.String(load_default="none", validate=validate.OneOf(["none", "kind", "place", "risk"]))
    team_size = fields.Integer(required=True, validate=validate.Range(min=2, max=20))
    qualifications = fields.List(fields.String(validate=validate.Length(max=500)), load_default=list)
    cap = fields.Integer(required=True, validate=validate.Range(min=1, max=10_000))
    skip_drawn = fields.Boolean(load_default=False)
    kept = fields.String(load_default="")


class ReasonSchema(Schema):
    """A reason, where one is asked for."""

    reason = fields.String(required=True, validate=validate.Length(max=500))


class PeriodSchema(ReasonSchema):
    """Other days than the plan's, with the reason (R-P3)."""

    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class ModeSchema(Schema):
    """How the draw is drawn: what it hashes with, the public source it waits for, who commits beside the system and the supervisor."""

    hash = fields.String(load_default="sha256", validate=validate.OneOf(["sha256", "sm3"]))
    beacon = fields.String(load_default="none", validate=validate.OneOf(["none", "numbers", "hex"]))
    beacon_name = fields.String(load_default="", validate=validate.Length(max=80))
    beacon_round = fields.String(load_default="", validate=validate.Length(max=80))
    beacon_time = fields.AwareDateTime(load_default=None, default_timezone=SHANGHAI)
    beacon_size = fields.Integer(load_default=None)
    beacon_digits = fields.Integer(load_default=None)
    surprise = fields.Boolean(load_default=False)
    closed = fields.Boolean(load_default=False)
    holder_id = fields.UUID(load_default=None, allow_none=True)
    also_commit = fields.List(fields.UUID(), load_default=list)


def mode_of(data: dict[str, Any]) -> Mode:
    """The mode a form chose; what is missing goes beside its field."""
    kept = {key: data[key] for key in ("surprise", "closed", "holder_id")}
    if data["beacon"] == "none":
        return Mode(hash=data["hash"], **kept)
    time = data["beacon_time"]
    return Mode(
        data["hash"],
        beacon_rule(
            data["beacon_name"],
            data["beacon_round"],
            time if time is not None and FIRST_YEAR <= time.year <= LAST_YEAR else None,
            data["beacon"],
            data["beacon_size"] or 0,
            data["beacon_digits"],
        ),
        **kept,
    )


class DrawAgainSchema(ReasonSchema, ModeSchema):
    """Drawing again after a void draw: why, and a beacon or who commits beside the system and the supervisor."""


class ExtendSchema(Schema):
    """More time to answer."""

    answer_due = fields.Date(required=True)


class PartnersSchema(Schema):
    """More partners."""

    partner_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, error="请至少选择一个部门。")
    )


class WithdrawSchema(ReasonSchema):
    """Withdrawing, after the freeze with what becomes of the matters."""

    disposition = fields.String(load_default=None, validate=validate.OneOf(["later", "handed_over"]))
    handed_to = fields.UUID(load_default=None)


class UnitAnswerSchema(Schema):
    """A unit's word on its part: its matters and officers, or no with the reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["agree", "decline"]))
    item_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))
    inspector_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=2000))
    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class FilingDecisionSchema(ReasonSchema):
    """What becomes of the campaign after its plan's filing was returned."""

    decision = fields.String(required=True, validate=validate.OneOf(["keep", "redraw", "stop"]))


def rate_of(mode: str, value: Decimal | None) -> dict[str, Any]:
    """A rate as a list keeps it: `{"bp": 350}` for 3.5 per cent, `{"number": 12}`, `{"all": True}`.

    Raises ClerkError beside the field where the number does not fit its mode.
    """
    if mode == "all":
        return {"all": True}
    if value is None:
        raise ClerkError("请填写抽查比例或数量。", fields={"rate": ["请填写此项。"]})
    # Compared before it is made an integer: 1e9999999 would keep the whole process busy for hours.
    if value > MOST:
        raise ClerkError("抽查比例或数量过大，请核对。", fields={"rate": ["请填写较小的数字。"]})
    if mode == "number":
        if value != int(value):
            raise ClerkError("抽取数量应为整数。", fields={"rate": ["请填写整数。"]})
        return {"number": int(value)}
    if value > 100 or value * 100 != int(value * 100):
        raise ClerkError(
            "抽查比例应在 0 到 100 之间，最多两位小数。", fields={"rate": ["请填写 0 到 100，最多两位小数。"]}
        )
    return {"bp": int(value * 100)}


def read_kept(text: str) -> list[dict[str, str]]:
    """Lines of code, reason and reference: objects that stay in though drawn this year (R-D3); names the line that is wrong."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        try:
            code = read_entity_code(words[0]).text
        except ClerkError as error:
            raise ClerkError("保留抽取的第 %(line)s 行：%(fault)s", line=number, fault=str(error)) from error
        reason, reference = "".join(words[1:2]), "".join(words[2:])
        if reason not in REASONS:
            raise ClerkError(
                "保留抽取的第 %(line)s 行请写明原因，从这些里选：%(reasons)s。",
                line=number,
                reasons="、".join(REASONS),
            )
        if not 0 < len(reference) <= LONGEST_REFERENCE:
            raise ClerkError(
                "保留抽取的第 %(line)s 行请在原因后写明依据的文号或编号，最多 %(most)s 个字。",
                line=number,
                most=LONGEST_REFERENCE,
            )
        found.append({"code": code, "reason": REASONS[reason], "reference": reference})
    return found
