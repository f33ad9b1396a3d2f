"""Celery's way to Valkey, for which a message that cannot be read is no reason to die: it is put aside and logged.

Messages are bells (docs/architecture.md): losing one is mended by the sweep, so nothing waits for what was put aside.
"""

from __future__ import annotations

import base64
import logging
from json import JSONDecodeError
from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as of_redis

log = logging.getLogger("onedoor.jobs")
ASIDE, MOST_KEPT, LONGEST = "onedoor:aside", 100, 10_000


class Unreadable(ValueError):
    """A message whose envelope is none; `raw` is what came."""

    def __init__(self, raw: str) -> None:
        super().__init__("not a message")
        self.raw = raw


class Channel(of_redis.Channel):  # type: ignore[misc]
    """Reads on after what it could not read."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except (JSONDecodeError, UnicodeDecodeError, Unreadable) as fault:
            self._put_aside(_raw(fault))
            return True

    def _put_aside(self, raw: str) -> None:
        log.error("a message that cannot be read was put aside", extra={"fields": {"message": raw[:200]}})
        with self.conn_or_acquire() as client:
            client.lpush(ASIDE, raw[:LONGEST])
            client.ltrim(ASIDE, 0, MOST_KEPT - 1)


class Transport(of_redis.Transport):  # type: ignore[misc]
    """Valkey by kombu, with the envelope of each message looked at before anybody takes it."""

    Channel = Channel

    def _deliver(self, message: Any, queue: str) -> None:
        if not _is_message(message):
            raise Unreadable(repr(message))
        super()._deliver(message, queue)


def install() -> None:
    """Every broker address beginning with redis:// goes this way."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = "tasks.broker:Transport"


def _is_message(message: Any) -> bool:
    """Whether it has what kombu makes a message of: headers, and a body in the encoding it says."""
    if not isinstance(message, dict) or not isinstance(message.get("body"), str):
        return False
    said = message.get("properties")
    if not isinstance(said, dict) or not {"delivery_tag", "delivery_info"} <= set(said):
        return False
    if not isinstance(message.get("headers", {}), dict) or not isinstance(said["delivery_info"], dict):
        return False
    try:
        base64.b64decode(message["body"], validate=said.get("body_encoding") == "base64")
    except ValueError:
        return said.get("body_encoding") != "base64"
    return True


def _raw(fault: JSONDecodeError | UnicodeDecodeError | Unreadable) -> str:
    if isinstance(fault, JSONDecodeError):
        return fault.doc
    return fault.raw if isinstance(fault, Unreadable) else repr(fault.object)
