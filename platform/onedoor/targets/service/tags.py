"""Tags: the vocabulary of a bureau, and giving its words to entities and targets (R-T4, R-L5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.targets import queries as target_queries
from onedoor.targets.models import EntityTag, Tag
from onedoor.targets.rules.selection import split_words
from onedoor.targets.service.units import listed_by_others, refuse_other_target


def add_tag(name: str, note: str, *, shared: bool) -> Tag:
    """A new word of the vocabulary. Only who keeps a kind of entity may share one with all bureaus."""
    name = name.strip()
    if split_words(name) != (name,):
        raise _wrong("标签不能含空格、逗号、顿号或分号。")
    if any(one.name == name for one in target_queries.my_tags(active=False)):
        raise _wrong("已有同名的标签。")
    if shared and not entity_queries.my_entity_kinds():
        raise Forbidden("共用标签由登记部门维护，请添加本单位自用的标签。")
    tag = Tag(id=new_id(), tenant_id=_mine(), name=name, shared=shared, note=note.strip(), created_at=now())
    db.session.add(tag)
    audit.record("registry.tag.add", ("tag", tag.id), name, after={"shared": shared})
    db.session.flush()
    return tag


def set_tag_active(tag: Tag, active: bool) -> None:
    """Whether the word is still given; who carries it keeps it."""
    before, tag.active = {"active": tag.active}, active
    audit.record("registry.tag.change", ("tag", tag.id), tag.name, before=before, after={"active": active})
    db.session.flush()


def givable(entity: Entity) -> list[Tag]:
    """The tags the current bureau may put on an entity, or take off it: its own, and its shared ones if it keeps the kind; of
    those that are not given any more what the entity carries."""
    keeps = entity.kind in entity_queries.my_entity_kinds()
    carried = {one.tag_id for one in target_queries.tags_of(entity.id)}
    mine = target_queries.my_tags(active=False)
    return [tag for tag in mine if (tag.active or tag.id in carried) and (keeps or not tag.shared)]


def set_tags(entity: Entity, chosen: Collection[UUID]) -> None:
    """Leave exactly these of the current bureau's tags on an entity; those it may not give stay as they are, and one that is
    not given any more may be taken off.

    Of another unit's target only the tags that all bureaus share are changed, which are the register's (R-T5).
    """
    allowed = {tag.id: tag for tag in givable(entity)}
    if not allowed:
        raise Conflict("本单位还没有可用的标签，请先添加标签。")
    if not set(chosen) <= set(allowed):
        raise ClerkError("请从所列标签中选择。", fields={"tags": ["请从所列标签中选择。"]})
    carried = {one.tag_id: one for one in target_queries.tags_of(entity.id) if one.tag_id in allowed}
    if any(not allowed[one].shared for one in set(chosen) ^ set(carried)):
        refuse_other_target(entity.id)
    before = sorted(allowed[one].name for one in carried)
    for tag_id, row in carried.items():
        if tag_id not in chosen:
            db.session.delete(row)
    for tag_id in set(chosen) - set(carried):
        db.session.add(_row(allowed[tag_id], entity.id))
    after = sorted(allowed[one].name for one in chosen)
    audit.record(
        "registry.entity.tag",
        ("entity", entity.id),
        entity.name,
        before={"tags": before},
        after={"tags": after},
    )
    db.session.flush()


def tag_many(entities: Sequence[Entity], tag: Tag, *, off: bool = False) -> dict[UUID, ClerkError]:
    """Put a tag on entities, or take it off; answers to which by id it was not done and why.

    What somebody else did to one of them meanwhile is told of that one, and the others go on.
    """
    if not off and not tag.active:
        unused = Conflict("标签“%(tag)s”已停用，不能再加，可以取下。", tag=tag.name)
        return {one.id: unused for one in entities}
    kinds = entity_queries.my_entity_kinds()
    theirs = {} if tag.shared else listed_by_others([one.id for one in entities])
    open_to = [one.id for one in entities if one.id not in theirs and (not tag.shared or one.kind in kinds)]
    changed = _changed(tag, open_to, off) if open_to else set()
    if changed:
        after = {"count": len(changed), "off": off}
        audit.record("registry.targets.tag", ("tag", tag.id), tag.name, after=after)
        db.session.flush()
    why = Conflict("没有这个标签。") if off else Conflict("已有这个标签。")
    refused: dict[UUID, ClerkError] = {**theirs, **dict.fromkeys(set(open_to) - changed, why)}
    for one in entities:
        if one.id not in changed and one.id not in refused:
            refused[one.id] = Forbidden("共用标签由登记部门加在本单位维护的主体上。")
    return refused


def _changed(tag: Tag, ids: Sequence[UUID], off: bool) -> set[UUID]:
    """Put it on all or take it off all that carry it, in one statement; which of them it changed."""
    if off:
        leaving = sa.delete(EntityTag).where(EntityTag.tag_id == tag.id, EntityTag.entity_id.in_(ids))
        return set(db.session.scalars(leaving.returning(EntityTag.entity_id)))
    # In one order, so that two who do this at once wait for each other and not both.
    rows = [tag_columns(tag, one) for one in sorted(ids)]
    putting = insert(EntityTag).values(rows).on_conflict_do_nothing(index_elements=["tag_id", "entity_id"])
    return set(db.session.scalars(putting.returning(EntityTag.entity_id)))


def _row(tag: Tag, entity_id: UUID) -> EntityTag:
    return EntityTag(**tag_columns(tag, entity_id))


def tag_columns(tag: Tag, entity_id: UUID) -> dict[str, Any]:
    """The row of a tag on an entity."""
    return {
        "id": new_id(),
        "tenant_id": tag.tenant_id,
        "tag_id": tag.id,
        "entity_id": entity_id,
        "shared": tag.shared,
        "name": tag.name,
        "at": now(),
    }


def _mine() -> UUID:
    tenant = current_scope().tenant_id
    assert tenant is not None
    return tenant


def _wrong(text: str) -> ClerkError:
    return ClerkError(text, fields={"name": [text]})
