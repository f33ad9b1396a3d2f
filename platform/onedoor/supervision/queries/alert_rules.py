"""The rules that alert, and the alerts that a job made of them (R-S4)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.supervision.models import Alert, AlertRule


def rules() -> sa.Select[AlertRule]:
    """The current bureau's rules, those that ended too, for a list."""
    return sa.select(AlertRule).where(AlertRule.tenant_id == current_scope().tenant_id)


def rule(rule_id: UUID) -> AlertRule:
    """One of the current bureau's."""
    found = db.session.get(AlertRule, rule_id)
    if found is None:
        raise NotFound("没有找到这条预警规则。")
    return found


def going() -> list[AlertRule]:
    """Those in force, by cell."""
    query = rules().where(AlertRule.ended_at.is_(None)).order_by(AlertRule.kind, AlertRule.state)
    return list(db.session.scalars(query))


def ever() -> bool:
    """Whether the current bureau ever had one."""
    return db.session.scalar(sa.select(rules().exists())) or False


def made() -> sa.Select[Alert]:
    """The alerts of the current bureau's rules, for a list: raised ones, ended or not."""
    return sa.select(Alert).where(Alert.tenant_id == current_scope().tenant_id, Alert.raised_at.is_not(None))


def stands() -> sa.ColumnElement[bool]:
    """Of an alert, that it has not ended."""
    return Alert.ended_at.is_(None)


def received() -> sa.Select[Alert]:
    """The alerts that supervisors' rules tell the current bureau, for a list."""
    return sa.select(Alert).where(
        Alert.bureau_id == current_scope().tenant_id,
        Alert.tenant_id != current_scope().tenant_id,
        Alert.raised_at.is_not(None),
    )


def alert(alert_id: UUID) -> Alert:
    """One that the current bureau's rules made, or that it is told of."""
    found = db.session.get(Alert, alert_id)
    if found is None or found.raised_at is None:
        raise NotFound("没有找到这条预警。")
    return found


def open_of(kind: str, state: str) -> list[Alert]:
    """What the current bureau's rules watch in a cell and has not ended, raised or not."""
    query = sa.select(Alert).where(
        Alert.tenant_id == current_scope().tenant_id,
        Alert.kind == kind,
        Alert.state == state,
        Alert.ended_at.is_(None),
    )
    return list(db.session.scalars(query))


def open_without_rule() -> list[Alert]:
    """What is open though no rule watches its cell any more."""
    watched = sa.exists().where(
        AlertRule.tenant_id == Alert.tenant_id,
        AlertRule.kind == Alert.kind,
        AlertRule.state == Alert.state,
        AlertRule.ended_at.is_(None),
    )
    query = sa.select(Alert).where(
        Alert.tenant_id == current_scope().tenant_id, Alert.ended_at.is_(None), sa.not_(watched)
    )
    return list(db.session.scalars(query))


def going_now() -> int:
    """How many alerts of the current bureau's rules stand now."""
    query = made().where(stands())
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
