"""A draw as published: its files as a verifier takes them, and one's own lot in them (R-D8)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from typing import Any, cast

from onedoor.disclosure import queries as disclosure
from onedoor.disclosure.models import Disclosure
from onedoor.draws.rules import Evidence, Lot, LotBook, Proof, Row, parse_canonical, parse_line
from onedoor.entities import queries as entity_queries
from onedoor.kernel.errors import NotFound

# Trees of pools that this process keeps.
BOOKS = 24
_books: dict[tuple[bytes, str], LotBook] = {}
_making = threading.Lock()


def need_proof(files: Iterable[Any]) -> None:
    """Raises `NotFound` unless the proof is among these files, or their names."""
    if "proof.json" not in {getattr(one, "name", one) for one in files}:
        raise NotFound("抽取完成、公布证明以后才能核验，请稍后再来。")


def evidence(found: Disclosure) -> Evidence:
    """The published files as the verifier takes them; raises `NotFound` while there is no proof."""
    files = {one.name: one for one in disclosure.files(found.id)}
    need_proof(files)
    pools = {list_of(name): bytes(one.content) for name, one in files.items() if name.startswith("pool-")}
    return Evidence(
        proof=bytes(files["proof.json"].content),
        pools=pools,
        roster=_bytes(files.get("roster.txt")),
        register=_bytes(files.get("register.jsonl")),
        logs={name: bytes(one.content) for name, one in files.items() if name.startswith("log-")},
    )


def list_of(name: str) -> str:
    """The list whose pool a file holds."""
    return name.removeprefix("pool-").removesuffix(".txt")


def proof_of(files: Evidence) -> Proof:
    """The published proof, parsed."""
    return cast(Proof, parse_canonical(files.proof, "proof"))


def lots_in(files: Evidence, name: str, code: str) -> list[tuple[Row, Lot]]:
    """The rows of a code in one list, each with its lot, also of the provisional number that stood for it, or the other way
    round. A list that is not among the files has none."""
    raw = files.pools.get(name)
    if raw is None:
        return []
    book = _book(raw, proof_of(files)["plan"]["hash"])
    lots = [lot for number in entity_queries.numbers_of(code) for lot in book.lots(raw, name, number)]
    return [(parse_line(lot["line"]), lot) for lot in lots]


def lots_of(files: Evidence, code: str) -> list[Lot]:
    """All lots of a code and its places, in every list."""
    return [lot for name in files.pools for _row, lot in lots_in(files, name, code)]


def _book(raw: bytes, hash_name: str) -> LotBook:
    """The tree of a published pool, made once in this process: a large one takes a second or two."""
    key = (hashlib.sha256(raw).digest(), hash_name)
    with _making:
        book = _books.pop(key, None) or LotBook(raw, hash_name)
        _books[key] = book
        if len(_books) > BOOKS:
            del _books[next(iter(_books))]
    return book


def _bytes(one: Any) -> bytes | None:
    return None if one is None else bytes(one.content)
