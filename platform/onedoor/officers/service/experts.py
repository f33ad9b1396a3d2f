"""The list of experts and testing institutes (R-L7): by hand and by file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor.imports.service.library_updates import note_update
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, read_as
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.pinyin import pinyin_key
from onedoor.officers import queries
from onedoor.officers.models import Expert
from onedoor.officers.rules.expert_rows import FIELDS, ExpertRow
from onedoor.officers.service.credentials import note_renewal
from tenants import units

_FACTS = ("name", *FIELDS.values())


def save_expert(expert: Expert | None, values: Mapping[str, Any]) -> Expert:
    """Add or edit one by hand; without a word of the unit, a new one is its whose hand it is. Another unit's are left alone
    (R-T5)."""
    if expert is not None:
        units.refuse_others(expert.unit_id)
    units.check_unit(values.get("unit_id"))
    other = queries.experts.known(values["name"], values["organisation"])
    if other is not None and other is not expert:
        raise ClerkError(
            "专家库里已有%(name)s，请核对。",
            name=values["name"],
            fields={"name": ["同一单位的同名专家已在库中。"]},
        )
    before = facts(expert) if expert is not None else None
    given = {**values, "sort_key": pinyin_key(values["name"])}
    if expert is None:
        expert = _new({"unit_id": units.my_unit(), **given})
    else:
        _assign(expert, given)
    if before is None or before["active"] != expert.active:
        entered = int(expert.active)
        note_update("experts", entered, 1 - entered, Sentence("专家或机构：%(name)s", name=expert.name))
    audit.record(
        "registry.expert.save", ("expert", expert.id), expert.name, before=before, after=facts(expert)
    )
    db.session.flush()
    return expert


def put_expert(row: ExpertRow) -> RowOutcome:
    """Add or update the one of a row; what the row says nothing of stays as it was."""
    expert = queries.experts.known(*row.key)
    if expert is None:
        return RowOutcome(NEW, read_as(row.values), _new(row.values).id)
    fresh = {field: row.values[field] for field in row.given}
    before, stood = facts(expert), expert.updated_at.isoformat()
    _assign(expert, fresh)
    after = facts(expert)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    before["updated_at"] = stood
    db.session.flush()
    return RowOutcome(CHANGED, changes, expert.id, before) if changes else RowOutcome(UNCHANGED)


def facts(expert: Expert) -> dict[str, Any]:
    """What the list says of one, for the log and for what a load would change."""
    columns = {name: getattr(expert, name) for name in _FACTS}
    expires, unit = columns["credential_expires_on"], columns["unit_id"]
    plain = {"credential_expires_on": expires.isoformat() if expires else None}
    return {**columns, **plain, "unit_id": str(unit) if unit else None}


def _new(values: Mapping[str, Any]) -> Expert:
    expert = Expert(id=new_id(), tenant_id=current_scope().tenant_id, updated_at=now(), **values)
    db.session.add(expert)
    db.session.flush()
    return expert


def _assign(expert: Expert, values: Mapping[str, Any]) -> None:
    differing = {name: value for name, value in values.items() if getattr(expert, name) != value}
    for name, value in differing.items():
        setattr(expert, name, value)
    if differing:
        expert.updated_at = now()
    if "credential_expires_on" in differing:
        note_renewal(expert)
