"""The process that takes a stranger's file apart: `python -I -m onedoor.kernel.file_sandbox`.

Standard input: one line of JSON (columns, limits, where the table stands, or that a look is wanted), then the file. Standard output: one line
of JSON each for the table, its rows and the end, or for the sentence that says what is wrong. It has no environment,
no secret and no connection; its memory and its time are bounded before it sees the first byte of the file.
"""

from __future__ import annotations

import encodings.big5
import encodings.gb18030
import encodings.utf_8_sig
import encodings.utf_16
import encodings.utf_16_be
import encodings.utf_16_le  # noqa: F401 - codecs are loaded while files may still be opened
import json
import sys
from collections.abc import Iterator
from typing import IO, Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import (
    Column,
    Limits,
    SourceTable,
    error_out,
    head_out,
    layout_in,
    row_out,
    seen_out,
)
from onedoor.kernel.file_sandbox.process_limits import confine, or_end
from onedoor.kernel.file_sandbox.tables import find_table, look

# Rows of one message, and the letters after which it is sent all the same.
_ROWS, _WEIGHT = 500, 1 << 18


def answers(asked: dict[str, Any], file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What to say of the file, message by message."""
    columns = [Column(name, tuple(aliases), *flags) for name, aliases, *flags in asked["columns"]]
    limits = Limits(**asked["limits"])
    try:
        if asked["look"]:
            yield {"seen": seen_out(look(file, columns, limits, asked["sheet"], asked["header_row"]))}
        else:
            table = find_table(file, columns, limits, layout_in(asked["layout"]), asked["lines"])
            yield {"table": head_out(table)}
            yield from _in_parts(table, asked["after"], asked["wanted"])
    except ClerkError as error:
        yield {"refused": error_out(error)}
    else:
        yield {"end": True}


def _in_parts(table: SourceTable, after: int, wanted: list[int] | None) -> Iterator[dict[str, Any]]:
    """The rows, many a message: those below row `after`, and of `wanted` ones no others."""
    chosen, last = (None, 0) if wanted is None else (frozenset(wanted), max(wanted, default=0))
    kept: list[list[Any]] = []
    weight = 0
    for row in table:
        if chosen is not None and row.number > last:
            break
        if row.number <= after or (chosen is not None and row.number not in chosen):
            continue
        kept.append(row_out(row, table.columns))
        weight += sum(map(len, row.cells.values())) + sum(map(len, row.raw))
        if len(kept) == _ROWS or weight > _WEIGHT:
            yield {"rows": kept}
            kept, weight = [], 0
    if kept:
        yield {"rows": kept}


def main() -> None:
    """Answer, and end."""
    asked = json.loads(sys.stdin.buffer.readline())
    confine(Limits(**asked["limits"]))

    def work() -> None:
        for answer in answers(asked, sys.stdin.buffer):
            said = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(said.encode("utf-8", "surrogatepass") + b"\n")
        sys.stdout.buffer.flush()

    or_end(work)


if __name__ == "__main__":
    main()
