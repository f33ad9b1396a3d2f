"""Rows of licences (许可证, R-L11, R-T4); pure. A licence is known by its entity's code, its kind, number and issuer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onedoor.entities.rules.firm_rows import CODE, FIRM, FIRM_COLUMNS, OfFirm, alike, read_firm, said
from onedoor.entities.rules.premises_rows import NUMBER as PREMISES
from onedoor.entities.rules.premises_rows import read_mark
from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.spreadsheets import Column, SourceRow

KIND, NUMBER, ISSUER, ISSUED = "许可证种类", "许可证编号", "发证机关", "发证日期"
UNTIL, CANCELLED, NOTE = "有效期至", "注销或吊销日期", "说明"
HEAD = (FIRM, CODE, KIND, NUMBER, ISSUER, ISSUED, UNTIL, PREMISES, CANCELLED, NOTE)
COLUMNS = (
    *FIRM_COLUMNS,
    Column(KIND, ("许可证", "许可种类", "证照名称", "许可证名称", "许可证类型"), required=True),
    Column(NUMBER, ("编号", "许可证号", "许可编号", "证号", "证照编号"), required=True),
    Column(ISSUER, ("发证单位", "许可机关", "发证部门")),
    Column(ISSUED, ("发证时间", "有效期自", "许可日期")),
    Column(UNTIL, ("有效期", "有效期止", "到期日期", "有效期届满日期")),
    Column(PREMISES, ("经营场所编号", "门店编号")),
    Column(CANCELLED, ("注销日期", "吊销日期")),
    Column(NOTE, ("备注",)),
    # What our own list has beside these, and the register says better.
    Column("类型"),
    Column("所在地"),
    Column("状态"),
)
# Of one without end.
_ENDLESS = frozenset({"长期", "长期有效", "永久", "无固定期限"})
# Where a day that is wrong stands in a file.
COLUMN_OF = {"issued_on": ISSUED, "valid_to": UNTIL, "cancelled_on": CANCELLED}


@dataclass(frozen=True, slots=True)
class LicenceRow(OfFirm):
    """One licence as its row has it."""

    kind: str
    mark: str
    issuer: str

    def key(self, issuer: str) -> tuple[str, str, str, str]:
        """By what it is known again."""
        return key_of(self.code, self.kind, self.mark, issuer)


def key_of(code: str, kind: str, number: str, issuer: str) -> tuple[str, str, str, str]:
    """By what a licence is known: width, case and blanks of its kind and number do not count."""
    return code, alike(kind), alike(number), issuer


def read_licence(row: SourceRow) -> tuple[LicenceRow | None, RowReader]:
    """The licence of a row, or None and what is wrong in the reader."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    code, kind, firm = read_firm(reader)
    fields = {
        "issued_on": (ISSUED, reader.day(ISSUED)),
        "valid_to": (UNTIL, _until(reader)),
        "premises_number": (PREMISES, read_mark(reader, PREMISES) or None),
        "cancelled_on": (CANCELLED, reader.day(CANCELLED)),
        "note": (NOTE, reader.text(NOTE, longest=500)),
    }
    licence = LicenceRow(
        number=row.number,
        code=code,
        entity_kind=kind,
        firm=firm,
        values=said(reader, fields),
        kind=reader.text(KIND, longest=60, required=True).replace("\n", ""),
        mark=reader.text(NUMBER, longest=60, required=True).replace("\n", ""),
        issuer=reader.text(ISSUER, longest=100).replace("\n", ""),
    )
    return (None if reader.problems else licence), reader


def _until(reader: RowReader) -> date | None:
    return None if alike(reader.row.cells.get(UNTIL, "")) in _ENDLESS else reader.day(UNTIL)
