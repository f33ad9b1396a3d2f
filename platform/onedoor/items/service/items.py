"""Items: drafts of the next version of the list (R-L1 to R-L4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED, RowOutcome, read_as
from onedoor.items import queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemListState, ItemState
from onedoor.items.rules.item_rows import (
    FACTS,
    checklist_of,
    facts_of,
    following,
    lacks_reason,
    next_numbers,
    no_reason_now,
)
from onedoor.items.rules.methods import read_methods
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.pinyin import pinyin_key
from tenants import queries as tenants
from tenants import units


def put_draft(number: str, values: Mapping[str, Any]) -> RowOutcome:
    """Make the item's next version a draft with these values, unless it stands so. What they do not name stays."""
    draft, published = standing(number, "draft"), standing(number, "published")
    stands = draft or published
    values = _whole(stands, published, values)
    if stands is not None and not stands.ending and _same(stands, values):
        return RowOutcome(UNCHANGED)
    changes = _differences(stands, values) if stands is not None else read_as(values)
    if stands is not None:
        units.refuse_others(stands.unit_id)
    _refuse_without_reason(values)
    _refuse_while_submitted(draft)
    before = None
    if draft is None:
        draft = _new_draft(number)
        draft.source_id = published.source_id if published else None
        _assign(draft, values)
        db.session.add(draft)
    else:
        before = {
            "draft": {**facts_of(draft), "ending": draft.ending},
            "updated_at": draft.updated_at.isoformat(),
        }
        _assign(draft, values)
    db.session.flush()
    return RowOutcome(NEW if stands is None else CHANGED, changes, draft.id, before)


def put_back(draft: Item, stood: Mapping[str, Any], at: datetime) -> None:
    """Write a draft again as a load found it."""
    _assign(draft, stood)
    draft.ending, draft.updated_at = stood["ending"], at


def _whole(stands: Item | None, published: Item | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """All facts of the next version: what `values` do not name is as it stands, of one that was to end as it is published."""
    if stands is None:
        return {"checklist": checklist_of(values.get("content", "")), **values}
    before = facts_of(published if stands.ending and published else stands)
    fresh: dict[str, Any] = {}
    if values.get("content", before["content"]) != before["content"]:
        fresh["checklist"] = following(before["checklist"], values["content"])
    if no_reason_now(before, values):
        fresh["remark"] = ""
    return {**before, **fresh, **values}


def save_item(number: str, values: Mapping[str, Any]) -> Item:
    """Add or edit one item by hand; nothing is public until the list is published again."""
    before = standing(number, "draft") or standing(number, "published")
    former = facts_of(before) if before is not None else None
    if "method" in values:
        values = {**values, "method": read_methods(values["method"], before.method if before else "")}
    if before is not None:
        # Points that somebody wrote out stay when the content they once came from is changed.
        plain = before.checklist == checklist_of(before.content)
        values = values if plain else {"checklist": before.checklist, **values}
    put_draft(number, values)
    item = standing(number, "draft") or standing(number, "published")
    assert item is not None
    audit.record("registry.item.save", ("item", item.id), item.name, before=former, after=facts_of(item))
    return item


def new_number() -> str:
    """The next free number of this bureau's items."""
    prefix = tenants.my_bureau().code.rsplit("-", 1)[-1]
    query = sa.select(Item.number).where(Item.tenant_id == current_scope().tenant_id)
    return next_numbers(prefix, list(db.session.scalars(query)), 1)[0]


def end_item(item: Item, reason: str) -> Item:
    """Draft that the item leaves the list with the next version (the law changed, R-L4)."""
    if not reason.strip():
        raise ClerkError("请写明事项退出清单的理由。", fields={"reason": ["请写明理由。"]})
    units.refuse_others(item.unit_id)
    draft = item if item.state == ItemState.DRAFT else standing(item.number, "draft")
    if draft is not None and draft.ending:
        raise Conflict("这个事项已拟退出清单，下一版清单公布后生效。")
    if draft is not None:
        raise Conflict("这个事项还有未公布的修改，请先放弃修改。")
    if item.state != ItemState.PUBLISHED:
        raise Conflict("这已不是现行的一版，请打开现行的一版。")
    ending = _new_draft(item.number)
    ending.source_id = item.source_id
    _assign(ending, facts_of(item))
    ending.ending, ending.remark = True, reason.strip()
    db.session.add(ending)
    db.session.flush()
    audit.record("registry.item.end", ("item", ending.id), item.name, after={"reason": reason.strip()})
    return ending


def refuse_outdated(item: Item, seen: str = "") -> None:
    """Raise Conflict unless this version is the one that stands, as it was `seen` (`seen_as`); so nobody's draft is written over."""
    db.session.refresh(item, with_for_update=True)
    stands = standing(item.number, "draft") or standing(item.number, "published")
    if stands is None or stands.id != item.id:
        raise Conflict("这已不是最新的一版，保存会盖掉后来的修改；请打开“各个版本”里最新的一版再改。")
    if seen and seen != seen_as(item):
        raise Conflict("您打开以后，这个事项已由他人修改；请重新打开再改，以免盖掉他人的修改。")


def seen_as(item: Item) -> str:
    """By which it is told whether a version was written since a page showed it."""
    return item.updated_at.isoformat()


def discard_draft(item: Item) -> None:
    """Throw an unpublished draft away."""
    if item.state != ItemState.DRAFT:
        raise Conflict("这个事项没有未公布的修改。")
    units.refuse_others(item.unit_id)
    _refuse_while_submitted(item)
    audit.record("registry.item.discard", ("item", item.id), item.name, before=facts_of(item))
    db.session.delete(item)
    db.session.flush()


def set_item_unit(item: Item, unit_id: UUID | None) -> None:
    """Which unit keeps an item, in all its versions at once (R-T5): no change of the list, so nothing is published anew."""
    names = {unit.id: unit.name for unit in tenants.units()}
    units.refuse_others(item.unit_id)
    units.check_unit(unit_id)
    if item.unit_id == unit_id:
        raise Conflict("已经属于这个科室。")
    before = item.unit_id
    versions = sa.update(Item).where(Item.tenant_id == current_scope().tenant_id, Item.number == item.number)
    db.session.execute(versions.values(unit_id=unit_id))
    audit.record(
        "registry.item.set",
        ("item", item.id),
        item.name,
        before={"unit": names.get(before, "") if before else ""},
        after={"unit": names[unit_id] if unit_id else ""},
    )
    db.session.flush()


def _refuse_without_reason(facts: Mapping[str, Any]) -> None:
    """Raise for an item that is unfit for random checks and does not say why (R-L2)."""
    if lacks_reason(facts):
        raise ClerkError(
            "不适合随机抽查的事项须在备注中写明理由。", fields={"remark": ["不适合随机抽查的，请写明理由。"]}
        )


def _refuse_while_submitted(draft: Item | None) -> None:
    latest = queries.latest_list()
    if (
        draft is not None
        and latest is not None
        and latest.state == ItemListState.SUBMITTED
        and draft.list_id == latest.id
    ):
        raise Conflict("事项“%(name)s”在等待审批的清单里，请等审批后再修改。", name=draft.name)


def standing(number: str, state: str) -> Item | None:
    """The version of an item of this bureau in that state, if there is one."""
    query = sa.select(Item).where(
        Item.tenant_id == current_scope().tenant_id, Item.number == number, Item.state == state
    )
    return db.session.scalar(query)


def _new_draft(number: str) -> Item:
    tenant = current_scope().tenant_id
    assert tenant is not None
    last = sa.select(sa.func.max(Item.version)).where(Item.tenant_id == tenant, Item.number == number)
    version = (db.session.scalar(last) or 0) + 1
    former = sa.select(Item.unit_id).where(Item.tenant_id == tenant, Item.number == number)
    kept = db.session.execute(former.order_by(Item.version.desc()).limit(1)).first()
    draft = Item(
        id=new_id(), tenant_id=tenant, number=number, state=ItemState.DRAFT, ending=False, version=version
    )
    # What a unit's clerk adds is the unit's.
    draft.unit_id = kept.unit_id if kept else units.my_unit()
    return draft


def _assign(item: Item, values: Mapping[str, Any]) -> None:
    for name in FACTS:
        if name in values:
            setattr(item, name, values[name])
    item.sort_key = pinyin_key(item.name)
    item.ending, item.updated_at = False, now()


def _differences(item: Item, values: Mapping[str, Any]) -> dict[str, Any]:
    """A checklist is what its content says, and is not told beside it."""
    differing = {
        name: [getattr(item, name), values[name]]
        for name in FACTS
        if name in values and name != "checklist" and getattr(item, name) != values[name]
    }
    return {**differing, **({"ending": [True, False]} if item.ending else {})}


def _same(item: Item, values: Mapping[str, Any]) -> bool:
    return all(getattr(item, name) == values[name] for name in FACTS if name in values)
