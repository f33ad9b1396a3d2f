"""What officers ask the library's clerk for, and the clerk's answer; nobody answers their own (R-L9, R-T5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor.entities import queries as entity_queries
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import InspectorRequest
from onedoor.officers.queries.leave import requests_of
from onedoor.officers.rules.codes import RequestState
from onedoor.officers.service.leave import note_leave, refuse_wrong_days
from onedoor.officers.service.recusals import add_recusal, recusal_reasons, refuse_past
from tenants import approvals, units

# More than this waiting is no request any more.
MOST_WAITING = 10


def ask_clerk(given: Mapping[str, Any]) -> InspectorRequest:
    """The signed-in officer asks for a correction of their data, for leave, or for a recusal."""
    inspector, scope = officer_queries.own_inspector(), current_scope()
    if inspector is None:
        raise NotFound("您的账号没有对应的执法人员，请联系本单位的名录管理人员。")
    waiting = [one for one in requests_of(inspector) if one.state == RequestState.WAITING]
    if len(waiting) >= MOST_WAITING:
        raise Conflict("您还有 %(count)s 件申请没有办理，请等办理后再提出。", count=len(waiting))
    kind = given["kind"]
    request = InspectorRequest(
        id=new_id(),
        tenant_id=inspector.tenant_id,
        inspector_id=inspector.id,
        kind=kind,
        text=given["text"].strip(),
        state=RequestState.WAITING,
        asker_id=scope.actor_id,
        asked_by=scope.actor_name,
        asked_at=now(),
        **_CHECKS[kind](given),
    )
    db.session.add(request)
    _record("ask", request)
    return request


def answer_request(request: InspectorRequest, granted: bool, answer: str) -> None:
    """Grant what an officer asked for, which does it, or decline with the reason; a correction is made before."""
    if request.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这件申请。")
    db.session.refresh(request, with_for_update=True)
    if request.state != RequestState.WAITING:
        raise Conflict("这件申请已经有人办理过了，请刷新页面查看结果。")
    approvals.refuse_own(request.asker_id)
    units.refuse_others(officer_queries.my_inspector(request.inspector_id).unit_id)
    if not granted and not answer.strip():
        raise ClerkError("不同意时请写明理由。", fields={"answer": ["请写明理由。"]})
    if granted:
        _grant(request)
    request.state = "done" if granted else "declined"
    request.answer, request.decided_by, request.decided_at = (
        answer.strip(),
        current_scope().actor_name,
        now(),
    )
    _record("grant" if granted else "decline", request)


def _grant(request: InspectorRequest) -> None:
    inspector = officer_queries.my_inspector(request.inspector_id)
    if request.kind == "leave":
        assert request.since is not None and request.until is not None
        note_leave(inspector, request.since, request.until, request.text)
    elif request.kind == "recusal":
        assert request.entity_code is not None and request.reason_code is not None
        add_recusal(inspector, request.entity_code, request.reason_code, request.text, request.until)


def _correction(given: Mapping[str, Any]) -> dict[str, Any]:
    if not given["text"].strip():
        raise ClerkError("请写明哪里不对、应是什么。", fields={"text": ["请写明哪里不对、应是什么。"]})
    return {}


def _leave(given: Mapping[str, Any]) -> dict[str, Any]:
    since, until = given["since"], given["until"]
    missing = {name: ["请填写日期。"] for name in ("since", "until") if given[name] is None}
    if missing:
        raise ClerkError("请填写休假的起止日期。", fields=missing)
    refuse_wrong_days(since, until)
    return {"since": since, "until": until}


def _recusal(given: Mapping[str, Any]) -> dict[str, Any]:
    if given["reason_code"] not in recusal_reasons():
        raise ClerkError("请选择回避的情形。", fields={"reason_code": ["请从所列选项中选择。"]})
    try:
        entity = entity_queries.entity_by_code(given["entity_code"])
    except NotFound as error:
        raise ClerkError(str(error), fields={"entity_code": [str(error)]}) from None
    refuse_past(given["until"])
    return {"entity_code": entity.code, "reason_code": given["reason_code"], "until": given["until"]}


_CHECKS = {"correction": _correction, "leave": _leave, "recusal": _recusal}


def _record(verb: str, request: InspectorRequest) -> None:
    name = officer_queries.inspector(request.inspector_id).name
    after = {"kind": request.kind, "answer": request.answer}
    audit.record(f"registry.request.{verb}", ("inspector", request.inspector_id), name, after=after)
    db.session.flush()
