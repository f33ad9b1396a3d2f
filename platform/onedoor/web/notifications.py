"""By which ways people are told: each person's own page in their account, and the bureau's with its channels and what went out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.edge.guard import allow, public
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.edge.rate_limits import limiter
from onedoor.kernel.clock import real_now, today
from onedoor.kernel.db import db
from onedoor.kernel.deployment import settings
from onedoor.kernel.scope import in_scope
from onedoor.kernel.text.icalendar import DayEvent, calendar_text
from onedoor.notifications import queries, service
from onedoor.notifications.models import NotificationDelivery
from onedoor.notifications.rules import (
    CHANNEL_NAMES,
    EVENTS,
    KNOWN_HOSTS,
    LANGUAGES,
    WAY_NAMES,
    ChannelKind,
    Way,
)
from onedoor.visits import queries as visits
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from tenants import people as people_service
from tenants.rules import Permission, Role
from tenants.scope import Principal
from tenants.scope import bureau as bureau_scope

pages = Blueprint("notifications", __name__, url_prefix="/notifications")
people = allow(Permission.BUREAU_READ, Permission.OVERSIGHT)
administrators = allow(Permission.USERS_MANAGE)
CHANNEL_STATES = {
    "active": Label(_l("使用中"), "active"),
    "paused": Label(_l("已暂停"), "stopped"),
    "ended": Label(_l("已结束"), "neutral"),
}
DELIVERY_STATES = {
    "waiting": Label(_l("等待发送"), "waiting"),
    "sent": Label(_l("已送达"), "done"),
    "failed": Label(_l("没有送到"), "stopped"),
}
MOST_SHOWN = 50
FEED_BACK, FEED_AHEAD = timedelta(days=31), timedelta(days=366)


class AddressForm(Schema):
    """Where somebody is reached."""

    email = fields.String(load_default="", validate=validate.Length(max=254))
    mobile = fields.String(load_default="", validate=validate.Length(max=20))
    language = fields.String(required=True, validate=validate.OneOf(sorted(LANGUAGES)))


class CalendarForm(Schema):
    """Where a calendar is read, by a name one knows it by."""

    name = fields.String(required=True, validate=validate.Length(1, 60))


class ChannelForm(Schema):
    """A new channel."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in ChannelKind]))
    name = fields.String(required=True, validate=validate.Length(1, 60))
    url = fields.String(required=True, validate=validate.Length(1, 500))
    robot_secret = fields.String(load_default="", validate=validate.Length(max=200))


@pages.get("/own")
@people
def own() -> Any:
    """How I am told of what."""
    return _own(_address_form())


@pages.post("/own")
@people
def own_address() -> Any:
    """Say where I am reached."""
    form = forms.read(AddressForm())
    if form.ok:
        with form.submission():
            service.set_address(**form.data)
            flash(_("已保存。"), "good")
            return redirect(url_for("notifications.own"), 303)
    return _own(form)


@pages.post("/own/ways")
@people
def own_ways() -> Any:
    """Choose by which ways I am told."""
    service.choose(_ways())
    flash(_("已保存。"), "good")
    return redirect(url_for("notifications.own"), 303)


@pages.post("/own/calendar")
@people
def calendar_new() -> Any:
    """A token by which one's calendar is read elsewhere; its address is shown once."""
    form = forms.read(CalendarForm())
    if form.ok:
        with form.submission():
            token = people_service.make_calendar_token(form.data["name"])
            address = url_for("notifications.calendar_feed", token=token, _external=True)
            answer = page("notifications/calendar.html", address=address, name=form.data["name"])
            answer.headers["Cache-Control"] = "no-store"
            return answer
    return _own(_address_form(), form)


@pages.post("/own/calendar/<uuid:token_id>/end")
@people
def calendar_end(token_id: UUID) -> Any:
    """Take a token of one's calendar back."""
    people_service.end_phone_token(token_id)
    flash(_("日历订阅已停用。"), "good")
    return redirect(url_for("notifications.own"), 303)


@pages.get("/calendar/<token>.ics")
@limiter.limit("60/minute")
@public
def calendar_feed(token: str) -> Any:
    """The calendar of whoever the token is of: an officer's own visits, of anybody else the bureau's."""
    person = people_service.person_of_calendar(token, request.remote_addr or "", str(request.user_agent))
    if person is None or not person.may(Permission.BUREAU_READ):
        abort(404)
    with in_scope(bureau_scope(person)):
        answer = Response(_feed(person), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _feed(person: Principal) -> bytes:
    day = today()
    officer = person.user_id if person.roles == {Role.INSPECTOR} else None
    found = visits.calendar_entries(day - FEED_BACK, day + FEED_AHEAD, account_id=officer)
    base = settings().base_url
    events = [
        DayEvent(f"{one.id}@onedoor", one.first, one.last, in_language(one.title), f"{base}{one.link}")
        for one in found
    ]
    return calendar_text(_("一门检查日历"), events, real_now())


@pages.get("/bureau")
@administrators
def bureau() -> Any:
    """The bureau's ways, its channels, and what went out lately."""
    return _bureau(forms.empty())


@pages.post("/bureau/ways")
@administrators
def bureau_ways() -> Any:
    """Set the bureau's ways, for who has not chosen others."""
    service.set_defaults(_ways())
    flash(_("已保存。"), "good")
    return redirect(url_for("notifications.bureau"), 303)


@pages.post("/bureau/channels")
@administrators
def channel_new() -> Any:
    """Set up a channel; the answer shows its secret, once, if it has one of ours."""
    form = forms.read(ChannelForm())
    if form.ok:
        with form.submission():
            made, secret = service.add_channel(**form.data)
            answer = page("notifications/channel.html", name=made.name, secret=secret)
            answer.headers["Cache-Control"] = "no-store"
            return answer
    return _bureau(form)


@pages.post("/bureau/channels/<uuid:channel_id>/pause")
@administrators
def channel_pause(channel_id: UUID) -> Any:
    """Send nothing to a channel for a while."""
    return _set(channel_id, "paused")


@pages.post("/bureau/channels/<uuid:channel_id>/resume")
@administrators
def channel_resume(channel_id: UUID) -> Any:
    """Let a channel go on."""
    return _set(channel_id, "active")


@pages.post("/bureau/channels/<uuid:channel_id>/end")
@administrators
def channel_end(channel_id: UUID) -> Any:
    """End a channel for good."""
    return _set(channel_id, "ended")


def _set(channel_id: UUID, state: str) -> Any:
    service.set_channel_state(channel_id, state)
    flash(_("已保存。"), "good")
    return redirect(url_for("notifications.bureau"), 303)


def _ways() -> dict[str, list[str]]:
    return {event: request.form.getlist(event) for event in EVENTS}


def _table(ways: Any) -> list[dict[str, Any]]:
    return [
        {
            "event": event,
            "name": in_language(known.name),
            "told": in_language(known.told),
            "ways": ways.get(event, known.ways),
        }
        for event, known in EVENTS.items()
    ]


def _address_form() -> Form:
    email, mobile, language = service.my_address()
    return forms.empty(email=email, mobile=mobile, language=language)


def _own(form: Form, calendar: Form | None = None) -> Any:
    calendar = calendar or forms.empty()
    return page(
        "notifications/own.html",
        200 if form.ok and calendar.ok else 422,
        form=form,
        calendar=calendar,
        feeds=people_service.my_calendar_tokens() if current_user.may(Permission.BUREAU_READ) else [],
        may_feed=current_user.may(Permission.BUREAU_READ),
        rows=_table(service.my_ways()),
        ways=[(way.value, in_language(WAY_NAMES[way])) for way in Way],
        languages=[(code, in_language(name)) for code, name in LANGUAGES.items()],
    )


def _bureau(form: Form) -> Any:
    sent = queries.deliveries().order_by(NotificationDelivery.id.desc()).limit(MOST_SHOWN)
    return page(
        "notifications/bureau.html",
        form.status,
        form=form,
        rows=_table(queries.bureau_ways()),
        ways=[(way.value, in_language(WAY_NAMES[way])) for way in Way],
        channels=queries.channels(),
        kinds=[(kind.value, in_language(name)) for kind, name in CHANNEL_NAMES.items()],
        kind_names={kind.value: in_language(name) for kind, name in CHANNEL_NAMES.items()},
        known_hosts=sorted(KNOWN_HOSTS.values()),
        channel_states=CHANNEL_STATES,
        deliveries=db.session.execute(sent).all(),
        delivery_states=DELIVERY_STATES,
        way_names={way.value: in_language(name) for way, name in WAY_NAMES.items()},
        event_names={event: in_language(known.name) for event, known in EVENTS.items()},
    )
