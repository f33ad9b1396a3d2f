"""Sharing an item, adopting it as one's own, and following it when it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onedoor.items import queries
from onedoor.items.models import Item, ItemTemplate
from onedoor.items.rules.codes import ItemState
from onedoor.items.rules.item_rows import facts_of
from onedoor.items.rules.points import checked_points
from onedoor.items.rules.templates import brought_up, taken_from
from onedoor.items.service.items import new_number, refuse_outdated, save_item
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants


def share_item(item: Item, note: str) -> ItemTemplate:
    """Share a published item of the current bureau, for others to adopt."""
    if item.state != ItemState.PUBLISHED:
        raise Conflict("事项公布以后才能共享。")
    if queries.templates.template_of(item) is not None:
        raise Conflict("这个事项已经共享了。")
    scope = current_scope()
    made = ItemTemplate(
        id=new_id(),
        tenant_id=item.tenant_id,
        number=item.number,
        note=note.strip(),
        shared_at=now(),
        sharer_name=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("registry.template.share", ("item", item.id), item.name, after={"note": made.note})
    return made


def stop_sharing(item: Item) -> None:
    """Share it no longer; what was copied of it stays with those who copied it."""
    found = queries.templates.template_of(item)
    if found is None:
        raise Conflict("这个事项没有在共享。")
    found.ended_at = now()
    db.session.flush()
    audit.record("registry.template.stop", ("item", item.id), item.name)


def adopt(source: Item) -> Item:
    """A draft of the current bureau's own from a shared item: it can be extended, and knows where it came from."""
    if source.tenant_id == current_scope().tenant_id:
        raise Conflict("这是本单位自己共享的事项，不必采用。")
    locks.hold(f"adopt {current_scope().tenant_id}")
    if queries.templates.copy_of(source) is not None:
        raise Conflict("本单位已经采用了这个事项。")
    body = tenants.my_bureau().name
    own = {"enforcing_body": body, "inspecting_body": body, "mode": source.mode, "remark": source.remark}
    plan = {"rate_bp": source.rate_bp, "frequency": source.frequency, "every_years": source.every_years}
    made = save_item(new_number(), {**taken_from(facts_of(source)), **own, **plan})
    made.source_id = source.id
    db.session.flush()
    audit.record("registry.template.adopt", ("item", made.id), made.name, after={"source": source.number})
    return made


def extend_copy(source: Item, points: Sequence[Mapping[str, Any]]) -> Item:
    """Add points of one's own at the end of the checklist of what was copied from a shared item, in a draft.

    Raises ClerkError naming the fields `p-<n>-…` by the place a point has among those added.
    """
    item = queries.templates.copy_of(source)
    if item is None:
        raise Conflict("本单位还没有采用这个共享事项，请先采用再补充。")
    refuse_outdated(item)
    if item.ending:
        raise Conflict("这个事项已拟退出清单，不能再补充要点。")
    there = list(item.checklist)
    try:
        checklist = checked_points([*there, *points])
    except ClerkError as error:
        error.fields = {_added(name, len(there)): texts for name, texts in error.fields.items()}
        raise
    made = save_item(item.number, {"checklist": checklist})
    after = {"points": [one["point"] for one in checklist[len(there) :]]}
    audit.record("registry.template.extend", ("item", made.id), made.name, after=after)
    return made


def _added(name: str, before: int) -> str:
    _, place, field = name.split("-", 2)
    return f"p-{int(place) - before}-{field}"


def follow_source(source: Item) -> Item:
    """Bring one's copy of a shared item up to its newest version; what the bureau wrote otherwise stays.

    One that is to leave the list stays so: whoever wants it back discards that first.
    """
    item = queries.templates.copy_of(source)
    if item is not None and item.ending:
        raise Conflict("本单位的这个事项已拟退出清单；要继续检查并按新版修改，请先在事项页面放弃退出。")
    found = queries.templates.source_of(item) if item is not None else None
    if item is None or found is None or found[0].id == found[1].id:
        raise Conflict("来源没有更新的版本。")
    before, after = found
    made = save_item(item.number, brought_up(*map(facts_of, (before, after, item))))
    # Also where nothing of it changes: it has been looked at, and stands as the newest version has it.
    made.source_id = after.id
    db.session.flush()
    audit.record("registry.template.follow", ("item", made.id), made.name, after={"version": after.version})
    return made
