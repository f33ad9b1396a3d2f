"""A clerk's file as rows by column name (R-L11), read in a process of its own.

A file may be made to end the process that reads it, or to fill the machine's memory. So neither the web process nor
the worker takes one apart: `kernel.file_sandbox` does, confined, and says in JSON what it found. Whatever becomes of it,
the clerk gets one sentence.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import (
    NO_MEMORY,
    Column,
    Layout,
    Limits,
    SeenTable,
    SourceRow,
    SourceTable,
    error_in,
    head_in,
    row_in,
    seen_in,
)

log = logging.getLogger("onedoor.spreadsheets")
_COMMAND = (sys.executable, "-I", "-m", "onedoor.kernel.file_sandbox")
# Seconds without a word after which the process is given up, however little of the processor it was given.
_PATIENCE = 240
_LONGEST_LINE = 32 << 20
_OUT_OF_MEMORY = (NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL)
# What becomes of a message that is not one of ours.
_NO_ANSWER = (AttributeError, KeyError, TypeError, ValueError)
# Files looked at while their senders wait; each may take `Limits.memory`.
_LOOKS = threading.BoundedSemaphore(2)
_TURN = 30


def read_table(
    content: bytes | Iterable[bytes],
    columns: Sequence[Column],
    limits: Limits | None = None,
    layout: Layout | None = None,
    *,
    lines: int = 0,
    after: int = 0,
    wanted: Collection[int] | None = None,
) -> SourceTable:
    """Find the table in a file, by the names of its columns or where `layout` says it stands.

    The file may come in parts, each taken when it is needed. Only rows below row `after` are told, and of `wanted`
    rows no others. `lines` is about how many a text has. Raises ClerkError, one sentence, for a file that is empty, too large, no table, in no known
    encoding, or without header or required columns; while iterating, for too many rows, and for a
    file that needs more memory or time than it may.
    """
    chosen = {"lines": lines, "after": after, "wanted": None if wanted is None else sorted(wanted)}
    reader = _Reader(content, columns, limits or Limits(), layout=layout, chosen=chosen)
    try:
        table = head_in(next(reader)["table"], iter(()))
        table.rows = _rows(reader, table.columns)
        return table
    except (*_NO_ANSWER, StopIteration):
        raise _damaged() from None


def look_at(
    content: bytes | Iterable[bytes],
    columns: Sequence[Column],
    limits: Limits | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
) -> SeenTable:
    """The likely header of a file, with a few values under each head; of a workbook the best sheet's, or that of `sheet`,
    in the row `header_row` if that is said.

    Raises ClerkError, one sentence, for a file that is empty, too large, no table, or in no known encoding.
    """
    with in_turn():
        try:
            chosen = {"sheet": sheet, "header_row": header_row}
            reader = _Reader(content, columns, limits or Limits(), look=True, chosen=chosen)
            return seen_in(next(reader)["seen"])
        except (*_NO_ANSWER, StopIteration):
            raise _damaged() from None


@contextmanager
def in_turn() -> Iterator[None]:
    """Read a file while its sender waits: two at once, others wait their turn. Raises ClerkError after half a minute."""
    if not _LOOKS.acquire(timeout=_TURN):
        raise ClerkError("正在核对的文件较多，请等一分钟再上传。")
    try:
        yield
    finally:
        _LOOKS.release()


def _rows(reader: _Reader, columns: Sequence[str]) -> Iterator[SourceRow]:
    try:
        for message in reader:
            for row in message["rows"]:
                yield row_in(row, columns)
    except _NO_ANSWER:
        raise _damaged() from None
    finally:
        reader.end()


class _Reader:
    """The process, and its messages up to the one that says it is done."""

    def __init__(
        self,
        content: bytes | Iterable[bytes],
        columns: Sequence[Column],
        limits: Limits,
        *,
        layout: Layout | None = None,
        look: bool = False,
        chosen: dict[str, Any] | None = None,
    ) -> None:
        asked = {
            "columns": [
                [column.name, column.aliases, column.required, column.key, column.continued]
                for column in columns
            ],
            "limits": asdict(limits),
            "layout": [layout.sheet, layout.header_row, dict(layout.places), layout.headless, layout.more]
            if layout
            else None,
            "look": look,
            **(chosen or {}),
        }
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ},
        )
        parts = (content,) if isinstance(content, bytes) else content
        self._said = _talk(self._process, itertools.chain((json.dumps(asked).encode() + b"\n",), parts))

    def __iter__(self) -> _Reader:
        return self

    def __next__(self) -> dict[str, Any]:
        line = next(self._said, None)
        if line is None:
            raise self._cut_short()
        message = json.loads(line)
        if "refused" in message:
            self.end()
            raise error_in(message["refused"])
        if "end" in message:
            self.end()
            raise StopIteration
        return dict(message)

    def __del__(self) -> None:
        if hasattr(self, "_process"):
            self.end()

    def end(self) -> int:
        """See that the process is gone; returns how it ended."""
        process = self._process
        if process.poll() is None:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return process.wait()

    def _cut_short(self) -> ClerkError:
        try:
            ended = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            ended = self.end()
        log.warning("the reader of an uploaded file ended with %s", ended)
        if ended in _OUT_OF_MEMORY:
            return ClerkError(
                "读取这个文件需要的内存超过上限，请删除多余的空行、空列和工作表，或分成几个文件后再上传。"
            )
        return _too_slow() if ended == -signal.SIGXCPU else _damaged()


def _talk(process: subprocess.Popen[bytes], parts: Iterable[bytes]) -> Iterator[bytes]:
    """Hand the parts in while they are taken, and give the lines that come out: neither side waits for the other."""
    assert process.stdin is not None and process.stdout is not None
    giving, taking = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(giving, False)
    rest, part, kept = iter(parts), memoryview(b""), b""
    waiting = select.poll()
    waiting.register(taking, select.POLLIN | select.POLLHUP)
    waiting.register(giving, select.POLLOUT)
    while True:
        ready = dict(waiting.poll(_PATIENCE * 1000))
        if not ready or len(kept) > _LONGEST_LINE:
            process.kill()
            raise _too_slow()
        if giving in ready:
            part = part or memoryview(next(rest, b""))
            if not part or (part := _give(giving, part)) is None:  # type: ignore[assignment]
                waiting.unregister(giving)
                process.stdin.close()
        if taking in ready:
            chunk = os.read(taking, 1 << 18)
            if not chunk:
                return
            *whole, kept = (kept + chunk).split(b"\n")
            yield from whole


def _give(pipe: int, part: memoryview) -> memoryview | None:
    """What is left of a part; None when it is not wanted any more, for how its reader ended is told elsewhere."""
    try:
        return part[os.write(pipe, part) :]
    except BlockingIOError:
        return part
    except BrokenPipeError:
        return None


def _too_slow() -> ClerkError:
    return ClerkError("读取这个文件用时过长，已停止，请另存为 .csv 或分成几个文件后再上传。")


def _damaged() -> ClerkError:
    return ClerkError("工作簿打不开，文件可能已损坏，请用表格软件打开后另存为 .xlsx 再上传。")
