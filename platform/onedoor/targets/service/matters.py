"""Places of business, products, projects and activities of entities as targets of a bureau (R-L5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.entities.service import merge_lock
from onedoor.items.rules.codes import MATTER_NAMES
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.targets import queries as target_queries
from onedoor.targets.models import TargetMatter
from onedoor.targets.queries.matters import listed_place
from onedoor.targets.rules.codes import PLACE
from onedoor.targets.service.units import refuse_other_target
from tenants import queries as tenants


def add_matter(entity: Entity, given: Mapping[str, Any]) -> TargetMatter:
    """List a product, project or activity of an entity that is in the library.

    `given`: kind, name, number, and nature, industry, jurisdiction_code, note if there is anything to say.
    """
    if target_queries.target_of(entity.id) is None:
        raise Conflict("请先把“%(name)s”列入本单位的名录库。", name=entity.name)
    refuse_other_target(entity.id)
    if given["kind"] not in target_queries.allowed_kinds():
        raise not_covered(given["kind"])
    place = given.get("jurisdiction_code") or None
    if place is not None and place not in {one.code for one in tenants.places()}:
        raise ClerkError("请从所列选项中选择。", fields={"jurisdiction_code": ["请从所列选项中选择。"]})
    if any(
        one.ended_on is None
        and (one.kind, one.name, one.number) == (given["kind"], given["name"], given["number"])
        for one in target_queries.matters_of(entity.id)
    ):
        raise _listed()
    tenant = current_scope().tenant_id
    assert tenant is not None
    made = TargetMatter(
        id=new_id(),
        tenant_id=tenant,
        entity_id=entity.id,
        listed_on=today(),
        **{**given, "jurisdiction_code": place},
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        # Somebody listed it in this very moment.
        raise _listed() from None
    audit.record("registry.matter.add", ("target", made.id), f"{entity.name} {made.name}", after=dict(given))
    db.session.flush()
    return made


def number_matters(kinds: Collection[str]) -> None:
    """Give those in the library that have none yet their numbers in draws, in the order in which they came; a number is not given to another
    (docs/adr/0011)."""
    tenant = current_scope().tenant_id
    locks.hold(f"matters {tenant}")
    mine = TargetMatter.tenant_id == tenant
    last = db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(TargetMatter.sequence), 0)).where(mine))
    fresh = (
        sa.select(TargetMatter.id, sa.func.row_number().over(order_by=TargetMatter.id).label("nth"))
        .where(
            mine,
            TargetMatter.sequence.is_(None),
            TargetMatter.ended_on.is_(None),
            TargetMatter.kind.in_(kinds),
        )
        .subquery()
    )
    numbered = (
        sa.update(TargetMatter)
        .where(TargetMatter.id == fresh.c.id)
        .values(sequence=fresh.c.nth + (last or 0))
    )
    db.session.execute(numbered.execution_options(synchronize_session=False))


def list_places(entity: Entity, premises_ids: Collection[UUID]) -> int:
    """List an entity of the library at these places of business; returns how many were not listed yet.

    An item about the entity is about it wherever it works: no item asks for places apart.
    """
    # A place goes where its entity's merge takes it.
    merge_lock.listing()
    if target_queries.target_of(entity.id) is None:
        raise Conflict("请先把“%(name)s”列入本单位的名录库。", name=entity.name)
    refuse_other_target(entity.id)
    known = {one.id: one for one in entity_queries.premises_of(entity.id)}
    if not premises_ids or not known.keys() >= set(premises_ids):
        raise _wrong_place("请从所列的经营场所中选择。")
    chosen = [known[one] for one in dict.fromkeys(premises_ids)]
    if closed := next((one for one in chosen if one.closed_on is not None), None):
        raise _wrong_place("第 %(number)s 处经营场所已停用，不能列入。", number=closed.number)
    listed = {one.premises_id for one in target_queries.matters_of(entity.id) if one.ended_on is None}
    fresh = [one for one in chosen if one.id not in listed]
    tenant = current_scope().tenant_id
    assert tenant is not None
    for one in fresh:
        row = TargetMatter(id=new_id(), tenant_id=tenant, entity_id=entity.id, kind=PLACE, name="")
        row.premises_id, row.listed_on = one.id, today()
        db.session.add(row)
    if fresh:
        change = {"places": [one.number for one in fresh]}
        audit.record("registry.matter.add", ("target", entity.id), entity.name, after=change)
    db.session.flush()
    return len(fresh)


def _wrong_place(text: str, **params: object) -> ClerkError:
    return ClerkError(text, fields={"premises": [text % params]}, **params)


def _listed() -> ClerkError:
    return ClerkError("已经列入。", fields={"name": ["同名同编号的已经列入。"]})


def not_covered(kind: str) -> ClerkError:
    """The refusal of a product, project or activity that no item of the bureau is about (确保不越位, R-L5)."""
    name = MATTER_NAMES[kind]
    text = "本单位没有以%(kind)s为检查对象的事项，不能列入（确保不越位）。"
    return ClerkError(text, kind=name, fields={"kind": ["请先在检查事项的“检查对象”里选上这一类。"]})


def end_matter(matter: TargetMatter, reason: str) -> None:
    """Take it out of the library, with the reason."""
    if matter.ended_on is not None:
        raise Conflict("已经移出名录库。")
    refuse_other_target(matter.entity_id)
    if not reason.strip():
        raise ClerkError("请写明移出的理由。", fields={"reason": ["请写明移出的理由。"]})
    matter.ended_on, matter.ended_reason = today(), reason.strip()
    place = listed_place(matter)
    name = (place.name or place.address) if place else matter.name
    audit.record("registry.matter.end", ("target", matter.id), name, after={"reason": reason.strip()})
    db.session.flush()
