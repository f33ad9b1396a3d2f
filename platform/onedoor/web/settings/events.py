"""事件推送: which systems of the bureau are told what happened, how far each is, and sending again from a number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.edge.language import in_language
from onedoor.events import queries, service
from onedoor.events.models import EventDelivery
from onedoor.events.rules import THINGS
from onedoor.kernel.db import db
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label

STATES = {
    "active": Label(_l("推送中"), "active"),
    "paused": Label(_l("已暂停"), "stopped"),
    "ended": Label(_l("已结束"), "neutral"),
}
OUTCOMES = {
    "taken": Label(_l("已接收"), "done"),
    "refused": Label(_l("未接收"), "stopped"),
    "unreachable": Label(_l("没有送到"), "stopped"),
}
MOST_SHOWN = 50


class NewSubscription(Schema):
    """A system that is to be told."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    url = fields.String(required=True, validate=validate.Length(1, 500))
    things = fields.List(fields.String(validate=validate.OneOf(sorted(THINGS))), load_default=list)


class Replay(Schema):
    """From which number on to send again."""

    after = fields.Integer(required=True, validate=validate.Range(0, 2**62))


@pages.get("/events")
@administrators
def events() -> Any:
    """The bureau's subscriptions, and a new one."""
    return _list(forms.empty())


@pages.post("/events")
@administrators
def event_new() -> Any:
    """Make a subscription; the answer shows its secret, once."""
    form = forms.read(NewSubscription())
    if form.ok:
        with form.submission():
            made, secret = service.subscribe(**form.data)
            return _show_once(secret, made.name, made.id)
    return _list(form)


@pages.get("/events/<uuid:subscription_id>")
@administrators
def event(subscription_id: UUID) -> Any:
    """One subscription: how far it is, what was sent lately and what became of it."""
    return _one(subscription_id, forms.empty())


@pages.post("/events/<uuid:subscription_id>/replay")
@administrators
def event_replay(subscription_id: UUID) -> Any:
    """Send again from a number on."""
    queries.subscription(subscription_id)
    form = forms.read(Replay())
    if form.ok:
        with form.submission():
            service.replay(subscription_id, form.data["after"])
            flash(_("一分钟内开始重新推送。"), "good")
            return redirect(url_for("settings.event", subscription_id=subscription_id), 303)
    return _one(subscription_id, form)


@pages.post("/events/<uuid:subscription_id>/secret")
@administrators
def event_secret(subscription_id: UUID) -> Any:
    """Another secret, shown once."""
    name = queries.subscription(subscription_id).name
    return _show_once(service.new_secret(subscription_id), name, subscription_id)


@pages.post("/events/<uuid:subscription_id>/pause")
@administrators
def event_pause(subscription_id: UUID) -> Any:
    """Send nothing for a while."""
    service.pause(subscription_id)
    flash(_("已暂停；恢复后从停下的地方接着推送。"), "good")
    return redirect(url_for("settings.event", subscription_id=subscription_id), 303)


@pages.post("/events/<uuid:subscription_id>/resume")
@administrators
def event_resume(subscription_id: UUID) -> Any:
    """Go on where it stopped."""
    service.resume(subscription_id)
    flash(_("一分钟内继续推送。"), "good")
    return redirect(url_for("settings.event", subscription_id=subscription_id), 303)


@pages.post("/events/<uuid:subscription_id>/end")
@administrators
def event_end(subscription_id: UUID) -> Any:
    """Send nothing any more."""
    service.end(subscription_id)
    flash(_("事件推送已结束。"), "good")
    return redirect(url_for("settings.events"), 303)


def _list(form: Form) -> Any:
    return page(
        "settings/events.html",
        form.status,
        form=form,
        subscriptions=queries.standing(),
        states=STATES,
        things=[(name, in_language(thing.name)) for name, thing in THINGS.items()],
    )


def _one(subscription_id: UUID, form: Form) -> Any:
    found = queries.subscription(subscription_id)
    sent = queries.deliveries(found.id).order_by(EventDelivery.id.desc()).limit(MOST_SHOWN)
    return page(
        "settings/event.html",
        form.status,
        form=form,
        found=found,
        deliveries=db.session.scalars(sent).all(),
        newest=queries.newest_number(),
        states=STATES,
        outcomes=OUTCOMES,
        things=[in_language(THINGS[name].name) for name in found.things],
    )


def _show_once(secret: str, name: str, subscription_id: UUID) -> Any:
    answer = page("settings/event_secret.html", secret=secret, name=name, subscription_id=subscription_id)
    answer.headers["Cache-Control"] = "no-store"
    return answer
