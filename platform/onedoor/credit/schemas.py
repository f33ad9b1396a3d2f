"""The edge's shapes of credit."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class RenewalSchema(Schema):
    """Whether a rejected record goes again as it is, since the platform mended its own register."""

    as_it_is = fields.Boolean(load_default=False)


class PlatformSchema(Schema):
    """An outside platform; what it lacks the service says."""

    code = fields.String(load_default="")
    title = fields.String(load_default="", validate=validate.Length(max=60))
    place = fields.String(load_default="")
    channel = fields.String(load_default="")
    address = fields.String(load_default="", validate=validate.Length(max=300))
    token = fields.String(load_default="", validate=validate.Length(max=500))
    folder = fields.String(load_default="")
    schedule = fields.String(load_default="")
    hour = fields.Integer(load_default=8)
    patience = fields.Integer(load_default=60)
    result_layout = fields.String(load_default="")
    penalty_layout = fields.String(load_default="")
    active = fields.Boolean(load_default=False)


class NewLayoutSchema(Schema):
    """A layout to begin."""

    family = fields.String(load_default="", validate=validate.Regexp(r"[a-z][a-z0-9-]{1,39}\Z"))
    kind = fields.String(load_default="")
    title = fields.String(load_default="", validate=validate.Length(max=100))


class LayoutSchema(Schema):
    """A draft's name, and whether items and findings go along one by one."""

    title = fields.String(load_default="", validate=validate.Length(max=100))
    nested = fields.Boolean(load_default=False)


class FieldSchema(Schema):
    """A field of a layout; what it lacks the service says."""

    former = fields.String(load_default="")
    key = fields.String(load_default="")
    label = fields.String(load_default="", validate=validate.Length(max=60))
    kind = fields.String(load_default="text")
    longest = fields.Integer(load_default=0)
    decimals = fields.Integer(load_default=6)
    required = fields.Boolean(load_default=False)
    source = fields.String(load_default="")
    fixed = fields.String(load_default="", validate=validate.Length(max=200))
    codes = fields.String(load_default="", validate=validate.Length(max=4000))


class GravitySchema(Schema):
    """How grave the dishonesty of a penalty is."""

    gravity = fields.String(load_default="")


class RepairSchema(Schema):
    """An application for credit repair; what it lacks the service says."""

    source = fields.String(load_default="clerk", validate=validate.OneOf(("clerk", "platform")))
    applicant = fields.String(load_default="", validate=validate.Length(max=100))
    applied_on = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    paper = fields.String(load_default="", validate=validate.Length(max=200))


class ListingSchema(Schema):
    """An entry on a list; what it lacks the service says."""

    basis_id = fields.UUID(load_default=None, allow_none=True)
    paper = fields.String(load_default="", validate=validate.Length(max=200))
    told_on = fields.Date(load_default=None, allow_none=True)
    told_how = fields.String(load_default="", validate=validate.Length(max=100))
    entered_on = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)


class BasisSchema(Schema):
    """A basis of the kept list."""

    kind = fields.String(load_default="")
    name = fields.String(load_default="", validate=validate.Length(max=100))
    law = fields.String(load_default="", validate=validate.Length(max=200))
    article = fields.String(load_default="", validate=validate.Length(max=30))
    trade = fields.String(load_default="", validate=validate.Length(max=60))
    keeper_id = fields.UUID(load_default=None, allow_none=True)
    most_days = fields.Integer(load_default=None, allow_none=True)
    active = fields.Boolean(load_default=False)


class MeasureSchema(Schema):
    """A measure proposed to the bureau that applies it."""

    kind = fields.String(load_default="")
    receiver_id = fields.UUID(load_default=None, allow_none=True)
    content = fields.String(load_default="", validate=validate.Length(max=1000))
    law = fields.String(load_default="", validate=validate.Length(max=300))
    facts = fields.List(
        fields.String(validate=validate.Length(max=300)), load_default=list, validate=validate.Length(max=50)
    )


class MeasureAnswerSchema(Schema):
    """The receiver's next word."""

    kind = fields.String(load_default="")
    text = fields.String(load_default="", validate=validate.Length(max=1000))
    paper = fields.String(load_default="", validate=validate.Length(max=200))
    on = fields.Date(load_default=None, allow_none=True)
    until = fields.Date(load_default=None, allow_none=True)


class ProvinceClassSchema(Schema):
    """A class as the province determined it."""

    grade = fields.String(load_default="")
    since = fields.Date(load_default=None, allow_none=True)
    paper = fields.String(load_default="", validate=validate.Length(max=200))


class ClassRuleSchema(Schema):
    """A version of the rule of classes; what it lacks is said by the rules."""

    points_problem = fields.Integer(load_default=None, allow_none=True)
    points_penalty = fields.Integer(load_default=None, allow_none=True)
    points_abnormal = fields.Integer(load_default=None, allow_none=True)
    points_serious = fields.Integer(load_default=None, allow_none=True)
    points_blacklist = fields.Integer(load_default=None, allow_none=True)
    always_problem = fields.String(load_default="")
    always_penalty = fields.String(load_default="")
    always_abnormal = fields.String(load_default="")
    always_serious = fields.String(load_default="")
    always_blacklist = fields.String(load_default="")
    from_b = fields.Integer(load_default=None, allow_none=True)
    from_c = fields.Integer(load_default=None, allow_none=True)
    from_d = fields.Integer(load_default=None, allow_none=True)
    source = fields.String(load_default="", validate=validate.Length(max=300))


class ExitSchema(Schema):
    """The paper by which an entity leaves a list."""

    exit_paper = fields.String(load_default="", validate=validate.Length(max=200))
    exit_on = fields.Date(load_default=None, allow_none=True)
