"""The desk (工作台, 待办): what waits for me, and every approval decidable on one screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow, signed_in
from onedoor.edge.identity import current_user
from onedoor.edge.language import sentence_of_row
from onedoor.kernel.errors import Conflict, Forbidden
from onedoor.web.campaigns.labels import STATES
from onedoor.web.desk import messages as messages
from onedoor.web.desk import todo_kinds, visit_todo_kinds
from onedoor.web.desk.blueprint import pages as pages
from onedoor.web.desk.cards import cards_for
from onedoor.web.desk.decisions import BRIEFS, DECISIONS, EXPECT_SHOWN, KINDS, SHOWN, STEPS, WROTE
from onedoor.web.desk.first_steps import first_steps_for
from onedoor.web.desk.ongoing_work import ahead_for, running_for
from onedoor.web.desk.schemas import DecisionSchema
from onedoor.web.desk.todos import counted_days, todos_of
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import NextStep
from tenants import approvals, people
from tenants.models import Approval
from tenants.rules import ApprovalState, Permission

__all__ = ["BRIEFS", "DECISIONS", "pages"]

TODO_KINDS = (*todo_kinds.KINDS, *visit_todo_kinds.KINDS)
DECIDING = (
    Permission.PLAN_REVIEW,
    Permission.PLAN_APPROVE,
    Permission.VISIT_REVIEW,
    Permission.VISIT_APPROVE,
)


@pages.get("/")
@signed_in
def home() -> Any:
    """What waits for me, by what I may do, the nearest deadline first; below it what is worth knowing of the bureau."""
    until = counted_days()
    todos = todos_of(current_user, TODO_KINDS, until)
    return page(
        "desk/home.html",
        todos=todos,
        ahead=[] if todos.rows else ahead_for(current_user),
        may_decide=any(map(current_user.may, DECIDING)),
        cards=cards_for(current_user),
        offers=[] if current_user.acting else people.offered_to(current_user.user_id),
        recovered=people.recovered_lately(),
        running=running_for(current_user, until),
        states=STATES,
        first_steps=first_steps_for(current_user),
    )


@pages.get("/inbox")
@allow(*DECIDING)
def inbox() -> Any:
    """All that waits for my decision; the first one is open."""
    waiting = approvals.inbox(current_user.permissions)
    return _page(waiting, waiting[0] if waiting else None, forms.empty(), chosen=False)


@pages.get("/inbox/<uuid:approval_id>")
@allow(*DECIDING)
def approval(approval_id: UUID) -> Any:
    """One decision, with all it takes to decide."""
    return _page(approvals.inbox(current_user.permissions), _mine(approval_id), forms.empty())


@pages.post("/inbox/<uuid:approval_id>")
@allow(*DECIDING)
def decide(approval_id: UUID) -> Any:
    """Approve, or return with the reason; then the same thing as decided, which offers the next."""
    found, form = _mine(approval_id), forms.read(DecisionSchema())
    if form.ok:
        approved = form.data["decision"] == "approve"
        try:
            if approved and found.kind in EXPECT_SHOWN:
                EXPECT_SHOWN[found.kind](found, form.data["shown"])
            DECISIONS[found.kind](found, approved, form.data["reason"], current_user.permissions)
        except Conflict as refused:
            form.refuse(refused)
        else:
            text = _("已通过：%(title)s。") if approved else _("已退回：%(title)s。提交人会看到理由。")
            flash(text % {"title": sentence_of_row(found, "title")}, "good")
            return redirect(url_for("desk.approval", approval_id=approval_id), 303)
    return _page(approvals.inbox(current_user.permissions), found, form)


def _mine(approval_id: UUID) -> Approval:
    found = approvals.get(approval_id)
    if found.permission not in current_user.permissions:
        raise Forbidden()
    return found


def _following(waiting: list[Approval], found: Approval | None) -> NextStep | None:
    """Once one is decided, the next that waits."""
    if found is None or found.state == ApprovalState.WAITING or not waiting:
        return None
    url = url_for("desk.approval", approval_id=waiting[0].id)
    return NextStep(_("下一件"), url, hint=sentence_of_row(waiting[0], "title"))


def _page(waiting: list[Approval], found: Approval | None, form: Form, *, chosen: bool = True) -> Any:
    return page(
        "desk/inbox.html",
        form.status,
        waiting=waiting,
        found=found,
        form=form,
        chosen=chosen,
        next=_following(waiting, found),
        brief=BRIEFS[found.kind](found) if found is not None and found.kind in BRIEFS else "",
        shown=SHOWN[found.kind](found) if found is not None and found.kind in SHOWN else "",
        own=found is not None and approvals.is_own_matter(found),
        wrote=found is not None and found.kind in WROTE and WROTE[found.kind](found),
        history=approvals.history(found.subject_id) if found is not None else [],
        kinds=KINDS,
        steps=STEPS,
    )
