"""What a list shows, as a file to download; the kernel's writer keeps it safe to open."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response
from flask_babel import gettext as _

from onedoor.edge.attachments import attachment
from onedoor.kernel.errors import Conflict
from onedoor.kernel.spreadsheets import write_csv, write_xlsx
from onedoor.web.shell.formats import SHANGHAI

KINDS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": ("text/csv", write_csv),
}
# What a sheet of Excel or WPS takes, without its header.
MOST_IN_A_SHEET = 1_048_575
IN_MEMORY, PIECE = 8 << 20, 64 << 10


def refuse_too_many(count: int) -> None:
    """Raise Conflict for more rows than a sheet takes."""
    if count > MOST_IN_A_SHEET:
        raise Conflict(
            "所筛选的记录超过一张 Excel 工作表的上限 %(most)s 条。请下载 CSV，或先筛选再导出。",
            most=MOST_IN_A_SHEET,
        )


def cell(value: Any) -> Any:
    """A value a spreadsheet can hold: numbers and dates as such, times in Asia/Shanghai, the rest as text."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0)
    return value if value is None or isinstance(value, int | float | date) else str(value)


def table(title: str, kind: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A table as an attachment, ``kind`` xlsx or csv, named by its title."""
    mimetype, write = KINDS[kind]
    # Written whole within the request's transaction, on disk if it is long, so that a file never breaks off half-way.
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed with the answer
    write(file, heads, ([cell(value) for value in row] for row in rows))
    size = file.tell() if kind == "csv" else file.seek(0, io.SEEK_END)
    file.seek(0)
    answer = download(b"", f"{title}.{kind}", mimetype)
    answer.response = iter(lambda: file.read(PIECE), b"")
    answer.headers["Content-Length"] = size
    answer.call_on_close(file.close)
    return answer


def download(content: bytes, name: str, mimetype: str) -> Response:
    """An attachment with a Chinese file name."""
    return attachment(content, name, mimetype)
