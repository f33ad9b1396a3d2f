"""The shapes in which returns are begun, filled in and corrected."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from marshmallow import Schema, fields, validate

from onedoor.statistics.rules.facts import FACTS
from onedoor.statistics.rules.periods import PARTS, Level, ReturnKind

_PARTS = sorted({part for parts in PARTS.values() for part in parts})


class StartSchema(Schema):
    """Which return of which period."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in ReturnKind]))
    level = fields.String(load_default=Level.OWN.value, validate=validate.OneOf([one.value for one in Level]))
    year = fields.Integer(required=True, validate=validate.Range(2000, 2100))
    part = fields.String(required=True, validate=validate.OneOf(_PARTS))


_LONGEST = {fact.key: 10_000 if fact.long else 200 for facts in FACTS.values() for fact in facts}
_Facts = Schema.from_dict(
    {
        key: fields.String(load_default="", allow_none=True, validate=validate.Length(max=longest))
        for key, longest in _LONGEST.items()
    },
    name="TypedFacts",
)


class FactsSchema(_Facts):  # type: ignore[misc, valid-type]
    """The typed facts, who else receives it, and the cut-off."""

    recipients = fields.String(load_default="", allow_none=True, validate=validate.Length(max=200))
    cutoff = fields.AwareDateTime(
        load_default=None, allow_none=True, default_timezone=ZoneInfo("Asia/Shanghai")
    )


class CorrectionSchema(Schema):
    """Why what was filed is corrected."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))
