"""工作安排: a bureau's tasks with days and persons; the supervised bureaus' ones stand in the supervision pages (001 §13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.plans import queries as plans
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import WorkTask
from onedoor.web.orders.blueprint import pages, tabs
from onedoor.web.orders.words import TASK_STATES
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep, label_of
from tenants.rules import Permission

_readers = allow(Permission.BUREAU_READ)
_writers = allow(Permission.PLAN_DRAFT, Permission.FILING_SEND, Permission.PLAN_APPROVE)
TASKS = ListPage(
    title=_l("工作安排"),
    key=WorkTask.id,
    columns=(
        Column(
            "title",
            _l("工作"),
            link=lambda t: url_for("orders.task", task_id=t.id),
            sort=WorkTask.title,
            wide=True,
        ),
        Column("person_name", _l("责任人"), sort=WorkTask.person_name),
        Column("starts_on", _l("开始日期"), kind="date", sort=WorkTask.starts_on),
        Column("due_on", _l("完成期限"), kind="date", sort=WorkTask.due_on),
        Column(
            "state",
            _l("状态"),
            cell=lambda t: ui.status(queries.timetable.state(t), TASK_STATES),
            export=lambda t: str(label_of(queries.timetable.state(t), TASK_STATES)),
        ),
        Column("note", _l("完成情况"), wide=True),
    ),
    search=(WorkTask.title, WorkTask.person_name),
    search_label=_l("工作或责任人"),
    filters=(
        Filter(
            "state",
            _l("状态"),
            as_choices(TASK_STATES),
            apply=lambda query, value: query.where(queries.timetable.in_state(WorkTask, value)),
        ),
        Filter("from", _l("期限自"), column=WorkTask.due_on, kind="from"),
        Filter("to", _l("期限至"), column=WorkTask.due_on, kind="to"),
    ),
    order="due_on",
    empty=_l("把本年要做的工作按时间列出来，写明责任人；到期没有完成的，会提醒本人。"),
)


def writes() -> bool:
    """Whether the person sets tasks."""
    return any(
        current_user.may(one)
        for one in (Permission.PLAN_DRAFT, Permission.FILING_SEND, Permission.PLAN_APPROVE)
    )


@pages.get("/tasks", endpoint="tasks")
@_readers
def tasks() -> Any:
    """This bureau's timetable."""
    step = NextStep(_l("新增工作"), url_for("orders.task_new")) if writes() else None
    return TASKS.respond(
        db.session(), queries.timetable.own_tasks(), "orders/orders.html", tabs=tabs(7), next=step
    )


@pages.route("/tasks/new", methods=["GET", "POST"], endpoint="task_new")
@_writers
def task_new() -> Any:
    """Set a task for a person."""
    form = forms.empty()
    if request.method == "POST":
        form = forms.read(schemas.TaskSchema())
        if form.ok:
            with form.submission():
                service.add_task(**form.data)
                flash(_("已安排，责任人会收到消息。"), "good")
                return redirect(url_for("orders.tasks"), 303)
    people = [(one.id, one.display_name) for one in queries.timetable.colleagues()]
    lines = [(one.id, f"{one.code} {one.name}") for one in queries.timetable.served_lines()]
    return page("orders/task_new.html", form.status, form=form, people=people, lines=lines)


@pages.get("/tasks/<uuid:task_id>", endpoint="task")
@_readers
def task(task_id: UUID) -> Any:
    """One task."""
    return _page(queries.timetable.own_task(task_id), forms.empty())


@pages.post("/tasks/<uuid:task_id>/end", endpoint="task_end")
@_readers
def task_end(task_id: UUID) -> Any:
    """Done or dropped: by its person, or by who sets tasks."""
    found, form = queries.timetable.own_task(task_id), forms.read(schemas.TaskEndSchema())
    if form.ok:
        with form.submission():
            service.end_task(task_id, **form.data)
            flash(_("已办结。"), "good")
            return redirect(url_for("orders.tasks"), 303)
    return _page(found, form)


def _page(found: WorkTask, form: Form) -> Any:
    own = found.person_id == current_user.user_id
    return page(
        "orders/task.html",
        form.status,
        task=found,
        form=form,
        state=queries.timetable.state(found),
        states=TASK_STATES,
        line=plans.my_line(found.line_id) if found.line_id else None,
        steps=trace.of(found.id),
        may_end=found.ended_at is None and (own or writes()),
    )
