"""A bureau's channels: set up, tried, paused and ended by its administrator; where they may lead the operator allows."""

from __future__ import annotations

import base64
import secrets
from urllib.parse import urlsplit
from uuid import UUID

from onedoor.events.rules import AddressUnfit, checked_address
from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.deployment import settings
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from onedoor.notifications import queries
from onedoor.notifications.models import NotificationChannel
from onedoor.notifications.policies import SECRET, URL
from onedoor.notifications.rules import KNOWN_HOSTS, ChannelKind, ChannelState

MOST, LONGEST_NAME = 5, 60


def add_channel(
    kind: str, name: str, url: str, robot_secret: str | None = None
) -> tuple[NotificationChannel, str]:
    """Set up a channel; returns it with the secret that its receiver checks signatures by, shown once ("" for a robot's own)."""
    name, url, robot_secret = name.strip(), url.strip(), (robot_secret or "").strip()
    if kind not in set(ChannelKind):
        raise ClerkError("请选择通道。", fields={"kind": [N_("请从所列通道中选择。")]})
    if not 0 < len(name) <= LONGEST_NAME:
        raise ClerkError("通道名称不对。", fields={"name": [N_("请写通道名称，60 字以内。")]})
    host = _checked_host(ChannelKind(kind), url)
    if len(queries.channels()) >= MOST:
        raise Conflict("最多设 %(most)s 个消息通道，请先结束不用的。", most=MOST)
    own = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    made_id = new_id()
    made = NotificationChannel(
        id=made_id,
        tenant_id=current_scope().tenant_id,
        kind=kind,
        name=name,
        host=host,
        url=URL.seal(made_id, url),
        secret=SECRET.seal(made_id, robot_secret or own),
        state=ChannelState.ACTIVE,
        created_at=real_now(),
        created_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "notifications.channel.add",
        ("notification_channel", made.id),
        name,
        after={"kind": kind, "host": host},
    )
    return made, "" if robot_secret else own


def set_channel_state(channel_id: UUID, state: str) -> NotificationChannel:
    """Pause a channel, let it go on, or end it for good."""
    found = queries.channel(channel_id)
    if found.state == ChannelState.ENDED:
        raise Conflict("这个消息通道已经结束。")
    if state not in (ChannelState.ACTIVE, ChannelState.PAUSED, ChannelState.ENDED):
        raise ClerkError("请选择要怎样办理。")
    found.state, found.failing_since = state, None
    audit.record(
        "notifications.channel.set", ("notification_channel", found.id), found.name, after={"state": state}
    )
    db.session.flush()
    return found


def _checked_host(kind: ChannelKind, url: str) -> str:
    allowed = settings().event_hosts
    try:
        host, _ = checked_address(url, allowed)
    except AddressUnfit as unfit:
        raise ClerkError("网址不对。", fields={"url": [str(unfit)]}) from None
    if host not in {KNOWN_HOSTS.get(kind), *allowed, *settings().notification_hosts}:
        sentence = N_("平台运维人员没有允许向这个地址发消息，请先联系平台运维人员。")
        raise ClerkError("网址不对。", fields={"url": [sentence]})
    assert urlsplit(url).hostname
    return host
