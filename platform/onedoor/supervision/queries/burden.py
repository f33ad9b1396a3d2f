"""Burden and effect over the supervised bureaus (R-S6), and how their officers came in: one look each, which the log keeps."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from onedoor.kernel.sentences import Sentence
from onedoor.statistics import queries as statistics
from onedoor.statistics.rules.burden import Burden
from onedoor.visits.models import VisitPart
from tenants import crossing
from tenants.models import Bureau


def burden(year: int) -> Burden:
    """The figures of a year, as the supervisor sees its bureaus."""
    with crossing.cross_bureau_read(Sentence("查看%(year)s年度检查负担与成效", year=year)) as reader:
        return statistics.burden.burden(year, reader.execute)


@dataclass(frozen=True)
class ScanShare:
    """How often a bureau's officers entered, how often after a scan, and after one from their own address."""

    bureau_code: str
    bureau_name: str
    entered: int
    scanned: int
    same_address: int

    @property
    def unscanned_share(self) -> float:
        """Of all that entered, the share without a scan."""
        return (self.entered - self.scanned) / self.entered

    @property
    def same_address_share(self) -> float:
        """Of the scans, the share from the address that entered the number; a shop's own network among them."""
        return self.same_address / self.scanned if self.scanned else 0.0


def scan_shares(year: int) -> list[ScanShare]:
    """By bureau, of what began in a year and was entered for, the largest share without a scan first (R-V2)."""
    begun = sa.func.timezone("Asia/Shanghai", VisitPart.begun_at)
    query = (
        sa.select(
            Bureau.code,
            Bureau.name,
            sa.func.count(),
            sa.func.count().filter(VisitPart.scanned.is_(True)),
            sa.func.count().filter(VisitPart.scanned.is_(True), VisitPart.same_address.is_(True)),
        )
        .join(Bureau, Bureau.id == VisitPart.tenant_id)
        .where(VisitPart.entered, VisitPart.begun_at.is_not(None), sa.extract("year", begun) == year)
        .group_by(Bureau.code, Bureau.name)
        .order_by(Bureau.code)
    )
    with crossing.cross_bureau_read(Sentence("查看%(year)s年度扫码入企情况", year=year)) as reader:
        found = [ScanShare(*row) for row in reader.execute(query)]
    return sorted(found, key=lambda one: (-one.unscanned_share, one.bureau_code))
