"""The code or the kind of an entity corrected (R-T4): whose register it is in may change, so what follows is said before.

Draws, lists that were frozen, visits and results keep the code under which they were made; `queries.merges` counts them
as the entity's. What names it by its code and still holds follows (`entities.policies.code_correction`).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.entities import queries
from onedoor.entities.models import Correction, Entity
from onedoor.entities.queries.corrections import keeper_of_kind
from onedoor.entities.queries.entities import known_by_code
from onedoor.entities.rules.corrections import CODE, refuse_kind
from onedoor.entities.service.change_source import change_source
from onedoor.entities.service.provisional_numbers import clear, refuse_while_frozen
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now
from onedoor.kernel.codes import KIND_NAMES, EntityKind, entity_kind
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


class Unsure(ClerkError):
    """What follows was not confirmed; the message says what it is."""

    def __init__(self, effect: Sentence) -> None:
        super().__init__(effect.pattern, fields={"confirmed": ["请核对影响后勾选。"]}, **effect.params)


def look_over(entity: Entity, field: str, value: str) -> None:
    """Raise for a code that is taken, for a kind that the code denies, and for an entity that stands for itself no more."""
    into = queries.merges.merged_into(entity)
    if into is not None:
        raise Conflict(
            "%(gone)s已并入%(name)s，代码和类型不再更正；确实是两个主体的，请先撤回合并。",
            gone=entity.name,
            name=into[1].name,
        )
    if field != CODE:
        refuse_kind(entity.code, value)
        return
    known = known_by_code(value)
    if known is not None:
        problem = Sentence("这个代码已经登记，是“%(name)s”的；两个是同一主体的，请合并。", name=known.name)
        raise ClerkError(problem.pattern, fields={"value": [str(problem)]}, **problem.params)


def kind_after(entity: Entity, field: str, value: str) -> str:
    """The kind it has after the correction: the code's own where it names one."""
    if field != CODE:
        return value
    named = entity_kind(value)
    if named is EntityKind.OTHER and entity_kind(entity.code) is EntityKind.OTHER:
        return entity.kind
    return str(named.value)


def effect_of(entity: Entity, field: str, value: str) -> Sentence:
    """What follows from the correction: for whose register it is, and for what was done under the code before."""
    kind = kind_after(entity, field, value)
    keeper = keeper_of_kind(kind, entity.jurisdiction_code, entity.kept_by)
    said = {
        "former": entity.code,
        "kind": Sentence(KIND_NAMES[EntityKind(kind)]),
        "keeper": keeper.name if keeper else Sentence("其他单位"),
    }
    if kind == entity.kind:
        return Sentence(
            "更正后，以 %(former)s 办理的检查、结果和入企次数仍算作这个主体的；已经冻结的名单和抽取结果不变。",
            former=entity.code,
        )
    if keeper is not None and keeper.id == current_scope().tenant_id:
        return Sentence(
            "更正后它是%(kind)s，仍由本单位维护；以 %(former)s 办理的检查和结果仍算作它的，已经冻结的名单和抽取结果不变；各单位名录里的检查对象不变，由各单位核对。",
            **said,
        )
    return Sentence(
        "更正后它是%(kind)s，改由%(keeper)s维护，原维护单位不能再修改；以 %(former)s 办理的检查和结果仍算作它的，已经冻结的名单和抽取结果不变；各单位名录里的检查对象不变，由各单位核对。",
        **said,
    )


def recode(
    entity: Entity,
    field: str,
    value: str,
    reason: str,
    correction: Correction | None = None,
    *,
    confirmed: bool,
) -> None:
    """Correct it. Raises Unsure unless what follows is `confirmed`."""
    locks.hold(f"entity {value}")
    db.session.refresh(entity, with_for_update=True)
    look_over(entity, field, value)
    if field == CODE:
        refuse_while_frozen(entity.code, value)
    kind = kind_after(entity, field, value)
    _refuse_given_away(entity, field, value, kind)
    if not confirmed:
        raise Unsure(effect_of(entity, field, value))
    before = {"code": entity.code, "kind": entity.kind}
    try:
        with change_source(correction), db.session.begin_nested():
            entity.code, entity.kind = (value if field == CODE else entity.code), kind
            entity.updated_at = now()
    except IntegrityError:
        raise Conflict("这个代码刚刚由另一个主体登记，请核对后再办理。") from None
    after = {"code": entity.code, "kind": entity.kind}
    changed = {name: text for name, text in after.items() if text != before[name]}
    if field == CODE:
        clear(before["code"], value)
        asked = {"asked": entity.id, "former": before["code"], "actor": current_scope().actor_name}
        db.session.execute(sa.text("SELECT follow_code(:asked, :former, :actor)"), asked)
    db.session.expire_all()
    audit.record(
        "registry.entity.change",
        ("entity", entity.id),
        entity.name,
        before={name: before[name] for name in changed},
        after={**changed, "reason": reason.strip()},
    )


def _refuse_given_away(entity: Entity, field: str, value: str, kind: str) -> None:
    """Only its code gives an entity to another keeper."""
    code = value if field == CODE else entity.code
    if kind in queries.my_entity_kinds() or kind == code[:2]:
        return
    keeper = keeper_of_kind(kind, entity.jurisdiction_code)
    raise Forbidden(
        "%(kind)s由%(keeper)s维护；代码没有写明类型的，请由其登记后再合并。",
        kind=Sentence(KIND_NAMES[EntityKind(kind)]),
        keeper=keeper.name if keeper else Sentence("其他单位"),
    )
