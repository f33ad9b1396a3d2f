"""Strict checks of single values in a document; each raises ProtocolError naming where."""

import re
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any

from onedoor.draws.rules.wire.encoding import INTEGER_LIMIT, check_text
from onedoor.draws.rules.wire.errors import ProtocolError

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
STRATUM = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
OBJECT = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,63}(?::[1-9][0-9]{0,8})?")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def fields(value: object, keys: Collection[str], where: str) -> dict[str, Any]:
    """An object with exactly these keys."""
    if not isinstance(value, dict):
        raise ProtocolError(f"{where}: must be an object")
    odd = set(keys) ^ value.keys()
    if odd:
        which = sorted(odd)[0]
        fault = "is missing" if which in keys else "does not belong here"
        raise ProtocolError(f"{where}: the key {which[:40]!r} {fault}")
    return value


def items(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ProtocolError(f"{where}: must be a list")
    return value


def pair(value: object, where: str) -> tuple[Any, Any]:
    both = items(value, where)
    if len(both) != 2:
        raise ProtocolError(f"{where}: must be a pair")
    return both[0], both[1]


def text(value: object, where: str) -> str:
    """Text of the protocol: in NFC, not empty, no control characters."""
    if not isinstance(value, str) or not value:
        raise ProtocolError(f"{where}: must be text, not empty")
    if any(unicodedata.category(c) == "Cc" for c in value):
        raise ProtocolError(f"{where}: control characters in text")
    try:
        check_text(value)
    except ProtocolError as error:
        raise ProtocolError(f"{where}: {error}") from None
    return value


def matching(pattern: re.Pattern[str], value: object, where: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ProtocolError(f"{where}: {str(value)[:70]!a} is not a valid name")
    return value


def name(value: object, where: str) -> str:
    return matching(NAME, value, where)


def count(value: object, where: str, least: int = 0, most: int = INTEGER_LIMIT - 1) -> int:
    """An integer from ``least`` to ``most``; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ProtocolError(f"{where}: must be an integer from {least}")
    return value


def hexadecimal(value: object, where: str, size: int | None = 32) -> bytes:
    """The bytes of lower-case hex, ``size`` of them, or any number for ``None``."""
    if (
        not isinstance(value, str)
        or not _HEX.fullmatch(value)
        or (size is not None and len(value) != 2 * size)
    ):
        raise ProtocolError(f"{where}: must be {'' if size is None else f'{size} bytes in '}lower-case hex")
    return bytes.fromhex(value)


def moment(value: object, where: str) -> str:
    """A time in UTC as ``2026-03-02T01:00:00Z``; such times compare as text."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            datetime.fromisoformat(value)
            return value
        except ValueError:
            pass
    raise ProtocolError(f"{where}: must be a time like 2026-03-02T01:00:00Z")


def unique(values: Collection[str], where: str) -> None:
    if len(set(values)) != len(values):
        raise ProtocolError(f"{where}: the same name twice")
