"""The edge's shapes: what forms of a draw send."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.kernel.text.source_strings import N_

HEX = validate.Regexp(r"[0-9a-f]{64}\Z", error=N_("应为 64 位十六进制数，由本机浏览器计算得出。"))


class InvitationSchema(Schema):
    """Whom to invite, by name and capacity."""

    who = fields.String(required=True, validate=validate.Length(1, 60))


class CountdownSchema(Schema):
    """In how many seconds the announced time comes."""

    seconds = fields.Integer(required=True, validate=validate.Range(1, 86_400))


class ReasonSchema(Schema):
    """Why a draw ends without a result."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class PleaSchema(Schema):
    """The supervisor's word on a further replacement; a refusal says why, which is for the service to see to."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class TextSchema(Schema):
    """A witness's text; whether it fits the protocol is for the service to say."""

    text = fields.String(load_default="")


class CommitmentSchema(Schema):
    """What the party's own browser computed of its nonce."""

    digest = fields.String(required=True, validate=HEX)
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    noted = fields.Boolean(load_default=False)


class BeaconSchema(Schema):
    """What was read at the beacon's source; whether it fits the plan's rule is for the service to say."""

    spoke = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))
    value = fields.String(load_default="", validate=validate.Length(max=400))
    source = fields.String(required=True, validate=validate.Length(1, 200))


class RevealSchema(Schema):
    """The nonce that the party's own browser kept."""

    nonce = fields.String(required=True, validate=HEX)
