"""Columns that are stored encrypted, and how they move from one key to another (R-T7).

A room declares each beside its policies. From that come two definer functions for the role that keeps house
(`onedoor_dispatch`), which alone reach over all bureaus: they hand out ciphertexts and take ciphertexts back,
and a row is replaced only if it still is what was handed out. So the work can stop at any point and go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from flask import current_app

from onedoor.kernel import access, audit
from onedoor.kernel.access import D, Function, read
from onedoor.kernel.crypto import FieldCipher, UnknownKey
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import DbRole, Scope, current_scope, in_scope

_log = logging.getLogger(__name__)
BATCH = 500
_FIRST = UUID(int=0)
_ROW = (sa.column("id", sa.Uuid), sa.column("about", sa.Uuid), sa.column("value", sa.LargeBinary))
_KINDS = (sa.Uuid, sa.LargeBinary, sa.LargeBinary, sa.Text)


class Misplaced(ClerkError):
    """A ciphertext that was altered, or put where it does not belong: nobody gets a number by it, and nobody signs in."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "保存的加密内容与这条记录不符，可能被改动或移动过，不能使用。请联系平台运维人员核查。"
        )


@dataclass(frozen=True)
class EncryptedColumn:
    """A column of ciphertexts; `index` the column of its keyed hashes, if its values are searched.

    `at_once` is how many rows move to another key in one commit, of values that are large.
    """

    table: str
    column: str
    index: str | None = None
    at_once: int = BATCH

    @property
    def name(self) -> str:
        """How the column is called in functions and on the terminal."""
        return f"{self.table}_{self.column}"

    def place(self, row_id: UUID) -> str:
        """Where a ciphertext belongs: it opens nowhere else."""
        return f"{self.table}.{self.column}/{row_id}"

    def seal(self, row_id: UUID, text: str) -> bytes:
        """The text as it is kept in this column of this row."""
        return cipher().encrypt(text, self.place(row_id))

    def open(self, row_id: UUID, kept: bytes) -> str:
        """What is kept in this column of this row; raises `Misplaced` for what was altered or comes from elsewhere."""
        try:
            return cipher().decrypt(kept, self.place(row_id))
        except InvalidTag:
            _log.error("sealed value does not belong here", extra={"sealed": self.place(row_id)})
            raise Misplaced() from None

    def about(self, tenant_id: UUID) -> str:
        """What its keyed hashes are about: equal numbers in two bureaus have different hashes."""
        return f"{self.table}.{self.column}/{tenant_id}"


COLUMNS: dict[str, EncryptedColumn] = {}


def encrypted_column(
    room: str,
    table: str,
    column: str,
    *,
    index: str | None = None,
    own: bool = False,
    at_once: int = BATCH,
) -> EncryptedColumn:
    """Declare a sealed column of `table`. `own` says that the room has files of its own for it: not all rows are sealed,
    or more changes with the value."""
    made = COLUMNS[f"{table}_{column}"] = EncryptedColumn(table, column, index, at_once)
    parts = {"name": made.name, "table": table, "column": column, **({"index": index} if index else {})}

    def function(kind: str, file: str) -> Function:
        text = read(room, f"{kind}_{made.name}") if own else read("kernel", file, **parts)
        return Function(text, (D,))

    searched = "searched_" if index else ""
    access.functions(
        room,
        function("sealed", f"sealed_{searched}column"),
        function("reseal", f"reseal_{searched}column"),
        function("keys_of", "keys_of_column"),
    )
    return made


@dataclass
class Rotation:
    """How far a column is: rows looked at, sealed anew, and those that nobody can read, by id."""

    column: EncryptedColumn
    seen: int
    done: int
    unreadable: list[str]


def cipher() -> FieldCipher:
    """The application's cipher: seals and opens phones, identity numbers and the files they came in."""
    found: FieldCipher = current_app.extensions["onedoor.cipher"]
    return found


def keys_in_use() -> dict[str, dict[int, int]]:
    """By column: how many rows begin with which mark (`crypto.number_of`, `crypto.is_bound`)."""
    with in_scope(Scope(DbRole.DISPATCH)):
        return {name: _numbers(name) for name in sorted(COLUMNS)}


def _numbers(name: str) -> dict[int, int]:
    counted = getattr(sa.func, f"keys_of_{name}")().table_valued("number", "rows")
    return {row.number: row.rows for row in db.session.execute(sa.select(counted))}


def rotate(report: Callable[[Rotation], Any] = lambda rotation: None, batch: int = BATCH) -> list[Rotation]:
    """Seal anew, `batch` rows a commit, what is not under the key that writes, not bound to its row, or without its keyed hash.

    Stopped at any point it goes on where it was; people who save meanwhile lose nothing. `told` hears after
    each batch how far it is.
    """
    return [_rotate(column, report, min(batch, column.at_once)) for _, column in sorted(COLUMNS.items())]


def _rotate(column: EncryptedColumn, report: Callable[[Rotation], Any], batch: int) -> Rotation:
    current = cipher()
    going = Rotation(column, 0, 0, [])
    with in_scope(Scope(DbRole.DISPATCH)):
        after = _FIRST
        while rows := _stale(column, current.mark, after, batch):
            after, fresh = rows[-1].id, list(_anew(column, current, rows, going))
            ids, formers, values, indexes = zip(*fresh, strict=True) if fresh else ((), (), (), ())
            going.seen += len(rows)
            going.done += _put(column, list(ids), list(formers), list(values), list(indexes))
            db.session.commit()
            report(going)
    return going


def _stale(column: EncryptedColumn, mark: int, after: UUID, most: int) -> list[sa.Row[Any]]:
    function = getattr(sa.func, f"sealed_{column.name}")
    rows = function(mark, after, most).table_valued(*_ROW)
    return list(db.session.execute(sa.select(rows).order_by(rows.c.id)))


def _put(column: EncryptedColumn, *given: list[Any]) -> int:
    values: list[Any] = [sa.cast(value, sa.ARRAY(kind)) for value, kind in zip(given, _KINDS, strict=True)]
    function = getattr(sa.func, f"reseal_{column.name}")
    return (db.session.scalar(sa.select(function(*values))) or 0) if given[0] else 0


def _anew(
    column: EncryptedColumn, cipher: FieldCipher, rows: list[sa.Row[Any]], going: Rotation
) -> Iterator[tuple[UUID, bytes, bytes, str | None]]:
    for row in rows:
        try:
            text = cipher.decrypt(bytes(row.value), column.place(row.id))
        except (InvalidTag, UnknownKey, UnicodeDecodeError):
            going.unreadable.append(str(row.id))
            continue
        index = cipher.blind(text, column.about(row.about)) if column.index else None
        yield row.id, bytes(row.value), column.seal(row.id, text), index


def seal(row: Any, column: EncryptedColumn, text: str) -> None:
    """Keep `text` in a column of the row, with the hash by which it is found."""
    assert column.index is not None
    row.id = row.id or new_id()
    setattr(row, column.column, column.seal(row.id, text))
    setattr(row, column.index, cipher().blind(text, column.about(row.tenant_id)))


def same_number(model: Any, column: EncryptedColumn, text: str) -> sa.ColumnElement[bool]:
    """Rows of the current bureau whose number is exactly this one."""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None and column.index is not None
    hashes = cipher().blinds(text, column.about(tenant_id))
    return sa.and_(model.tenant_id == tenant_id, getattr(model, column.index).in_(hashes))


def reveal(event: str, subject: tuple[str, UUID, str], column: EncryptedColumn, reason: str, row: Any) -> str:
    """The number in clear; it is logged as `event` about the subject (kind, id, name), with the reason (R-T7)."""
    kind, thing, name = subject
    if len(reason.strip()) < 2:
        raise ClerkError("请写明查看的理由。", fields={"why": ["请写明查看的理由。"]})
    kept = getattr(row, column.column, None)
    if kept is None:
        raise NotFound("没有登记这个号码。")
    after = {"what": column.column, "reason": reason.strip()}
    audit.record(event, (kind, thing), name, after=after)
    return column.open(row.id, kept)
