"""The item list: one version at a time through review to the public and to justice (R-L4, R-L12)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from onedoor.disclosure import queries as public
from onedoor.disclosure import service as disclosure
from onedoor.filing import service as filing
from onedoor.items import queries
from onedoor.items.models import Item, ItemList
from onedoor.items.rules.codes import ItemListState, ItemState
from onedoor.items.rules.item_rows import F1_HEAD, facts_of, lacks_reason
from onedoor.items.service.declarations import declare
from onedoor.items.service.items import standing
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import local_day, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import write_xlsx
from tenants import approvals
from tenants import queries as tenants
from tenants.models import Approval
from tenants.rules import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMER = "items_former"


def submit_list() -> ItemList:
    """Hand the drafts in as the list's next version, for the head to approve."""
    latest = queries.latest_list()
    if latest is not None and latest.state == ItemListState.SUBMITTED:
        raise Conflict("上一版事项清单还在等待审批，请等审批后再提交。")
    items = queries.my_items()
    drafts = [item for item in items if item.state == ItemState.DRAFT]
    if not drafts:
        raise Conflict("事项清单没有改动，不必提交。")
    for item in items:
        if not item.ending and lacks_reason(facts_of(item)):
            raise Conflict(
                "事项“%(name)s”不适合随机抽查，还没有写明理由，请在备注中补写后再提交。", name=item.name
            )
    scope = current_scope()
    assert scope.tenant_id is not None
    fresh = [item for item in drafts if item.version == 1]
    ending = [item for item in drafts if item.ending]
    made = ItemList(
        id=new_id(),
        tenant_id=scope.tenant_id,
        version=latest.version + 1 if latest else 1,
        state=ItemListState.SUBMITTED,
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
        made.state = ItemListState.RETURNED
    db.session.flush()
    return made


def title_of(made: ItemList) -> str:
    """What a version of the list is called: the title of a document, Chinese for every reader."""
    return f"{tenants.bureau(made.tenant_id).name}随机抽查事项清单（第 {made.version} 版）"


def _publish(made: ItemList) -> None:
    drafts = list(
        db.session.scalars(sa.select(Item).where(Item.list_id == made.id, Item.state == ItemState.DRAFT))
    )
    for draft in drafts:
        former = standing(draft.number, "published")
        if former is not None:
            former.state = "ended" if draft.ending else "replaced"
            db.session.flush()
        draft.state = "ended" if draft.ending else "published"
        draft.list_id = made.id
    db.session.flush()
    made.state, made.published_at = "published", now()
    items = queries.published_items(made.tenant_id)
    _keep_former_public(made)
    title = title_of(made)
    shown = disclosure.publish(
        "items", made.tenant_id, title, _content(made, items), files=_files(made, items)
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
        summary={
            **{label: Sentence("%(count)s 项", count=count) for label, count in summary.items()},
            **filing.published_first(f"/open/items/{made.tenant_id}", shown.since),
        },
        series_id=made.tenant_id,
        link=f"/registry/item-lists/{made.id}",
    )
    declare(made, items)
    for item in items:
        if item.list_id == made.id:
            text = Sentence("事项“%(name)s”随清单第 %(version)s 版公布", name=item.name, version=made.version)
            trace.step("item", text, [item.id, made.id], link=f"/registry/items/{item.id}", everyone=True)


def _keep_former_public(made: ItemList) -> None:
    """Earlier versions stay readable beside the one in force, each as it was (R-L4)."""
    for former in queries.published_lists(made.tenant_id):
        if former.id == made.id or public.of_subject(FORMER, former.id) is not None:
            continue
        items = queries.items_at(former)
        content, files = _content(former, items), _files(former, items)
        disclosure.publish(
            FORMER, former.id, title_of(former), content, files=files, since=former.published_at
        )


def _content(made: ItemList, items: list[Item]) -> dict[str, Any]:
    return {"version": made.version, "items": [facts_of(item) for item in items]}


def _files(made: ItemList, items: list[Item]) -> list[disclosure.PublicFile]:
    return [(f"{title_of(made)}.xlsx", XLSX, f1_workbook(made, items))]


def f1_rows(items: Sequence[Item]) -> list[tuple[Any, ...]]:
    """The rows of F1, under `F1_HEAD`."""
    return [
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


def f1_workbook(made: ItemList, items: list[Item], phone: str = "") -> bytes:
    """F1 as an Excel workbook, head and foot as the form has them. What is published has no `phone` (R-T7)."""
    bureau = tenants.bureau(made.tenant_id)
    day = local_day(made.published_at or now()).isoformat()
    target = io.BytesIO()
    write_xlsx(
        target,
        F1_HEAD,
        f1_rows(items),
        sheet="随机抽查事项清单",
        above=[["随机抽查事项清单"], [f"填报单位（盖章）：{bureau.name}", None, None, None, f"时间：{day}"]],
        below=[["填报人：", made.submitter_name, None, None, f"联系电话：{phone}"]],
        widths=(6, 28, 40, 24, 40, 16, 24, 24),
    )
    return target.getvalue()
