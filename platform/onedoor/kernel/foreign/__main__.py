"""The process that takes a stranger's file apart: `python -I -m onedoor.kernel.foreign`.

Standard input: one line of JSON (columns, limits, where the table stands, or that a look is wanted), then the file. Standard output: one line
of JSON each for the table, its rows and the end, or for the sentence that says what is wrong. It has no environment,
no secret and no connection; its memory and its time are bounded before it sees the first byte of the file.
"""

from __future__ import annotations

import encodings.gb18030
import encodings.utf_8_sig
import encodings.utf_16  # noqa: F401 - codecs are loaded while files may still be opened
import json
import sys
from collections.abc import Iterator
from typing import IO, Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.foreign.confining import confine, or_end
from onedoor.kernel.foreign.shapes import (
    Column,
    Limits,
    error_out,
    head_out,
    layout_in,
    row_out,
    seen_out,
)
from onedoor.kernel.foreign.tables import find_table, look


def answers(asked: dict[str, Any], file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """What to say of the file, message by message."""
    columns = [Column(name, tuple(aliases), required) for name, aliases, required in asked["columns"]]
    limits = Limits(**asked["limits"])
    try:
        # One byte more than is allowed is enough to say that it is too much.
        content = file.read(limits.size + 1)
        if asked["look"]:
            yield {"seen": seen_out(look(content, columns, limits))}
        else:
            table = find_table(content, columns, limits, layout_in(asked["layout"]))
            yield {"table": head_out(table)}
            for row in table:
                yield {"row": row_out(row)}
    except ClerkError as error:
        yield {"refused": error_out(error)}
    else:
        yield {"end": True}


def main() -> None:
    """Answer, and end."""
    asked = json.loads(sys.stdin.buffer.readline())
    confine(Limits(**asked["limits"]))

    def work() -> None:
        for answer in answers(asked, sys.stdin.buffer):
            sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    or_end(work)


if __name__ == "__main__":
    main()
