"""Burden and effect over the supervised bureaus (R-S6): one look across bureaus, which the log keeps."""

from __future__ import annotations

from onedoor.kernel.sentences import Sentence
from onedoor.statistics import queries as statistics
from onedoor.statistics.rules.burden import Burden
from tenants import crossing


def burden(year: int) -> Burden:
    """The figures of a year, as the supervisor sees its bureaus."""
    with crossing.cross_bureau_read(Sentence("查看%(year)s年度检查负担与成效", year=year)) as reader:
        return statistics.burden.burden(year, reader.execute)
