"""Tables as clerks have them: files of any usual encoding and format in, safe files out (R-L11)."""

from onedoor.kernel.foreign.shapes import Column, Limits, SourceProblem, SourceRow, SourceTable
from onedoor.kernel.spreadsheets.reading import check_table, read_table
from onedoor.kernel.spreadsheets.writing import csv_lines, harmless, write_csv, write_xlsx

__all__ = [
    "Column",
    "Limits",
    "SourceProblem",
    "SourceRow",
    "SourceTable",
    "check_table",
    "csv_lines",
    "harmless",
    "read_table",
    "write_csv",
    "write_xlsx",
]
