"""Results over the interface after they were accepted: corrected (R-O3), and the bureau's own days of disclosure (R-O1)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up
from onedoor.api.visits.visits import blp
from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.visits import queries, service
from onedoor.visits.models import Record, RecordRevision
from onedoor.visits.rules.results import Result
from onedoor.visits.schemas import DisclosureDaysSchema
from tenants.rules import Permission

_LONG = validate.Length(max=4000)


class RevisedItemIn(Schema):
    """What is right of one matter: its item's id, results and note."""

    id = fields.UUID(required=True)
    results = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in Result])),
        required=True,
        validate=validate.Length(min=1, max=20),
    )
    note = fields.String(load_default="", validate=_LONG)


class RevisionIn(Schema):
    """A correction: why, who asked for it, and what is right; items that are not named stay as they are."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))
    requested_by = fields.String(required=True, validate=validate.Length(1, 200))
    items = fields.List(fields.Nested(RevisedItemIn), load_default=list, validate=validate.Length(max=200))
    note = fields.String(load_default="", validate=_LONG)


class RevisionOut(Schema):
    """A correction: `proposed` until another person has decided; then `approved`, which made `version`, or `returned`."""

    id = fields.UUID()
    record_id = fields.UUID()
    version = fields.Integer()
    reason = fields.String()
    requested_by = fields.String()
    state = fields.String(validate=validate.OneOf(["proposed", "approved", "returned"]))
    created_at = fields.AwareDateTime()
    author_name = fields.String()
    decided_at = fields.AwareDateTime(allow_none=True)
    decider_name = fields.String(allow_none=True)
    return_reason = fields.String(allow_none=True)


class Revisions(Schema):
    """The corrections of a record, as they were proposed."""

    items = fields.List(fields.Nested(RevisionOut))


class DisclosureDaysOut(Schema):
    """Working days within which results are public: as the place says, and the bureau's own (null: none)."""

    place = fields.Integer()
    own = fields.Integer(allow_none=True)


@blp.route("/records/<uuid:record_id>/revisions")
@allow(Permission.BUREAU_READ)
@looked_up("record", queries.record)
@blp.response(200, Revisions)
def revisions(record: Record) -> dict[str, Any]:
    """一份检查记录的更正"""
    return {"items": queries.revisions(record.id)}


@blp.route("/records/<uuid:record_id>/revisions", methods=["POST"])
@allow(Permission.VISIT_RECORD, Permission.VISIT_MANAGE)
@looked_up("record", queries.record)
@blp.arguments(RevisionIn)
@blp.response(201, RevisionOut)
def propose_revision(given: dict[str, Any], record: Record) -> RecordRevision:
    """提请更正一份已审核通过的检查记录，由另一人在页面上审批"""
    items = {str(one["id"]): {"results": one["results"], "note": one["note"]} for one in given["items"]}
    return service.propose_revision(record.id, given["reason"], given["requested_by"], items, given["note"])


@blp.route("/disclosure-days")
@allow(Permission.BUREAU_READ)
@blp.response(200, DisclosureDaysOut)
def disclosure_days() -> dict[str, Any]:
    """公示期限：本地规定的，和本单位自己定的"""
    return _days()


@blp.route("/disclosure-days", methods=["PUT"])
@allow(Permission.USERS_MANAGE)
@blp.arguments(DisclosureDaysSchema)
@blp.response(200, DisclosureDaysOut)
def set_disclosure_days(given: dict[str, Any]) -> dict[str, Any]:
    """改定本单位的公示期限，只能比本地规定更短；days 为 null 时按本地规定"""
    service.set_disclosure_days(given["days"])
    return _days()


def _days() -> dict[str, Any]:
    return {"place": service.place_disclosure_days(), "own": queries.own_disclosure_days(today())}
