"""Places of business and licences of an entity, by who may write them (R-T4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import Entity, Licence, Premises
from onedoor.entities.policies.merges import highest_number
from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants

_HIGHEST_NUMBERS = f"SELECT e.id, {highest_number('e.id')} FROM entity e WHERE e.id = ANY (:entities)"  # noqa: S608


def save_premises(entity: Entity, given: Mapping[str, Any], premises: Premises | None = None) -> Premises:
    """Add or change a place of business; with `closed_on` it is in use no more. Only keepers of the kind may.

    `given`: name, address, jurisdiction_code, closed_on, note, as `models.Premises` has them.
    """
    if entity.kind not in queries.my_entity_kinds():
        raise Forbidden("这类主体的经营场所由登记部门维护，请向登记部门提出更正。")
    if given["jurisdiction_code"] not in {place.code for place in tenants.places()}:
        raise _wrong("jurisdiction_code", "请从所列选项中选择。")
    if given["closed_on"] and given["closed_on"] > today():
        raise _wrong("closed_on", "日期不能晚于今天。")
    if premises is None:
        premises = Premises(
            id=new_id(),
            tenant_id=_mine(),
            entity_id=entity.id,
            number=next_numbers([entity.id])[entity.id],
            created_at=now(),
        )
        db.session.add(premises)
    before = {name: getattr(premises, name) for name in given}
    for name, value in given.items():
        setattr(premises, name, value)
    premises.updated_at = now()
    label = f"{entity.name} {premises.address}"
    audit.record(
        "registry.premises.save", ("entity", entity.id), label, before=_plain(before), after=_plain(given)
    )
    db.session.flush()
    return premises


def save_licence(entity: Entity, given: Mapping[str, Any], licence: Licence | None = None) -> Licence:
    """Add or change a licence. Keepers of the entity's kind enter any; another bureau those that it issued itself (R-T4).

    A number is one issuer's: what one bureau enters as its own holds no other's back.

    `given`: kind, number, issued_by, issued_on, valid_to, premises_number, cancelled_on, note.
    """
    values = dict(given)
    if entity.kind not in queries.my_entity_kinds():
        if licence is not None and not may_change_licence(entity, licence):
            raise Forbidden("这个许可证由登记部门或发证机关维护，请向登记部门提出更正。")
        values["issued_by"] = tenants.my_bureau().name
    if not values["issued_by"]:
        raise _wrong("issued_by", "请填写发证机关。")
    refuse_wrong_days(values)
    _refuse_foreign_place(entity, values["premises_number"])
    _refuse_twice(entity, values, licence)
    if licence is None:
        licence = Licence(id=new_id(), tenant_id=_mine(), entity_id=entity.id, created_at=now())
        db.session.add(licence)
    before = {name: getattr(licence, name) for name in values}
    for name, value in values.items():
        setattr(licence, name, value)
    licence.updated_at = now()
    label = f"{entity.name} {licence.kind} {licence.number}"
    audit.record(
        "registry.licence.save", ("entity", entity.id), label, before=_plain(before), after=_plain(values)
    )
    db.session.flush()
    return licence


def may_change_licence(entity: Entity, licence: Licence) -> bool:
    """Whether the current bureau keeps this licence: it entered it, or issued it, or keeps entities of the kind."""
    if licence.tenant_id == current_scope().tenant_id or entity.kind in queries.my_entity_kinds():
        return True
    return licence.issued_by == tenants.my_bureau().name


def refuse_wrong_days(values: Mapping[str, Any]) -> None:
    """Raise ClerkError with the field for days of a licence that cannot be: `issued_on`, `valid_to`, `cancelled_on`."""
    first, last = values["issued_on"], values["valid_to"]
    if first and first > today():
        raise _wrong("issued_on", "日期不能晚于今天。")
    if first and last and last < first:
        raise _wrong("valid_to", "结束日期不能早于开始日期。")
    if values["cancelled_on"] and values["cancelled_on"] > today():
        raise _wrong("cancelled_on", "日期不能晚于今天。")


def _refuse_foreign_place(entity: Entity, number: int | None) -> None:
    if number and number not in {one.number for one in queries.premises_of(entity.id)}:
        raise _wrong("premises_number", "请从所列选项中选择。")


def _refuse_twice(entity: Entity, values: Mapping[str, Any], licence: Licence | None) -> None:
    if any(
        one is not licence
        and (one.kind, one.number, one.issued_by) == (values["kind"], values["number"], values["issued_by"])
        for one in queries.licences_of(entity.id)
    ):
        raise Conflict(
            "这个主体已登记%(issuer)s所发的同一种类、同一编号的许可证。", issuer=values["issued_by"]
        )


def next_numbers(entities: Collection[UUID]) -> dict[UUID, int]:
    """The number that the next place of each entity will have; only who keeps them may ask."""
    asked = sorted(set(entities))
    # Of two who add at once the second waits for the first, and sees what it added.
    locked = sa.select(Entity.id).where(Entity.id.in_(asked)).order_by(Entity.id)
    db.session.execute(locked.with_for_update(key_share=True)).all()
    found = db.session.execute(sa.text(_HIGHEST_NUMBERS), {"entities": asked})
    return {row[0]: row[1] + 1 for row in found}


def _mine() -> UUID:
    tenant = current_scope().tenant_id
    assert tenant is not None
    return tenant


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else str(value) if value is not None else None
        for name, value in values.items()
    }


def _wrong(field: str, text: str) -> ClerkError:
    return ClerkError(text, fields={field: [text]})
