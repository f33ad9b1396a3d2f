"""The timetable of a bureau, and of those a supervisor looks at (001 §13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import local_day, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.messages.models import Message
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.rules.states import PlanState
from onedoor.supervision import rules
from onedoor.supervision.models import WorkTask
from onedoor.supervision.queries.records import BUREAU, Records
from onedoor.supervision.rules import TaskState
from tenants import queries as tenants
from tenants.models import Bureau


def own_tasks() -> sa.Select[WorkTask]:
    """The current bureau's, for a list."""
    return sa.select(WorkTask).where(WorkTask.tenant_id == current_scope().tenant_id)


def own_task(task_id: UUID) -> WorkTask:
    """One of the current bureau's."""
    found = db.session.get(WorkTask, task_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这项工作安排。")
    return found


def state(given: Any) -> TaskState:
    """Coming, going, overdue, done in time or late, dropped."""
    ended_on = local_day(given.ended_at) if given.ended_at else None
    return rules.task_state(given.outcome, given.starts_on, given.due_on, ended_on, today())


def in_state(column: Any, wanted: str) -> sa.ColumnElement[bool]:
    """The same as a condition on the columns of a table or a subquery."""
    ended_on = sa.cast(sa.func.timezone("Asia/Shanghai", column.ended_at), sa.Date)
    open_, done = column.ended_at.is_(None), column.outcome == "done"
    coming = sa.and_(column.starts_on.is_not(None), column.starts_on > today())
    return {
        TaskState.COMING.value: sa.and_(open_, column.due_on >= today(), coming),
        TaskState.GOING.value: sa.and_(open_, column.due_on >= today(), sa.not_(coming)),
        TaskState.OVERDUE.value: sa.and_(open_, column.due_on < today()),
        TaskState.DONE.value: sa.and_(done, ended_on <= column.due_on),
        TaskState.LATE.value: sa.and_(done, ended_on > column.due_on),
        TaskState.DROPPED.value: column.outcome == "dropped",
    }[wanted]


def overdue() -> sa.Select[WorkTask]:
    """The current bureau's that are open after their day."""
    return own_tasks().where(in_state(WorkTask, TaskState.OVERDUE.value))


def tasks() -> Records:
    """Those of the supervised bureaus, for the supervisor."""
    rows = (
        sa.select(*[one for one in WorkTask.__table__.c if one.name != "tenant_id"], *BUREAU)
        .join(Bureau, Bureau.id == WorkTask.tenant_id)
        .subquery("tasks")
    )
    return Records(rows, {"all": sa.true(), **{one.value: in_state(rows.c, one.value) for one in TaskState}})


def colleague(person_id: UUID) -> Any:
    """A person of the current bureau who may work."""
    found = next((one for one in colleagues() if one.id == person_id), None)
    if found is None:
        raise ClerkError("没有找到这个人。", fields={"person_id": ["请从本单位人员中选择。"]})
    return found


def colleagues() -> list[Any]:
    """The people of the current bureau, by name."""
    return sorted(
        (one for one in db.session.execute(tenants.users()) if one.active), key=lambda one: one.display_name
    )


def served_lines() -> list[PlanLine]:
    """The lines of the current bureau's plans as published now, which a task may serve."""
    query = (
        sa.select(PlanLine)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(Plan.tenant_id == current_scope().tenant_id, Plan.state == PlanState.PUBLISHED)
        .order_by(Plan.year.desc(), Plan.number, PlanLine.number)
    )
    return list(db.session.scalars(query))


def is_told(text: str, link: str) -> bool:
    """Whether that was said already."""
    known = sa.select(Message.id).where(Message.link == link, Message.text == text).limit(1)
    return db.session.scalar(known) is not None
