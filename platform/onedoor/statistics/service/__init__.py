"""Returns: started, filled in, filed, corrected (R-S1, R-S2)."""

from onedoor.statistics.service.reminders import remind
from onedoor.statistics.service.reports import WORD, report
from onedoor.statistics.service.return_filings import ask_to_file, file_return
from onedoor.statistics.service.returns import (
    add_files,
    correct,
    discard,
    remove_file,
    save,
    start,
)
from onedoor.statistics.service.workbooks import workbook

__all__ = [
    "WORD",
    "add_files",
    "ask_to_file",
    "correct",
    "discard",
    "file_return",
    "remind",
    "remove_file",
    "report",
    "save",
    "start",
    "workbook",
]
