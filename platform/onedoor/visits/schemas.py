"""The edge's shapes: what forms of visits send."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.text.source_strings import N_
from onedoor.visits.rules.absences import ABSENCE_NAMES, Absence
from onedoor.visits.rules.kinds import Exceptional, Kind, Source
from onedoor.visits.rules.methods import PaperKind
from onedoor.visits.rules.results import OF_AN_ITEM, OF_THE_WHOLE, Handling, Method
from onedoor.visits.rules.substitution import Hindrance

_LONG = validate.Length(max=4000)
_SHORT = validate.Length(max=200)
_ANY_METHOD = validate.OneOf(["", *(each.value for each in Method)], error=N_("请选择检查方式。"))


class ReasonSchema(Schema):
    """A reason, and nothing else."""

    reason = fields.String(required=True, validate=_LONG)


class AbsenceSchema(ReasonSchema):
    """Why an officer does not come: the public category, and the words for the bureau alone."""

    category = fields.String(
        load_default=Absence.OTHER.value,
        validate=validate.OneOf([one.value for one in ABSENCE_NAMES], error=N_("请选择原因的类别。")),
    )


class ConfirmedAbsenceSchema(AbsenceSchema):
    """The same from a page, where it is said that it cannot be undone."""

    confirmed = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error=N_("请勾选：更换后不能撤回。")),
        error_messages={"required": N_("请勾选：更换后不能撤回。")},
    )


class DaySchema(Schema):
    """Another day, with the reason."""

    day = fields.Date(required=True)
    reason = fields.String(load_default="", validate=_LONG)


class AnnouncedSchema(Schema):
    """Whether the object is told beforehand."""

    announced = fields.Boolean(load_default=False)
    reason = fields.String(load_default="", validate=_LONG)


class NoticeDetailsSchema(Schema):
    """At what hour the team comes, whom to ask, what to prepare."""

    hour = fields.Time(load_default=None, allow_none=True, format="%H:%M")
    contact = fields.String(load_default="", validate=_SHORT)
    phone = fields.String(load_default="", validate=validate.Length(max=30))
    papers = fields.List(fields.String(validate=validate.Length(max=200)), load_default=list)


class NoticeLinesSchema(Schema):
    """As the page has it: a paper a line."""

    hour = fields.Time(load_default=None, allow_none=True, format="%H:%M")
    contact = fields.String(load_default="", validate=_SHORT)
    phone = fields.String(load_default="", validate=validate.Length(max=30))
    papers = fields.String(load_default="", validate=validate.Length(max=5000))


class FillSchema(Schema):
    """A slot to be filled."""

    slot = fields.Integer(required=True)
    reason = fields.String(required=True, validate=_LONG)


class SubstituteSchema(Schema):
    """Why the object cannot be checked, and how that was ascertained."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf([kind.value for kind in Hindrance], error=N_("请选择原因。")),
    )
    note = fields.String(required=True, validate=validate.Length(min=1, max=500))


class BeginSchema(Schema):
    """Beginning on the phone: the number that the page behind the code shows, else reason and time."""

    number = fields.String(load_default="", validate=validate.Length(max=20))
    reason = fields.String(load_default="", validate=_LONG)
    at = fields.AwareDateTime(load_default=None, default_timezone=SHANGHAI)


class ItemSchema(Schema):
    """What was found of one matter; the answers `point-0`, … are read beside it."""

    results = fields.List(
        fields.String(validate=validate.OneOf([result.value for result in OF_AN_ITEM])),
        required=True,
        validate=validate.Length(min=1, error=N_("请选择检查结果。")),
    )
    note = fields.String(load_default="", validate=_LONG)
    revision = fields.Integer(load_default=0)
    method = fields.String(load_default="", validate=_ANY_METHOD)


class WholeSchema(Schema):
    """The object could not be found, or refuses; empty takes it back."""

    whole = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([each.value for each in OF_THE_WHOLE])
    )
    note = fields.String(load_default="", validate=_LONG)
    witness = fields.String(load_default="", validate=validate.Length(max=200))


class EndingSchema(Schema):
    """The end of the check."""

    key = fields.String(required=True, validate=validate.Length(min=16, max=64))
    place = fields.String(load_default="", validate=_SHORT)
    attendee = fields.String(load_default="", validate=_SHORT)
    attendee_post = fields.String(load_default="", validate=_SHORT)
    signature = fields.String(load_default="", validate=validate.OneOf(["signed", "refused"]))
    signature_note = fields.String(load_default="", validate=_LONG)
    note = fields.String(load_default="", validate=_LONG)
    handling = fields.String(
        load_default=Handling.NONE.value, validate=validate.OneOf([each.value for each in Handling])
    )
    handling_due_on = fields.Date(load_default=None)
    handling_note = fields.String(load_default="", validate=_LONG)
    ended_at = fields.AwareDateTime(load_default=None, default_timezone=SHANGHAI)
    signed_again = fields.Boolean(load_default=False)


class DecisionSchema(Schema):
    """The unit's word on a record."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    reason = fields.String(load_default="", validate=_LONG)
    # Of a record: the digest of what was on the screen.
    shown = fields.String(load_default="", validate=validate.Length(max=64))


class ReportSchema(Schema):
    """What a report adds to the record."""

    assessment = fields.String(load_default="", validate=_LONG)
    proposed = fields.String(load_default="", validate=_LONG)


class ChosenSchema(Schema):
    """Rows chosen in a list."""

    ids = fields.List(fields.UUID(), load_default=list)


class AssistantSchema(Schema):
    """Whom a bureau takes along from its list of experts, and the paper that entrusts them (R-L7)."""

    expert_id = fields.UUID(required=True)
    number = fields.String(load_default="", validate=_SHORT)
    scope = fields.String(load_default="", validate=validate.Length(max=1000))
    unbiased = fields.Boolean(load_default=False)


class OpinionSchema(Schema):
    """What who assists says, signed apart (R-L7)."""

    opinion = fields.String(load_default="", validate=_LONG)
    signed_on = fields.Date(load_default=None, allow_none=True)


class PaperSchema(Schema):
    """A paper asked for, a page captured, a report or a finding (R-V3); its file is read beside it."""

    kind = fields.String(required=True, validate=validate.OneOf([each.value for each in PaperKind]))
    title = fields.String(load_default="", validate=_SHORT)
    origin = fields.String(load_default="", validate=validate.Length(max=1000))
    number = fields.String(load_default="", validate=_SHORT)
    due_on = fields.Date(load_default=None, allow_none=True)
    taken_at = fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=SHANGHAI)


class MethodSchema(Schema):
    """How one matter is checked (R-V3)."""

    method = fields.String(required=True, validate=validate.OneOf([each.value for each in Method]))


class ItemMethodSchema(MethodSchema):
    """The same, of an item that a check is proposed for."""

    item_id = fields.UUID(required=True)


_ANY_KIND = validate.OneOf([kind.value for kind in Kind], error=N_("请选择检查类别。"))
_ANY_SOURCE = validate.OneOf([source.value for source in Source], error=N_("请选择检查来源。"))


class ProposalSchema(Schema):
    """A check that no draw made, as it is proposed (R-V9)."""

    kind = fields.String(required=True, validate=_ANY_KIND)
    source = fields.String(required=True, validate=_ANY_SOURCE)
    entity_code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    place_number = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    item_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=50))
    inspector_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    leader_id = fields.UUID(load_default=None, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    reference = fields.String(load_default="", validate=_SHORT)
    line_id = fields.UUID(load_default=None, allow_none=True)
    special_number = fields.String(load_default="", validate=_SHORT)
    special_approval = fields.String(load_default="", validate=_SHORT)
    announced = fields.Boolean(load_default=False)
    unannounced_basis = fields.String(load_default="", validate=_SHORT)
    exceptional = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf([one.value for one in Exceptional])
    )
    exceptional_reason = fields.String(load_default="", validate=validate.Length(max=1000))
    repeat_reason = fields.String(load_default="", validate=validate.Length(max=1000))
    complainant_name = fields.String(load_default="", validate=validate.Length(max=60))
    complainant_phone = fields.String(load_default="", validate=validate.Length(max=40))
    method = fields.String(load_default="", validate=_ANY_METHOD)
    methods = fields.List(
        fields.Nested(ItemMethodSchema), load_default=list, validate=validate.Length(max=50)
    )
    key = fields.String(load_default="", validate=validate.Length(max=64))


class TeamSchema(Schema):
    """Another team for a check that no draw made."""

    inspector_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))
    leader_id = fields.UUID(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class UnitAnswerSchema(Schema):
    """What a unit says of its part of a check of several (R-J2)."""

    decision = fields.String(required=True, validate=validate.OneOf(["agree", "decline"]))
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class CombinationSchema(Schema):
    """Which bureau is asked to come along (R-J4)."""

    receiver_id = fields.UUID(required=True)


class CombinationAnswerSchema(Schema):
    """What the bureau that was asked says."""

    decision = fields.String(required=True, validate=validate.OneOf(["accept", "decline"]))
    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class RecognitionSchema(Schema):
    """Which published result of another bureau stands for a matter, and why it may (R-J7)."""

    disclosure_id = fields.UUID(load_default=None, allow_none=True)
    recognition_reason = fields.String(load_default="", validate=validate.Length(max=1000))


class WhySchema(Schema):
    """Why something personal is looked at (R-T7)."""

    why = fields.String(load_default="", validate=_SHORT)


class WithholdingSchema(Schema):
    """What law keeps a result from the public, and why."""

    law = fields.String(load_default="", validate=validate.Length(max=300))
    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class RevisionSchema(Schema):
    """A correction of an accepted record; the results of its items are read beside it."""

    requested_by = fields.String(load_default="", validate=_SHORT)
    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    note = fields.String(load_default="", validate=_LONG)


class DisclosureDaysSchema(Schema):
    """Within how many working days results are public; nothing: as the place says."""

    days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 366))
