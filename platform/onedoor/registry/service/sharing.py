"""Sharing an item, adopting it as one's own, and following it when it changes."""

from __future__ import annotations

from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.registry import queries
from onedoor.registry.models import Item, ItemTemplate
from onedoor.registry.rules.items import facts_of
from onedoor.registry.rules.templates import brought_up, taken_from
from onedoor.registry.service.items import new_number, save_item
from tenants import queries as tenants


def share_item(item: Item, note: str) -> ItemTemplate:
    """Share a published item of the current bureau, for others to adopt."""
    if item.state != "published":
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
    jobs.in_turn(f"adopt {current_scope().tenant_id}")
    if queries.templates.copy_of(source) is not None:
        raise Conflict("本单位已经采用了这个事项。")
    body = tenants.my_bureau().name
    own = {"enforcing_body": body, "inspecting_body": body, "mode": source.mode, "remark": source.remark}
    plan = {"rate_bp": source.rate_bp, "frequency": source.frequency}
    made = save_item(new_number(), {**taken_from(facts_of(source)), **own, **plan})
    made.source_id = source.id
    db.session.flush()
    audit.record("registry.template.adopt", ("item", made.id), made.name, after={"source": source.number})
    return made


def follow_source(source: Item) -> Item:
    """Bring one's copy of a shared item up to its newest version; what the bureau wrote otherwise stays."""
    item = queries.templates.copy_of(source)
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
