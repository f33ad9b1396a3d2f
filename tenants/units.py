"""Units of a bureau (科室、股室、执法大队), kept by its administrator (R-T5)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.kernel import audit
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from tenants.models import Unit, UserAccount
from tenants.people.words import N_

LONGEST = 60


def unit(unit_id: UUID) -> Unit:
    """One of the current bureau's."""
    found = db.session.get(Unit, unit_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound(N_("没有这个科室。"))
    return found


def people_by_unit() -> dict[UUID, int]:
    """How many accounts in use belong to each unit."""
    query = (
        sa.select(UserAccount.unit_id, sa.func.count().label("people"))
        .where(
            UserAccount.tenant_id == current_scope().tenant_id,
            UserAccount.active,
            UserAccount.unit_id.is_not(None),
        )
        .group_by(UserAccount.unit_id)
    )
    return {row.unit_id: row.people for row in db.session.execute(query)}


def add_unit(name: str) -> Unit:
    """A new unit."""
    name = _checked(name, None)
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    made = Unit(id=new_id(), tenant_id=tenant_id, name=name)
    db.session.add(made)
    audit.record("tenants.unit.add", ("unit", made.id), name)
    db.session.flush()
    return made


def rename_unit(of: Unit, name: str) -> None:
    """Another name; whoever and whatever belongs to it stays with it."""
    before, of.name = of.name, _checked(name, of)
    audit.record(
        "tenants.unit.rename", ("unit", of.id), of.name, before={"name": before}, after={"name": of.name}
    )
    db.session.flush()


def remove_unit(of: Unit) -> None:
    """Take away a unit to which nobody and nothing belongs."""
    try:
        with db.session.begin_nested():
            db.session.delete(of)
    except IntegrityError:
        raise Conflict(N_("“%(name)s”还有人员、检查事项或计划，请先改到其他科室。"), name=of.name) from None
    audit.record("tenants.unit.remove", ("unit", of.id), of.name)
    db.session.flush()


def _checked(text: str, of: Unit | None) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST:
        raise ClerkError(
            N_("科室名称应为 1 到 60 个字。"), fields={"name": [N_("科室名称应为 1 到 60 个字。")]}
        )
    same = sa.select(Unit).where(Unit.tenant_id == current_scope().tenant_id, Unit.name == name)
    other = db.session.scalar(same)
    if other is not None and other is not of:
        raise ClerkError(N_("已有同名的科室。"), fields={"name": [N_("已有同名的科室。")]})
    return name
