"""Alerts (预警, R-S4): by the supervisor's rules, made and ended by a job; each told once to whom the rule says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit, locks, trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.messages.models import Message
from onedoor.supervision import queries
from onedoor.supervision.models import Alert, AlertRule
from onedoor.supervision.queries.causes import Watched
from onedoor.supervision.rules import FIRST_ALERTS, Audience
from tenants import queries as tenants
from tenants.rules import Permission

# A rule that watches more records of a bureau than this is of no use; the rest comes as these are mended.
MOST_WATCHED = 2_000


def set_rule(kind: str, state: str, days: int, audience: str) -> AlertRule:
    """Watch a cell of the overview; a rule of the same cell ends, and what it alerted goes on under this one."""
    scope = current_scope()
    queries.causes.cause_of(kind, state, now().year)
    if not tenants.supervised_bureaus():
        raise ClerkError("本单位没有监督授权，不能设定预警规则。")
    locks.hold(f"alert rules {scope.tenant_id}")
    for one in queries.alert_rules.going():
        if (one.kind, one.state) == (kind, state):
            if (one.days, one.audience) == (days, audience):
                raise Conflict("这条预警规则没有变化。")
            _end(one)
    made = _rule(kind, state, days, Audience(audience), scope.actor_name)
    audit.record(
        "supervision.alert_rule.set",
        ("alert_rule", made.id),
        f"{kind}.{state}",
        after={"days": days, "audience": audience},
    )
    return made


def end_rule(rule_id: UUID) -> AlertRule:
    """Watch a cell no more; its open alerts end with the next look."""
    found = queries.alert_rules.rule(rule_id)
    db.session.refresh(found, with_for_update=True)
    if found.ended_at is not None:
        raise Conflict("这条预警规则已经停用。")
    _end(found)
    audit.record("supervision.alert_rule.end", ("alert_rule", found.id), f"{found.kind}.{found.state}")
    return found


def watch() -> int:
    """Look at what the current bureau's rules watch: begin, raise and end alerts; returns how many became alerts.

    A bureau that supervises nobody else has none; one that never made a rule begins with those of the house.
    """
    bureaus = queries.causes.supervised_others()
    if not bureaus:
        return 0
    locks.hold(f"alert rules {current_scope().tenant_id}")
    if not queries.alert_rules.ever():
        for kind, state, days, audience in FIRST_ALERTS:
            _rule(kind, state, days, audience, "平台默认规则")
    rules = queries.alert_rules.going()
    by_code = {one.code: one for one in bureaus}
    found = queries.causes.watched([(one.kind, one.state) for one in rules], list(by_code), MOST_WATCHED)
    raised = 0
    for rule in rules:
        seen = {one.id: one for one in found[rule.kind, rule.state]}
        known = {one.record_id: one for one in queries.alert_rules.open_of(rule.kind, rule.state)}
        for alert in known.values():
            if alert.record_id not in seen:
                _mended(alert)
        for record_id in seen.keys() - known.keys():
            one = seen[record_id]
            alert = _begin(rule, one, by_code[one.bureau].id)
            known[record_id] = alert
        raised += _raise(rule, [one for key, one in known.items() if key in seen])
    for alert in queries.alert_rules.open_without_rule():
        _mended(alert)
    if raised:
        _tell_supervisor(raised)
    return raised


def tell_alerts() -> int:
    """Tell the current bureau's people what its supervisors' rules alert, each once; returns how many."""
    told = 0
    for alert in db.session.scalars(queries.alert_rules.received().where(Alert.ended_at.is_(None))):
        text = Sentence("监督预警：%(name)s", name=alert.name)
        link = f"/orders/alerts/{alert.id}"
        known = sa.select(Message.id).where(Message.link == link).limit(1)
        if db.session.scalar(known) is None:
            messages.send_message(text, link, Permission.FILING_SEND)
            told += 1
    return told


def _rule(kind: str, state: str, days: int, audience: Audience, made_by: str) -> AlertRule:
    made = AlertRule(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        kind=kind,
        state=state,
        days=days,
        audience=audience.value,
        made_at=now(),
        made_by=made_by,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _end(rule: AlertRule) -> None:
    rule.ended_at, rule.ended_by = now(), current_scope().actor_name
    db.session.flush()


def _begin(rule: AlertRule, one: Watched, bureau_id: UUID) -> Alert:
    made = Alert(
        id=new_id(),
        tenant_id=rule.tenant_id,
        rule_id=rule.id,
        bureau_id=bureau_id,
        bureau_name=one.bureau_name,
        kind=rule.kind,
        state=rule.state,
        year=one.year,
        record_id=one.id,
        name=one.name,
        audience=rule.audience,
        seen_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _raise(rule: AlertRule, alerts: Iterable[Alert]) -> int:
    """Those that have been there for the rule's days become alerts, and stand in the trace of their record."""
    raised = 0
    for one in alerts:
        if one.raised_at is None and one.seen_at <= now() - timedelta(days=rule.days):
            one.raised_at = now()
            raised += 1
            _leave(one, Sentence("监督预警：%(name)s", name=one.name))
    db.session.flush()
    return raised


def _mended(alert: Alert) -> None:
    alert.ended_at = now()
    db.session.flush()
    if alert.raised_at is not None:
        _leave(alert, Sentence("预警解除：%(name)s", name=alert.name))


def _leave(alert: Alert, text: Sentence) -> None:
    shared = [] if alert.audience == Audience.SUPERVISOR else [alert.bureau_id]
    trace.step(
        "oversight", text, [alert.id, alert.record_id], shared_with=shared, link=f"/orders/alerts/{alert.id}"
    )


def _tell_supervisor(raised: int) -> None:
    text = Sentence("新增%(count)s条监督预警", count=raised)
    messages.send_message(text, "/orders/alerts", Permission.OVERSIGHT_ANSWER)
