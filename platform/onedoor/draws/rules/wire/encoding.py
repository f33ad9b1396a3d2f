"""Bytes of the protocol: hashes, ``LP``, ``tag`` and canonical JSON (draw.md, "Bytes").

Digests are raw ``bytes`` everywhere in this package and hex only inside JSON documents.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from onedoor.draws.rules.wire.characters import code_point, strange
from onedoor.draws.rules.wire.errors import ProtocolError
from onedoor.draws.rules.wire.pool_sweeps import PREFIX, hashing, lp

Hash = Callable[[bytes], bytes]

INTEGER_LIMIT = 2**53
DEPTH_LIMIT = 16


@cache
def hash_function(name: str) -> Hash:
    """``H`` of a plan: ``"sha256"`` or ``"sm3"``. Raises ProtocolError for another name."""
    if name not in ("sha256", "sm3"):
        raise ProtocolError(f"plan.hash: must be sha256 or sm3, not {name[:20]!r}")
    new = hashing(name)
    return lambda data: new(data).digest()


def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


def tag(h: Hash, label: str, *parts: bytes | str) -> bytes:
    """``tag(t, p1 … pn)``; text parts stand for their UTF-8."""
    pieces = [lp(PREFIX + label.encode())]
    pieces += [lp(part.encode() if isinstance(part, str) else part) for part in parts]
    return h(b"".join(pieces))


def canonical(value: object) -> bytes:
    """The canonical JSON of a document. Raises ProtocolError for what has none (floats, text not in NFC, …)."""
    _check_value(value, 0)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _check_value(value: object, depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise ProtocolError("nested too deeply")
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ProtocolError("a key is not ASCII")
            _check_value(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_value(item, depth + 1)
    else:
        _check_single(value)


def _check_single(value: object) -> None:
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, int):
        if abs(value) >= INTEGER_LIMIT:
            raise ProtocolError("an integer is 2^53 or more")
    elif value is not None:
        raise ProtocolError(f"a {type(value).__name__} has no place in canonical JSON")


def check_text(text: str) -> None:
    """Raises ProtocolError for text that is not in NFC or holds what is none of the protocol's characters."""
    if text.isascii():
        return
    place = strange(text)
    if place is not None:
        raise ProtocolError(f"text holds {code_point(text[place])}, none of the protocol's characters")
    if not unicodedata.is_normalized("NFC", text):
        raise ProtocolError(f"text is not in NFC: {text[:40]!a}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ProtocolError(f"a duplicate key {twice[:40]!r}")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17:
        raise ProtocolError("an integer is 2^53 or more")
    return int(digits)


def _no_number(text: str) -> NoReturn:
    raise ProtocolError(f"{text[:20]} is not an integer")


def parse_json(data: bytes, what: str) -> Any:
    """A JSON document in UTF-8, without duplicate keys, floats or NaN; any spacing.

    ``what`` names the file in the ProtocolError raised for anything else.
    """
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        _check_value(value, 0)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProtocolError(f"{what}: not UTF-8 at line {line}, byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise ProtocolError(f"{what}: not JSON at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ProtocolError(f"{what}: nested too deeply") from None
    except ProtocolError as error:
        raise ProtocolError(f"{what}: {error}") from None
    return value


def parse_canonical(data: bytes, what: str) -> Any:
    """A JSON document that *is* its canonical bytes. Raises ProtocolError for other bytes."""
    value = parse_json(data, what)
    if canonical(value) != data:
        raise ProtocolError(f"{what}: not canonical bytes")
    return value
