"""Tables as clerks have them: files of any usual encoding and format in, safe files out (R-L11)."""

from onedoor.kernel.file_sandbox.pipe_messages import (
    HEAD_AGAIN,
    SECTION,
    SHEET_STEP,
    Column,
    Layout,
    Limits,
    SeenTable,
    SheetPreview,
    SourceProblem,
    SourceRow,
    SourceTable,
    heading,
    too_large,
)
from onedoor.kernel.spreadsheets.reader import in_turn, look_at, read_table
from onedoor.kernel.spreadsheets.writer import Marked, csv_lines, harmless, write_csv, write_xlsx

__all__ = [
    "HEAD_AGAIN",
    "SECTION",
    "SHEET_STEP",
    "Column",
    "Layout",
    "Limits",
    "Marked",
    "SeenTable",
    "SheetPreview",
    "SourceProblem",
    "SourceRow",
    "SourceTable",
    "csv_lines",
    "harmless",
    "heading",
    "in_turn",
    "look_at",
    "read_table",
    "too_large",
    "write_csv",
    "write_xlsx",
]
