"""Follow-ups over the interface: reading them, and each step to their end (R-V7). A step taken twice is told as a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.paging import PageArgs, page_of
from onedoor.api.rows import columns
from onedoor.edge.guard import allow
from onedoor.followups import queries, schemas, service
from onedoor.kernel.db import db
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import Handling
from tenants.rules import Permission

blp = room("followups", "后续处置：查阅、办理")
KINDS = [one.value for one in Handling]
WORKS = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD)


class FollowupArgs(PageArgs):
    """Which are asked for."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(["open", "done"]))


class FollowupOut(Schema):
    """What follows a finding, and how it ended."""

    id = fields.UUID()
    record_id = fields.UUID()
    visit_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(["open", "done"]))
    note = fields.String()
    due_on = fields.Date(allow_none=True)
    created_at = fields.AwareDateTime()
    done_at = fields.AwareDateTime(allow_none=True)
    done_by = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    conclusion = fields.String(allow_none=True)


class FollowupRow(Schema):
    """One of them as the list shows it: in whose hands it is, and when the next step is due."""

    id = fields.UUID()
    record_id = fields.UUID()
    visit_id = fields.UUID()
    visit_number = fields.String(allow_none=True)
    entity_code = fields.String()
    entity_name = fields.String()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(["open", "done"]))
    holder = fields.String(allow_none=True, validate=validate.OneOf(["own", "receiver", "police"]))
    due = fields.Date(allow_none=True)
    conclusion = fields.String(allow_none=True)


class FollowupPage(Schema):
    """A page of follow-ups, the newest first."""

    items = fields.List(fields.Nested(FollowupRow))
    next = fields.UUID(allow_none=True)


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(FollowupArgs, location="query")
@blp.response(200, FollowupPage)
def followups(args: dict[str, Any]) -> dict[str, Any]:
    """本单位检查发现问题后的处置，最近的在前；可按方式和状态筛选"""
    rows = queries.rows()
    query = queries.of_bureau(rows)
    for name in ("kind", "state"):
        if args[name]:
            query = query.where(rows.c[name] == args[name])
    return page_of(query, rows.c.id, args["limit"], args["after"])


@blp.route("/<uuid:followup_id>")
@allow(Permission.BUREAU_READ)
@looked_up("followup", visits.followup)
@blp.response(200, FollowupOut)
def one_followup(followup: Followup) -> dict[str, Any]:
    """一项后续处置"""
    return columns(followup)


def _step(name: str, schema: type[Schema], words: str, do: Callable[[Any, dict[str, Any]], Any]) -> None:
    def taken(given: dict[str, Any], followup: Followup) -> dict[str, Any]:
        do(followup.id, given)
        db.session.flush()
        return columns(followup)

    taken.__name__, taken.__doc__ = f"step_{name}", words
    answered = blp.response(200, FollowupOut)(taken)
    asked = looked_up("followup", visits.followup)(blp.arguments(schema)(answered))
    blp.route(f"/<uuid:followup_id>/{name}", methods=["POST"])(allow(*WORKS)(asked))


_step(
    "order",
    schemas.OrderSchema,
    N_("责令改正：要求和期限；已责令的返回冲突"),
    lambda key, data: service.order_correction(key, data["demands"], data["due_on"]),
)
_step(
    "receipt",
    schemas.ReceiptSchema,
    N_("登记责令改正通知书的签收"),
    lambda key, data: service.note_receipt(key, data["receipt_on"], data["receipt_by"]),
)
_step(
    "proof",
    schemas.ProofSchema,
    N_("录入当事人提交的改正材料"),
    lambda key, data: service.add_proof(key, data, None),
)
_step("recheck", schemas.RecheckSchema, N_("登记复查结果"), service.recheck)
_step("case", schemas.CaseSchema, N_("立案"), service.open_case)
_step("close", schemas.CaseEndSchema, N_("结案"), service.end_case)
_step(
    "outcome",
    schemas.OutcomeSchema,
    N_("没有专门步骤的处置，写明结果并办结"),
    lambda key, data: service.end_other(key, data["outcome"]),
)
