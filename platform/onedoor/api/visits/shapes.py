"""The shapes of visits over the interface."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import ListPage, PageArgs
from onedoor.visits.rules.kinds import Exceptional, Kind, Source
from onedoor.visits.rules.methods import PaperKind
from onedoor.visits.rules.results import Handling, Method, Result
from onedoor.visits.rules.states import RecordState, VisitState
from onedoor.visits.schemas import MethodSchema, ProposalSchema

KINDS = [one.value for one in Kind]
SOURCES = [one.value for one in Source]
METHODS = [one.value for one in Method]
EXCEPTIONS = [one.value for one in Exceptional]


class VisitArgs(PageArgs):
    """Which visits are asked for."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    source = fields.String(load_default=None, validate=validate.OneOf(SOURCES))
    exceptional = fields.String(load_default=None, validate=validate.OneOf(EXCEPTIONS))
    state = fields.String(load_default=None, validate=validate.OneOf([one.value for one in VisitState]))
    campaign_id = fields.UUID(load_default=None)
    entity_code = fields.String(load_default=None, validate=validate.Length(max=40))
    since = fields.Date(load_default=None, metadata={"description": "to be made on that day or later"})
    until = fields.Date(load_default=None, metadata={"description": "to be made on that day or earlier"})


class ProposalIn(ProposalSchema):
    """A check that no draw made; `key` is the caller's own: sent again it is the same check."""

    key = fields.String(required=True, validate=validate.Length(min=8, max=64))


class CheckDecisionIn(Schema):
    """The unit's or the head's word."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return"]))
    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class MethodIn(MethodSchema):
    """How a matter is checked."""


class VisitOut(Schema):
    """A visit as its list shows it; `state` is what it is by now."""

    id = fields.UUID()
    number = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    source = fields.String(validate=validate.OneOf(SOURCES))
    exceptional = fields.String(allow_none=True, validate=validate.OneOf(EXCEPTIONS))
    state = fields.String(attribute="state_now", validate=validate.OneOf([one.value for one in VisitState]))
    entity_code = fields.String()
    entity_name = fields.String()
    place_number = fields.Integer(allow_none=True)
    entity_address = fields.String()
    day = fields.Date()
    starts_on = fields.Date()
    ends_on = fields.Date()
    announced = fields.Boolean()
    campaign_id = fields.UUID(allow_none=True)
    draw_id = fields.UUID(allow_none=True)


class VisitPage(ListPage):
    """A page of visits, the newest first."""

    items = fields.List(fields.Nested(VisitOut))


class VisitMemberOut(Schema):
    """Somebody on the team."""

    id = fields.UUID()
    inspector_id = fields.UUID()
    bureau_name = fields.String()
    code = fields.String()
    name = fields.String()
    certificate_number = fields.String()
    leader = fields.Boolean()
    name_now = fields.String(metadata={"description": "as the library has it now"})
    certificate_number_now = fields.String(allow_none=True)


class VisitMatterOut(Schema):
    """An item that is checked."""

    id = fields.UUID()
    item_id = fields.UUID()
    number = fields.String()
    name = fields.String()
    basis = fields.String()
    method = fields.String(metadata={"description": "as the item list says it"})
    allowed = fields.List(fields.String(validate=validate.OneOf(METHODS)))
    chosen = fields.String(validate=validate.OneOf(METHODS))
    entry = fields.Boolean(
        metadata={"description": "whether it needs an entry, and so a visit code and a scan"}
    )


class VisitAssistantOut(Schema):
    """Who assists, on top of the team, with their entrustment and when they signed."""

    id = fields.UUID()
    name = fields.String()
    organisation = fields.String()
    bureau_name = fields.String()
    entrusted_number = fields.String()
    entrusted_scope = fields.String()
    signed_on = fields.Date(allow_none=True)
    opinion_digest = fields.String(allow_none=True)


class VisitPartOut(Schema):
    """How far one bureau is."""

    bureau = fields.String()
    number = fields.String(allow_none=True, metadata={"description": "本部门自己的编号，提交记录时产生"})
    begun_at = fields.AwareDateTime(allow_none=True)
    submitted_at = fields.AwareDateTime(allow_none=True)
    accepted_at = fields.AwareDateTime(allow_none=True)
    reported_at = fields.AwareDateTime(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(allow_none=True, validate=validate.OneOf(["done", "unreachable", "refused"]))


class VisitUnitOut(Schema):
    """What a unit of the bureau said of its part of a check of several."""

    unit_id = fields.UUID()
    unit_name = fields.String()
    state = fields.String(validate=validate.OneOf(["asked", "agreed", "declined"]))
    reason = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)


class VisitSourceOut(Schema):
    """What a check that no draw made goes back to; who complained is told nobody here."""

    reason = fields.String()
    reference = fields.String()
    line_code = fields.String(allow_none=True)
    line = fields.String(allow_none=True)
    special_number = fields.String(allow_none=True)
    special_approval = fields.String(allow_none=True)
    unannounced_basis = fields.String()
    exceptional_reason = fields.String()
    approve_by = fields.Date(allow_none=True)
    repeat_reason = fields.String()
    key = fields.String()
    registered_at = fields.AwareDateTime()


class VisitWithParts(VisitOut):
    """The same with its team, matters and parts; `source_of` of one that was not drawn, for its own bureau."""

    state = fields.String(validate=validate.OneOf([one.value for one in VisitState]))
    drawn = fields.Boolean(metadata={"description": "whether the object was drawn"})
    team_drawn = fields.Boolean(metadata={"description": "whether who goes was drawn"})
    approval = fields.String(
        allow_none=True, metadata={"description": "`pending`: begun before its approval, to be made up"}
    )
    approved_at = fields.AwareDateTime(allow_none=True)
    noticed_at = fields.AwareDateTime(allow_none=True)
    source_of = fields.Nested(VisitSourceOut, allow_none=True)
    team = fields.List(fields.Nested(VisitMemberOut))
    matters = fields.List(fields.Nested(VisitMatterOut))
    entry = fields.Boolean()
    assistants = fields.List(fields.Nested(VisitAssistantOut))
    parts = fields.List(fields.Nested(VisitPartOut))
    units = fields.List(fields.Nested(VisitUnitOut))


RESULTS = [one.value for one in Result]


class RecordPaperOut(Schema):
    """What stands instead of an entry, with the digest of its file."""

    kind = fields.String(validate=validate.OneOf([one.value for one in PaperKind]))
    title = fields.String()
    origin = fields.String()
    number = fields.String()
    asked_on = fields.Date(allow_none=True)
    due_on = fields.Date(allow_none=True)
    taken_at = fields.AwareDateTime(allow_none=True)
    received_at = fields.AwareDateTime(allow_none=True)
    file_name = fields.String(allow_none=True)
    digest = fields.String(allow_none=True)
    disclosure_id = fields.UUID(
        allow_none=True, metadata={"description": "the published result that is used instead of a check"}
    )
    found_on = fields.Date(allow_none=True)
    reason = fields.String()


class RecordFindingOut(Schema):
    """What was found of one item."""

    number = fields.String()
    name = fields.String()
    method = fields.String(validate=validate.OneOf(METHODS))
    results = fields.List(fields.String(validate=validate.OneOf(RESULTS)))
    note = fields.String()


class ReportOut(Schema):
    """The report of one bureau's part."""

    assessment = fields.String()
    proposed = fields.String()
    completed_at = fields.AwareDateTime()


class RecordOut(Schema):
    """One bureau's record; `report` once it is complete."""

    id = fields.UUID()
    bureau = fields.String()
    state = fields.String(validate=validate.OneOf([one.value for one in RecordState]))
    method = fields.String(validate=validate.OneOf([one.value for one in Method]))
    results = fields.List(fields.String(validate=validate.OneOf(RESULTS)))
    handling = fields.String(allow_none=True, validate=validate.OneOf([one.value for one in Handling]))
    started_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    report_due_on = fields.Date(allow_none=True)
    disclose_due_on = fields.Date(allow_none=True)
    findings = fields.List(fields.Nested(RecordFindingOut))
    papers = fields.List(fields.Nested(RecordPaperOut))
    report = fields.Nested(ReportOut, allow_none=True)


class RecordsOut(Schema):
    """The records of a visit that the bureau may read."""

    items = fields.List(fields.Nested(RecordOut))
