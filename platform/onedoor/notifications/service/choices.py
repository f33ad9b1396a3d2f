"""By which ways a bureau's people are told, and each of them; and where somebody is reached (R-T7)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from onedoor.notifications import queries
from onedoor.notifications.models import NotificationAddress, NotificationChoice, NotificationDefault
from onedoor.notifications.policies import EMAIL, MOBILE
from onedoor.notifications.rules import EVENTS, LANGUAGES, Way

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def set_defaults(ways: Mapping[str, Collection[str]]) -> None:
    """Set the bureau's own ways of some events; an event with the declared ways has no line of its own."""
    tenant_id, moment, by = current_scope().tenant_id, now(), current_scope().actor_name
    before = queries.bureau_ways()
    for event, given in _checked(ways).items():
        of_event = sa.delete(NotificationDefault).where(
            NotificationDefault.tenant_id == tenant_id, NotificationDefault.event == event
        )
        db.session.execute(of_event)
        if set(given) != set(EVENTS[event].ways):
            row = NotificationDefault(
                id=new_id(), tenant_id=tenant_id, event=event, ways=list(given), set_at=moment, set_by=by
            )
            db.session.add(row)
    db.session.flush()
    after = queries.bureau_ways()
    changed = [event for event in EVENTS if before.get(event) != after.get(event)]
    if changed:
        audit.record(
            "notifications.defaults.set",
            ("bureau", tenant_id),
            after={event: list(after.get(event, EVENTS[event].ways)) for event in changed},
        )


def choose(ways: Mapping[str, Collection[str]]) -> None:
    """Choose one's own ways of some events; what is as the bureau has it follows the bureau."""
    scope, usual = current_scope(), queries.bureau_ways()
    for event, given in _checked(ways).items():
        db.session.execute(
            sa.delete(NotificationChoice).where(
                NotificationChoice.user_id == scope.actor_id, NotificationChoice.event == event
            )
        )
        if set(given) != set(usual.get(event, EVENTS[event].ways)):
            row = NotificationChoice(
                id=new_id(), tenant_id=scope.tenant_id, user_id=scope.actor_id, event=event, ways=list(given)
            )
            db.session.add(row)
    db.session.flush()


def set_address(email: str, mobile: str, language: str) -> NotificationAddress:
    """Say where one is reached, and in which language; empty: nowhere."""
    email, mobile = email.strip(), mobile.strip()
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        raise ClerkError("邮箱地址不对。", fields={"email": [N_("请核对邮箱地址。")]})
    if mobile and not _MOBILE.fullmatch(mobile):
        raise ClerkError("手机号码不对。", fields={"mobile": [N_("请填写 11 位手机号码。")]})
    if language not in LANGUAGES:
        raise ClerkError("请选择语言。", fields={"language": [N_("请选择语言。")]})
    scope = current_scope()
    assert scope.actor_id is not None
    found = queries.address(scope.actor_id)
    if found is None:
        found = NotificationAddress(id=new_id(), tenant_id=scope.tenant_id, user_id=scope.actor_id)
        db.session.add(found)
    found.email = EMAIL.seal(found.id, email) if email else None
    found.mobile = MOBILE.seal(found.id, mobile) if mobile else None
    found.language, found.set_at = language, now()
    audit.record(
        "notifications.address.set",
        ("user", scope.actor_id),
        after={"email": bool(email), "mobile": bool(mobile)},
    )
    db.session.flush()
    return found


def my_address() -> tuple[str, str, str]:
    """E-mail, mobile number and language of whoever works here."""
    actor = current_scope().actor_id
    found = queries.address(actor) if actor is not None else None
    return ("", "", "zh") if found is None else (*opened(found), found.language)


def opened(address: NotificationAddress) -> tuple[str, str]:
    """E-mail and mobile number of an address, in clear."""
    email = EMAIL.open(address.id, address.email) if address.email else ""
    return email, MOBILE.open(address.id, address.mobile) if address.mobile else ""


def my_ways() -> dict[str, tuple[Way, ...]]:
    """By event how whoever works here is told."""
    actor = current_scope().actor_id
    assert actor is not None
    return queries.ways_of_person(actor)


def _checked(ways: Mapping[str, Collection[str]]) -> dict[str, tuple[Way, ...]]:
    if set(ways) - set(EVENTS) or any(set(given) - set(Way) for given in ways.values()):
        raise ClerkError("请从所列的事情和方式中选择。")
    return {event: tuple(way for way in Way if way in given) for event, given in ways.items()}
