"""Views of lists by name, each person's own or shared in the bureau, and the columns a person chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import DbRole, current_scope
from tenants.models import ListColumns, ListView

LONGEST_NAME, MOST_VIEWS = 40, 30


def remembers() -> bool:
    """Whether whoever speaks is somebody of a bureau, for whom something can be kept."""
    scope = current_scope()
    return scope.role is DbRole.BUREAU and scope.actor_id is not None


def views(list_name: str) -> list[ListView]:
    """One's own views of a list, then those that others share, by name."""
    query = sa.select(ListView).where(ListView.tenant_id == current_scope().tenant_id)
    theirs = ListView.account_id != current_scope().actor_id
    return list(
        db.session.scalars(query.where(ListView.list_name == list_name).order_by(theirs, ListView.name))
    )


def is_mine(view: ListView) -> bool:
    """Whether whoever speaks keeps this view; others may only open it."""
    return view.account_id == current_scope().actor_id


def save_view(list_name: str, name: str, state: Mapping[str, str], *, shared: bool) -> ListView:
    """Keep what a list is asked under a name; one's own view of that name is replaced."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise ClerkError(
            "请填写视图名称，最多 40 个字。", fields={"name": ["请填写视图名称，最多 40 个字。"]}
        )
    if not state:
        raise ClerkError("请先搜索、筛选或排序，再保存为视图。")
    mine = [one for one in views(list_name) if is_mine(one)]
    view = next((one for one in mine if one.name == name), None)
    if view is None:
        if len(mine) >= MOST_VIEWS:
            raise ClerkError("一个列表最多保存 30 个视图，请先删除不用的。")
        scope = current_scope()
        view = ListView(
            id=new_id(), tenant_id=scope.tenant_id, account_id=scope.actor_id, account_name=scope.actor_name,
            list_name=list_name, name=name,
        )  # fmt: skip
        db.session.add(view)
    view.state, view.shared, view.made_at = dict(state), shared, now()
    audit.record(
        "list.view.save", ("list_view", view.id), name, after={"state": dict(state), "shared": shared}
    )
    db.session.flush()
    return view


def delete_view(view_id: UUID) -> ListView:
    """Take one's own view away, from those it was shared with too."""
    view = db.session.get(ListView, view_id)
    if view is None or not is_mine(view):
        raise NotFound("没有找到这个视图，它可能已被删除，或由别人保存。")
    audit.record("list.view.delete", ("list_view", view.id), view.name, before=dict(view.state))
    db.session.delete(view)
    db.session.flush()
    return view


def hidden_columns(list_name: str) -> frozenset[str]:
    """The columns of a list that one does not want to see."""
    query = sa.select(ListColumns.hidden).where(
        ListColumns.account_id == current_scope().actor_id, ListColumns.list_name == list_name
    )
    return frozenset(db.session.scalar(query) or ())


def hide_columns(list_name: str, hidden: Collection[str]) -> None:
    """Remember which columns of a list one does not want to see."""
    scope = current_scope()
    row = {
        "id": new_id(), "tenant_id": scope.tenant_id, "account_id": scope.actor_id,
        "list_name": list_name, "hidden": sorted(hidden),
    }  # fmt: skip
    keeping = insert(ListColumns).values(row)
    db.session.execute(
        keeping.on_conflict_do_update(
            index_elements=["account_id", "list_name"], set_={"hidden": keeping.excluded.hidden}
        )
    )
