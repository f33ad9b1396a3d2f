"""Officers as a file has them: added, or changed where the file says otherwise (R-L7, R-L9)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, read_as
from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.officers.rules.inspector_rows import InspectorRow
from onedoor.officers.service.certificates import look_at
from onedoor.officers.service.inspectors import (
    account_of,
    change_inspector,
    keep_private,
    new_inspector,
    private_texts,
)
from onedoor.officers.service.officer_changes import SEAT, OfficerChange, check_seat, hold_back, told, waits
from onedoor.officers.service.proposals import Moves
from tenants import queries as tenants

_COLUMNS = {
    "性别": "sex",
    "执法机构全称": "body",
    "职务": "post",
    "执法证编号": "certificate_number",
    "证件有效期至": "certificate_expires_on",
    "执法类别": "kinds",
    "执法区域": "area",
    "资格专长": "qualifications",
    "可任组长": "leads",
    "状态": "status",
    "备注": "remark",
    "所在科室": "unit_id",
    "登录账号": "user_id",
}


# The states of officers have other words than those of entities.
_TOLD_AS = {"status": "inspector_status"}


def _read_inspector(values: Any) -> dict[str, Any]:
    """What a row says of somebody new, in the words of the list of changes."""
    said = read_as(values)
    return {("inspector_status" if name == "status" else name): change for name, change in said.items()}


def put_inspector(row: InspectorRow, inspector: Inspector | None, moves: Moves) -> RowOutcome:
    """Add or update the officer of a row, None for who is new: `new`, `changed` with what differs (`[before, after]`), or `unchanged`.

    What the row says nothing of stays as it was. Of numbers of a person only that they differ is said (R-T7).
    Who is new is only proposed; `moves` gathers whom the head is to be asked for, and what of whom is to change.
    """
    units = {unit.name: unit.id for unit in tenants.units()}
    values = {**row.values, "unit_id": units.get(row.unit), "user_id": account_of(row.account)}
    if inspector is None:
        return _added(row, values, moves)
    stood = {name: getattr(inspector, name) for name in ("status", "suspended_for", "proposed_as")}
    written = {"name", "sort_key", *(field for column, field in _COLUMNS.items() if column in row.given)}
    fresh = {name: values[name] for name in written}
    if "status" in fresh:
        moving = len(moves.entering) + len(moves.leaving)
        said = fresh["status"]
        fresh["status"] = moves.take(inspector, said) or inspector.status
        if inspector.status == InspectorStatus.PROPOSED and said != InspectorStatus.LEFT:
            # Who waits for the head enters as the latest file says.
            fresh["proposed_as"] = said if said == InspectorStatus.SUSPENDED else None
        moved = len(moves.entering) + len(moves.leaving) > moving
    else:
        moved = False
    changes: dict[str, Any] = {
        _TOLD_AS.get(name, name): [_plain(getattr(inspector, name)), _plain(value)]
        for name, value in fresh.items()
        if name != "sort_key" and getattr(inspector, name) != value
    }
    if moved:
        changes["inspector_status"] = [inspector.status, values["status"]]
    before = {name: _kept(getattr(inspector, name)) for name in written} | stood
    before["updated_at"] = inspector.updated_at.isoformat()
    fresh, number, change = _held(row, inspector, fresh)
    _ask_for(change, changes, moves)
    if (
        "certificate_number" not in change.values
        and values.get("certificate_kept")
        and not inspector.certificate_kept
    ):
        own = values["own_expires_on"] or inspector.certificate_expires_on
        inspector.certificate_kept, inspector.own_expires_on = True, own
    change_inspector(inspector, fresh)
    look_at(inspector)
    former = keep_private(inspector, number, row.phone)
    if former:
        changes["private"] = [None, None]
    if not changes:
        return RowOutcome(UNCHANGED)
    return RowOutcome(CHANGED, changes, inspector.id, before, json.dumps(former) if former else "")


def _added(row: InspectorRow, values: dict[str, Any], moves: Moves) -> RowOutcome:
    gone = values["status"] == InspectorStatus.LEFT
    inspector = new_inspector(
        {**values, "status": values["status"] if gone else InspectorStatus.PROPOSED.value}
    )
    db.session.flush()
    keep_private(inspector, row.identity_number, row.phone)
    if not gone:
        moves.enter(inspector, values["status"])
    return RowOutcome(NEW, _read_inspector(row.values), inspector.id)


def _ask_for(change: OfficerChange, changes: dict[str, Any], moves: Moves) -> None:
    """What is for the head to decide is asked for once, and told as a change once."""
    if change.differs and not waits(change):
        moves.changing.append(change)
        if change.identity_number:
            changes["private"] = [None, None]
        return
    for name in told(change):
        changes.pop(name, None)


def expect_seat_kept(row: InspectorRow, inspector: Inspector) -> None:
    """Raise where the row would put another into a seat that was drawn."""
    values = {**row.values, "user_id": account_of(row.account)}
    said = {name: values[name] for column, name in _COLUMNS.items() if column in row.given and name in SEAT}
    check_seat(_held(row, inspector, said)[2])


def _held(
    row: InspectorRow, inspector: Inspector, fresh: dict[str, Any]
) -> tuple[dict[str, Any], str, OfficerChange]:
    known = private_texts(inspector).get("identity_number", "") if row.identity_number else ""
    return hold_back(inspector, fresh, row.identity_number, known)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | list | None) else str(value)


def _kept(value: Any) -> Any:
    """As JSON keeps it; `service.loads.undo` reads it again."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
