"""Follow-ups over the interface: reading them, each step to their end, and what is passed on with its answers (R-V7).

A step taken twice is told as a conflict; sent again with the same Idempotency-Key it is answered as the first time.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g
from marshmallow import fields, validate

from onedoor.api.blueprints import UPLOADS, looked_up, room
from onedoor.api.followup_shapes import (
    KINDS,
    WORDS,
    FollowupOut,
    FollowupPage,
    ProofFileIn,
    TransferArgs,
    TransferOut,
    TransferPage,
)
from onedoor.api.lists.paging import PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.api.visits.shapes import CheckDecisionIn
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.followups import queries, schemas, service
from onedoor.followups.actions import HANDLERS, STEPS, Step, open_steps
from onedoor.followups.models import Transfer
from onedoor.followups.rules import may_answer, transfer_state
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup, Record
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission

blp = room("followups", "后续处置：查阅、办理")
ANSWERERS = (*HANDLERS, Permission.OVERSIGHT_ANSWER)
# What has no way of its own is ended with its outcome: its address says so.
PATHS = {"end": "outcome"}


class FollowupArgs(PageArgs):
    """Which are asked for."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(["open", "done"]))


def _own_record(record_id: UUID) -> Record:
    found = visits.record(record_id)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound()
    return found


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
    return page_of(query, rows.c.id, args)


@blp.route("/<uuid:followup_id>")
@allow(Permission.BUREAU_READ)
@looked_up("followup", queries.followup)
@blp.response(200, FollowupOut)
def one_followup(followup: Followup) -> dict[str, Any]:
    """一项后续处置：现在可办的步骤（steps），和已经办理的各步"""
    return _told(followup)


@blp.route("/records/<uuid:record_id>", methods=["POST"])
@allow(*HANDLERS)
@looked_up("record", _own_record)
@blp.arguments(schemas.OpenSchema)
@blp.response(201, FollowupOut)
def open_more(given: dict[str, Any], record: Record) -> dict[str, Any]:
    """给一份已审核通过的检查记录再确定一项后续处置"""
    return _told(service.open_more(record.id, given))


def _step(name: str, step: Step) -> None:
    def taken(given: dict[str, Any], followup: Followup) -> dict[str, Any]:
        service.expect_in_hand(followup, current_user.may)
        step.do(followup.id, given)
        return _told(followup)

    taken.__name__, taken.__doc__ = f"step_{name}", WORDS[name]
    answered = blp.response(200, FollowupOut)(taken)
    asked = looked_up("followup", queries.followup)(blp.arguments(step.schema)(answered))
    path = PATHS.get(name, name.replace("_", "-"))
    blp.route(f"/<uuid:followup_id>/{path}", methods=["POST"])(allow(*HANDLERS)(asked))


for _name, _one in STEPS.items():
    _step(_name, _one)


@blp.route("/<uuid:followup_id>/proof-file", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(*HANDLERS)
@looked_up("followup", queries.followup)
@blp.arguments(schemas.ProofSchema, location="form")
@blp.arguments(ProofFileIn, location="files")
@blp.response(200, FollowupOut)
def proof_with_file(given: dict[str, Any], sent: dict[str, Any], followup: Followup) -> dict[str, Any]:
    """录入改正材料，连同一个文件（multipart/form-data）"""
    file = sent["file"]
    service.expect_in_hand(followup, current_user.may)
    service.add_proof(followup.id, given, (file.filename or "", file.mimetype, file.read()))
    return _told(followup)


@blp.route("/<uuid:followup_id>/police-decision", methods=["POST"])
@allow(Permission.VISIT_APPROVE)
@looked_up("followup", queries.followup)
@blp.arguments(CheckDecisionIn)
@blp.response(200, FollowupOut)
def decide_police(given: dict[str, Any], followup: Followup) -> dict[str, Any]:
    """本单位负责人批准或者退回移送公安机关；由人提交的才能经接口办理"""
    police = queries.police(followup.id)
    waiting = approvals.waiting_for("police", police.id) if police else None
    if waiting is None:
        raise Conflict("这项移送没有等待负责人决定，可能已经有人办理。")
    approved = given["decision"] == "approve"
    service.decide_police(waiting, approved, given["reason"], g.principal.permissions)
    return _told(followup)


@blp.route("/transfers")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@blp.arguments(TransferArgs, location="query")
@blp.response(200, TransferPage)
def transfers(args: dict[str, Any]) -> dict[str, Any]:
    """收到的（received）或者送出的（sent）移送、抄告，最近的在前"""
    query = (queries.inbox if args["of"] == "received" else queries.sent)().with_only_columns(Transfer)
    found = page_of(query, Transfer.id, args)
    return {**found, "items": [_transfer(one) for one in found["items"]]}


@blp.route("/transfers/<uuid:transfer_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@looked_up("transfer", queries.transfer)
@blp.response(200, TransferOut)
def one_transfer(transfer: Transfer) -> dict[str, Any]:
    """一份移送：事实、期限、接收单位的每一步答复"""
    return _transfer(transfer)


@blp.route("/transfers/<uuid:transfer_id>/answer", methods=["POST"])
@allow(*ANSWERERS)
@looked_up("transfer", queries.transfer)
@blp.arguments(schemas.AnswerSchema)
@blp.response(200, TransferOut)
def answer(given: dict[str, Any], transfer: Transfer) -> dict[str, Any]:
    """接收单位的下一步：接收、退回、回执、答复、移出；可办的见 may_answer"""
    service.answer_transfer(transfer.id, given)
    return _transfer(transfer)


def _told(followup: Followup) -> dict[str, Any]:
    """One of them with every step that was taken, and those that are open."""
    db.session.flush()
    penalty = queries.penalty(followup.id)
    return {
        **columns(followup),
        "steps": [PATHS.get(name, name.replace("_", "-")) for name in open_steps(followup)],
        "order_to_correct": queries.order(followup.id),
        "proofs": queries.proofs(followup.id),
        "rechecks": queries.rechecks(followup.id),
        "case": queries.case(followup.id),
        "penalty": penalty,
        "remedies": queries.remedies(penalty.id) if penalty else [],
        "transfers": [_transfer(one) for one in queries.transfers(followup.id)],
        "police": queries.police(followup.id),
    }


def _transfer(transfer: Transfer) -> dict[str, Any]:
    db.session.flush()
    said = queries.answers(transfer.id)
    last = said[-1].kind if said else None
    mine = transfer.receiver_id == current_scope().tenant_id
    words = may_answer(transfer.mode, last, transfer.designated_by is not None) if mine else frozenset()
    return {
        **columns(transfer),
        "sender": tenants.bureau(transfer.tenant_id).name,
        "receiver": tenants.bureau(transfer.receiver_id).name,
        "state": transfer_state(last).value,
        "answers": said,
        "may_answer": sorted(one.value for one in words),
    }
