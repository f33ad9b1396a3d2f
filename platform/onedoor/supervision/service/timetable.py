"""A bureau's timetable: tasks with a day and a person, done or dropped (001 §13)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.supervision import queries
from onedoor.supervision.models import WorkTask


def add_task(
    title: str,
    due_on: date,
    person_id: UUID,
    starts_on: date | None = None,
    detail: str = "",
    line_id: UUID | None = None,
) -> WorkTask:
    """Set a task for a person of the current bureau, who is told; `line_id` is the line of its published plan that it serves."""
    scope = current_scope()
    if starts_on is not None and starts_on > due_on:
        raise ClerkError("开始日期不能晚于完成期限。", fields={"starts_on": ["请填写期限以前的日期。"]})
    if due_on < today():
        raise ClerkError("完成期限不能早于今天。", fields={"due_on": ["请填写今天或以后的日期。"]})
    person = queries.timetable.colleague(person_id)
    if line_id is not None and all(one.id != line_id for one in queries.timetable.served_lines()):
        raise ClerkError("没有找到这项计划安排。", fields={"line_id": ["请从本单位已公布的计划中选择。"]})
    made = WorkTask(
        id=new_id(),
        tenant_id=scope.tenant_id,
        year=due_on.year,
        title=title.strip(),
        detail=detail.strip(),
        starts_on=starts_on,
        due_on=due_on,
        person_id=person.id,
        person_name=person.display_name,
        line_id=line_id,
        made_at=now(),
        made_by=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    text = Sentence("工作安排：%(title)s，请于%(day)s前完成", title=made.title, day=made.due_on.isoformat())
    messages.send_message(text, f"/orders/tasks/{made.id}", person.id)
    audit.record(
        "supervision.task.add",
        ("work_task", made.id),
        made.title,
        after={"due_on": str(due_on), "person": person.display_name},
    )
    return made


def end_task(task_id: UUID, outcome: str, note: str) -> WorkTask:
    """It is done, with what was done; or dropped, with why."""
    found = queries.timetable.own_task(task_id)
    db.session.refresh(found, with_for_update=True)
    if found.ended_at is not None:
        raise Conflict("这项工作已经办结，请刷新页面查看。")
    if not note.strip():
        raise ClerkError("请写明完成情况，或不再做的原因。", fields={"note": ["请填写这一项。"]})
    found.outcome, found.note = outcome, note.strip()
    found.ended_at, found.ended_by = now(), current_scope().actor_name
    db.session.flush()
    audit.record(
        f"supervision.task.{outcome}", ("work_task", found.id), found.title, after={"note": found.note}
    )
    return found


def remind_of_tasks() -> int:
    """Tell each person of their tasks in the current bureau that are overdue, once; returns how many."""
    told = 0
    for one in db.session.scalars(queries.timetable.overdue()):
        text = Sentence("工作安排逾期：%(title)s，期限是%(day)s", title=one.title, day=one.due_on.isoformat())
        told += _once(text, f"/orders/tasks/{one.id}", one.person_id)
    return told


def _once(text: Sentence, link: str, person: UUID) -> int:
    if queries.timetable.is_told(str(text), link):
        return 0
    messages.send_message(text, link, person)
    return 1
