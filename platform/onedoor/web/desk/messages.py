"""What was said to the person who is signed in (通知): unread first shown as a card of the desk, each leading to what it is about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language, sentence_of_row
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, current_scope
from onedoor.messages import queries, service
from onedoor.messages.models import Message
from onedoor.notifications.rules import EVENTS
from onedoor.web.desk.blueprint import pages
from onedoor.web.desk.schemas import ReadSchema
from onedoor.web.shell import forms, ui
from onedoor.web.shell.lists import Bulk, Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import DONE, WAITING, Label
from tenants.rules import Permission

STATES = {"unread": Label(_l("未读"), WAITING), "read": Label(_l("已读"), DONE)}


# What the top bar counts to.
MOST_SHOWN = 99


@pages.app_template_global()
def unread_messages() -> int:
    """How many are unread, counted one further than the top bar tells; none in a scope that is no bureau's or its supervisor's."""
    if current_scope().role not in (DbRole.BUREAU, DbRole.SUPERVISOR):
        return 0
    unread = _mine().where(~queries.is_read(current_user.user_id)).with_only_columns(sa.literal(1))
    # A page may show what was refused; it is not to be written for that.
    with db.session.no_autoflush:
        counted = sa.select(sa.func.count()).select_from(unread.limit(MOST_SHOWN + 1).subquery())
        return db.session.scalar(counted) or 0


def any_unread() -> bool:
    """Whether there is anything to mark as read."""
    return bool(db.session.scalar(sa.select(_mine().where(~queries.is_read(current_user.user_id)).exists())))


@pages.get("/messages")
@allow(Permission.BUREAU_READ)
def messages() -> Any:
    """All of it, the latest first."""
    return _listing().respond(db.session(), _told(), "desk/messages.html", some=any_unread())


@pages.get("/messages/unread")
@allow(Permission.BUREAU_READ)
def unread() -> Any:
    """The way to the messages with their count, for the head of a page that is open."""
    answer = make_response(render_template("desk/unread.html"))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/messages/read")
@allow(Permission.BUREAU_READ)
def messages_read() -> Any:
    """Those chosen, or all, are read."""
    form = forms.read(ReadSchema())
    ids = None if form.data.get("all") else form.data.get("ids", [])
    count = service.note_read(current_user.user_id, current_user.permissions, ids)
    flash(_("%(count)s 条通知已标为已读。", count=count), "good")
    return redirect(url_for("desk.messages"), 303)


def _mine() -> Any:
    return queries.messages_to(current_user.user_id, current_user.permissions)


def _told() -> Any:
    return _mine().add_columns(queries.is_read(current_user.user_id).label("read"))


def _listing() -> ListPage:
    return ListPage(
        title=_l("通知"),
        key=Message.id,
        columns=(
            Column(
                "text",
                _l("通知内容"),
                value=lambda row: sentence_of_row(row.Message, "text"),
                link=lambda row: row.Message.link,
                wide=True,
            ),
            Column(
                "sent_at",
                _l("时间"),
                value=lambda row: row.Message.sent_at,
                kind="time",
                sort=Message.sent_at,
            ),
            Column(
                "state",
                _l("状态"),
                cell=lambda row: ui.status(_state(row), STATES),
                export=lambda row: str(STATES[_state(row)].text),
            ),
        ),
        search=(Message.text,),
        search_label=_l("通知内容"),
        filters=(
            Filter("state", _l("状态"), as_choices(STATES), apply=_in_state),
            Filter("event", _l("事情"), _events, column=Message.event),
        ),
        order="-sent_at",
        empty=_l("需要您办理或者知悉的事情，会在这里通知您。"),
        bulk=(Bulk(_l("标为已读"), url_for("desk.messages_read")),),
        row_key=lambda row: row.Message.id,
    )


def _events() -> list[tuple[str, str]]:
    return [(event, in_language(known.name)) for event, known in EVENTS.items()]


def _state(row: Any) -> str:
    return "read" if row.read else "unread"


def _in_state(query: Any, state: str) -> Any:
    found = queries.is_read(current_user.user_id)
    return query.where(found if state == "read" else ~found)
