"""The item list: drafts, one version at a time through review to the public (R-L1 to R-L4, R-L12)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import local_day, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import write_xlsx
from onedoor.registry import queries
from onedoor.registry.models import Item, ItemList
from onedoor.registry.rules.items import F1_HEAD, checklist_of, next_numbers
from onedoor.registry.service.verdicts import CHANGED, NEW, UNCHANGED, Put
from tenants import approvals
from tenants import queries as tenants
from tenants.models import Approval
from tenants.rules import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def put_draft(number: str, values: Mapping[str, Any]) -> Put:
    """Make the item's next version a draft with these values, unless it stands so. What they do not name stays."""
    draft, published = _standing(number, "draft"), _standing(number, "published")
    stands = draft or published
    if stands is not None and values.get("content", stands.content) != stands.content:
        values = {"checklist": checklist_of(values["content"]), **values}
    if stands is not None and not stands.ending and _same(stands, values):
        return Put(UNCHANGED)
    changes = _differences(stands, values) if stands is not None else None
    _refuse_while_submitted(draft)
    had_none = draft is None
    if draft is None:
        draft = _new_draft(number)
        _assign(draft, {**(_facts(published) if published else {}), **values})
        db.session.add(draft)
    else:
        _assign(draft, values)
    db.session.flush()
    return Put(NEW if stands is None else CHANGED, changes, draft.id if had_none else None)


def save_item(number: str, values: Mapping[str, Any]) -> Item:
    """Add or edit one item by hand; nothing is public until the list is published again."""
    before = _standing(number, "draft") or _standing(number, "published")
    told = _facts(before) if before is not None else None
    if before is not None and "checklist" in values:
        known = {point["point"]: point for point in before.checklist}
        values = {**values, "checklist": [known.get(one["point"], one) for one in values["checklist"]]}
    put_draft(number, values)
    item = _standing(number, "draft") or _standing(number, "published")
    assert item is not None
    audit.record("registry.item.save", ("item", item.id), item.name, before=told, after=_facts(item))
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
    if item.state == "draft":
        raise Conflict("这个事项还有未公布的修改，请先放弃修改。")
    ending = _new_draft(item.number)
    _assign(ending, _facts(item))
    ending.ending, ending.remark = True, reason.strip()
    db.session.add(ending)
    db.session.flush()
    audit.record("registry.item.end", ("item", ending.id), item.name, after={"reason": reason.strip()})
    return ending


def discard_draft(item: Item) -> None:
    """Throw an unpublished draft away."""
    if item.state != "draft":
        raise Conflict("这个事项没有未公布的修改。")
    _refuse_while_submitted(item)
    audit.record("registry.item.discard", ("item", item.id), item.name, before=_facts(item))
    db.session.delete(item)
    db.session.flush()


def submit_list() -> ItemList:
    """Hand the drafts in as the list's next version, for the head to approve."""
    latest = queries.latest_list()
    if latest is not None and latest.state == "submitted":
        raise Conflict("上一版事项清单还在等待审批，请等审批后再提交。")
    items = queries.my_items()
    drafts = [item for item in items if item.state == "draft"]
    if not drafts:
        raise Conflict("事项清单没有改动，不必提交。")
    scope = current_scope()
    assert scope.tenant_id is not None
    fresh = [item for item in drafts if item.version == 1]
    ending = [item for item in drafts if item.ending]
    made = ItemList(
        id=new_id(),
        tenant_id=scope.tenant_id,
        version=latest.version + 1 if latest else 1,
        state="submitted",
        added=len(fresh),
        changed=len(drafts) - len(fresh) - len(ending),
        ended=len(ending),
        total=len(items) - len(ending),
        submitted_at=now(),
        submitter_name=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    for item in drafts:
        item.list_id = made.id
    approvals.ask("items", made.id, title_of(made), "approve", Permission.PLAN_APPROVE)
    audit.record("registry.items.submit", ("item_list", made.id), title_of(made))
    return made


def decide_list(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> ItemList:
    """The head approves, which publishes and files the list, or returns it."""
    approvals.decide(approval, approved, reason, permissions)
    made = queries.item_list(approval.subject_id)
    if approved:
        _publish(made)
    else:
        made.state = "returned"
    db.session.flush()
    return made


def title_of(made: ItemList) -> str:
    """What a version of the list is called: the title of a document, Chinese for every reader."""
    return f"{tenants.my_bureau().name}随机抽查事项清单（第 {made.version} 版）"


def _publish(made: ItemList) -> None:
    drafts = list(db.session.scalars(sa.select(Item).where(Item.list_id == made.id, Item.state == "draft")))
    for draft in drafts:
        former = _standing(draft.number, "published")
        if former is not None:
            former.state = "ended" if draft.ending else "replaced"
            db.session.flush()
        draft.state = "ended" if draft.ending else "published"
        draft.list_id = made.id
    db.session.flush()
    made.state, made.published_at = "published", now()
    items = queries.published_items(made.tenant_id)
    content = {"version": made.version, "items": [_facts(item) for item in items]}
    title = title_of(made)
    name = f"{title}.xlsx"
    disclosure.publish(
        "items", made.tenant_id, title, content, files=[(name, XLSX, f1_workbook(made, items))]
    )
    summary = {
        Sentence("事项"): made.total,
        Sentence("新增"): made.added,
        Sentence("修改"): made.changed,
        Sentence("退出"): made.ended,
    }
    filing.send(
        "items",
        made.id,
        title,
        version=made.version,
        review=False,
        due_on=None,
        summary={label: Sentence("%(count)s 项", count=count) for label, count in summary.items()},
        series_id=made.tenant_id,
        link=f"/registry/items/published?bureau={made.tenant_id}",
    )
    for item in items:
        if item.list_id == made.id:
            text = Sentence("事项“%(name)s”随清单第 %(version)s 版公布", name=item.name, version=made.version)
            trace.step("item", text, [item.id, made.id], link=f"/registry/items/{item.id}", everyone=True)


def f1_workbook(made: ItemList, items: list[Item]) -> bytes:
    """F1 as an Excel workbook, head and foot as the form has them."""
    bureau = tenants.my_bureau()
    day = local_day(made.published_at or now()).isoformat()
    rows = [
        (
            place,
            item.name,
            item.basis,
            item.enforcing_body,
            item.content,
            item.method,
            item.results_use,
            item.remark,
        )
        for place, item in enumerate(items, start=1)
    ]
    target = io.BytesIO()
    write_xlsx(
        target,
        F1_HEAD,
        rows,
        sheet="随机抽查事项清单",
        above=[["随机抽查事项清单"], [f"填报单位（盖章）：{bureau.name}", None, None, None, f"时间：{day}"]],
        below=[["填报人：", made.submitter_name, None, None, "联系电话："]],
        widths=(6, 28, 40, 24, 40, 16, 24, 24),
    )
    return target.getvalue()


def _refuse_while_submitted(draft: Item | None) -> None:
    latest = queries.latest_list()
    if (
        draft is not None
        and latest is not None
        and latest.state == "submitted"
        and draft.list_id == latest.id
    ):
        raise Conflict("事项“%(name)s”在等待审批的清单里，请等审批后再修改。", name=draft.name)


def _standing(number: str, state: str) -> Item | None:
    query = sa.select(Item).where(
        Item.tenant_id == current_scope().tenant_id, Item.number == number, Item.state == state
    )
    return db.session.scalar(query)


def _new_draft(number: str) -> Item:
    tenant = current_scope().tenant_id
    assert tenant is not None
    last = sa.select(sa.func.max(Item.version)).where(Item.tenant_id == tenant, Item.number == number)
    version = (db.session.scalar(last) or 0) + 1
    return Item(id=new_id(), tenant_id=tenant, number=number, state="draft", ending=False, version=version)


def _assign(item: Item, values: Mapping[str, Any]) -> None:
    for name in FACTS:
        if name in values:
            setattr(item, name, values[name])
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


def _facts(item: Item) -> dict[str, Any]:
    return {"number": item.number, **{name: getattr(item, name) for name in FACTS}}


FACTS = (
    "name",
    "basis",
    "enforcing_body",
    "inspecting_body",
    "object_kinds",
    "content",
    "checklist",
    "method",
    "rate_bp",
    "frequency",
    "key",
    "market",
    "mode",
    "qualifications",
    "results_use",
    "remark",
)
