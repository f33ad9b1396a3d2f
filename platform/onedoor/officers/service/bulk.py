"""What may be done to many officers at once (R-L7 to R-L9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from onedoor.imports.service.bulk_actions import Action, Refused, one_by_one
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.officers import queries
from onedoor.officers.models import Inspector
from onedoor.officers.queries.proposals import waits_to
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.service.inspectors import set_inspector_status, set_unit
from onedoor.officers.service.proposals import propose_exit
from tenants.units import is_others, others


def _found(ids: Sequence[UUID]) -> list[Inspector]:
    query = queries.inspectors().where(Inspector.id.in_(ids)).order_by(Inspector.code)
    return list(db.session.scalars(query))


def _names(ids: Sequence[UUID]) -> Mapping[UUID, str]:
    return {one.id: one.name for one in _found(ids)}


def _unit(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    unit = UUID(params["unit_id"]) if params["unit_id"] else None
    return one_by_one(_found(ids), lambda one: set_unit(one, unit))


def _suspend(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return one_by_one(_found(ids), lambda one: _become(one, InspectorStatus.SUSPENDED, params["reason"]))


def _resume(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return one_by_one(_found(ids), lambda one: _become(one, InspectorStatus.ACTIVE, params["reason"]))


def _become(one: Inspector, status: InspectorStatus, reason: str) -> None:
    if one.status not in (InspectorStatus.ACTIVE, InspectorStatus.SUSPENDED):
        raise Conflict("不在库中，或入库还没有批准。")
    if one.status == status:
        raise Conflict("已经是这个状态。")
    set_inspector_status(one, status, reason)


def _exit(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    """Those who can leave are proposed to the head together, in one approval."""
    refused: dict[UUID, ClerkError] = {}
    leaving = []
    for one in _found(ids):
        if one.status not in (InspectorStatus.ACTIVE, InspectorStatus.SUSPENDED):
            refused[one.id] = Conflict("不在库中，或入库还没有批准。")
        elif waits_to("exit", one):
            refused[one.id] = Conflict("离库已在等待批准。")
        elif one.unit_id is not None and is_others(one.unit_id):
            refused[one.id] = others(one.unit_id)
        else:
            leaving.append(one)
    propose_exit(leaving, params["reason"])
    return refused


INSPECTORS: dict[str, Action] = {
    "unit": Action("设定执法人员的科室", _unit, _names),
    "suspend": Action("暂停执法", _suspend, _names),
    "resume": Action("恢复在岗", _resume, _names),
    "exit": Action("提请执法人员离库", _exit, _names, together=True),
}
