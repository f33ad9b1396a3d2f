"""Units of a bureau (科室、股室、执法大队), kept by its administrator; who of one unit leaves another's things alone (R-T5)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.kernel import audit
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from tenants.models import Unit, UserAccount
from tenants.rules import Role

LONGEST = 60


def unit(unit_id: UUID) -> Unit:
    """One of the current bureau's."""
    found = db.session.get(Unit, unit_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound(N_("没有这个科室。"))
    return found


def my_unit() -> UUID | None:
    """The unit whose things whoever works here keeps and reviews: their own, or that of the one they act for.

    None is the whole bureau: of people who belong to no unit, of administrators, and of work that nobody asked for.
    """
    scope = current_scope()
    if scope.actor_id is None:
        return None
    account = sa.select(UserAccount.unit_id, UserAccount.roles)
    found = db.session.execute(account.where(UserAccount.id == (scope.acting_for or scope.actor_id))).first()
    return None if found is None or Role.ADMINISTRATOR in found.roles else found.unit_id


def unit_of(account_id: UUID) -> UUID | None:
    """To which unit an account of the current bureau belongs."""
    return db.session.scalar(sa.select(UserAccount.unit_id).where(UserAccount.id == account_id))


def is_others(unit_id: UUID | None) -> bool:
    """Whether a thing of that unit is another unit's than that of whoever works here; what belongs to none is everybody's."""
    return unit_id is not None and my_unit() not in (None, unit_id)


def others(unit_id: UUID) -> Forbidden:
    """The refusal of what belongs to another unit."""
    return Forbidden(
        N_("由“%(unit)s”维护，请由该科室的人员办理，或请管理员调整科室。"), unit=unit(unit_id).name
    )


def refuse_others(unit_id: UUID | None) -> None:
    """Raise `Forbidden` for what belongs to another unit (R-T5)."""
    if unit_id is not None and is_others(unit_id):
        raise others(unit_id)


def check_unit(unit_id: UUID | None) -> None:
    """A form may name any id; another bureau's unit is answered like none at all (R-T1)."""
    mine = sa.select(Unit.id).where(Unit.tenant_id == current_scope().tenant_id, Unit.id == unit_id)
    if unit_id is not None and db.session.scalar(mine) is None:
        raise ClerkError(N_("没有这个科室。"), fields={"unit_id": [N_("请从所列科室中选择。")]})


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
        raise Conflict(
            N_("“%(name)s”还有人员、检查事项、检查对象、选取规则、专家、培训或计划，请先改到其他科室。"),
            name=of.name,
        ) from None
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
