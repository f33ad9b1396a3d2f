"""Whom a bureau has for something: people by what they may do, who stands in for them, who is of which unit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.messages.models import Message
from onedoor.notifications.models import (
    NotificationAddress,
    NotificationChannel,
    NotificationChoice,
    NotificationDefault,
    NotificationDelivery,
)
from onedoor.notifications.rules import EVENTS, ChannelState, Way
from tenants.models import StandIn, UserAccount
from tenants.rules import PERMISSIONS, Permission


def people_who_may(*permissions: Permission) -> set[UUID]:
    """The active accounts of the current bureau with any of the permissions, and those who stand in for them today."""
    roles = [role.value for role, held in PERMISSIONS.items() if held.intersection(permissions)]
    able = sa.select(UserAccount.id).where(
        UserAccount.tenant_id == current_scope().tenant_id,
        UserAccount.active,
        UserAccount.roles.op("&&")(sa.cast(roles, sa.ARRAY(sa.Text()))),
    )
    found = set(db.session.scalars(able))
    return active(found | _stand_ins(found, permissions))


def active(people: Collection[UUID | None]) -> set[UUID]:
    """Those of some accounts that are of the current bureau and in use."""
    known = sa.select(UserAccount.id).where(
        UserAccount.tenant_id == current_scope().tenant_id,
        UserAccount.active,
        UserAccount.id.in_([one for one in people if one is not None]),
    )
    return set(db.session.scalars(known))


def units_of(people: Collection[UUID]) -> dict[UUID, UUID | None]:
    """To which unit each belongs, if to any."""
    query = sa.select(UserAccount.id, UserAccount.unit_id).where(UserAccount.id.in_(people))
    return {row.id: row.unit_id for row in db.session.execute(query)}


def ways_of(event: str, people: Collection[UUID]) -> dict[UUID, tuple[Way, ...]]:
    """By which ways each is told of an event: as they chose, else as the bureau set, else as it is declared."""
    query = sa.select(NotificationChoice).where(
        NotificationChoice.event == event, NotificationChoice.user_id.in_(people)
    )
    chosen = {one.user_id: tuple(map(Way, one.ways)) for one in db.session.scalars(query)}
    usual = bureau_ways().get(event, EVENTS[event].ways)
    return {one: chosen.get(one, usual) for one in people}


def ways_of_person(user_id: UUID) -> dict[str, tuple[Way, ...]]:
    """By event the ways of one person."""
    query = sa.select(NotificationChoice).where(NotificationChoice.user_id == user_id)
    chosen = {one.event: tuple(map(Way, one.ways)) for one in db.session.scalars(query)}
    usual = bureau_ways()
    return {event: chosen.get(event, usual.get(event, known.ways)) for event, known in EVENTS.items()}


def address(user_id: UUID) -> NotificationAddress | None:
    """Where somebody is reached, if they said so and it is theirs or a job's to know."""
    return db.session.scalar(sa.select(NotificationAddress).where(NotificationAddress.user_id == user_id))


def addresses(people: Collection[UUID]) -> dict[UUID, NotificationAddress]:
    """Where several are reached, for a job."""
    query = sa.select(NotificationAddress).where(NotificationAddress.user_id.in_(people))
    return {one.user_id: one for one in db.session.scalars(query)}


def channels() -> list[NotificationChannel]:
    """The bureau's channels that have not ended, by name."""
    query = sa.select(NotificationChannel).where(
        NotificationChannel.tenant_id == current_scope().tenant_id,
        NotificationChannel.state != ChannelState.ENDED,
    )
    return list(db.session.scalars(query.order_by(NotificationChannel.name, NotificationChannel.id)))


def channel(channel_id: UUID) -> NotificationChannel:
    """One channel of the bureau."""
    query = sa.select(NotificationChannel).where(
        NotificationChannel.tenant_id == current_scope().tenant_id, NotificationChannel.id == channel_id
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("没有找到这个消息通道。")
    return found


def deliveries(user_id: UUID | None = None) -> Any:
    """What went out by e-mail and channels with its message, all of the bureau's or one person's, for a list."""
    query = (
        sa.select(NotificationDelivery, Message.event, UserAccount.display_name)
        .join(Message, Message.id == NotificationDelivery.message_id)
        .join(UserAccount, UserAccount.id == NotificationDelivery.user_id)
        .where(NotificationDelivery.tenant_id == current_scope().tenant_id)
    )
    return query if user_id is None else query.where(NotificationDelivery.user_id == user_id)


def bureau_ways() -> dict[str, tuple[Way, ...]]:
    """By event the ways the current bureau set."""
    query = sa.select(NotificationDefault).where(NotificationDefault.tenant_id == current_scope().tenant_id)
    return {one.event: tuple(map(Way, one.ways)) for one in db.session.scalars(query)}


def _stand_ins(principals: Collection[UUID], permissions: Collection[Permission]) -> set[UUID]:
    held = sa.cast([one.value for one in permissions], sa.ARRAY(sa.Text()))
    query = sa.select(StandIn.agent_id).where(
        StandIn.principal_id.in_(principals),
        StandIn.permissions.op("&&")(held),
        StandIn.since <= today(),
        StandIn.until >= today(),
        StandIn.ended_at.is_(None),
    )
    return set(db.session.scalars(query))
