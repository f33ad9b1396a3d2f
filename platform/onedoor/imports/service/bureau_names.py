"""Rows that name another bureau: perhaps a row of its file (R-T1, R-L11)."""

from __future__ import annotations

from onedoor.imports.rules.rows import RowReader
from onedoor.imports.rules.vocabulary import fold
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants


class BureauNames:
    """The other bureaus of the deployment, by their names."""

    def __init__(self) -> None:
        mine, bureaus = current_scope().tenant_id, tenants.bureaus()
        named = [(one, fold(name)) for one in bureaus for name in (one.name, one.short_name)]
        # Bureaus of two places may have one short name: who writes the own one means the own bureau.
        own = {name for one, name in named if one.id == mine}
        self._others = {name: one.name for one, name in named if name not in own}

    def remark(self, reader: RowReader, *columns: str) -> None:
        """Tell the clerk of a cell that has another bureau's name. The row is taken: a body may be entrusted."""
        for column in columns:
            other = self._others.get(fold(reader.row.cells.get(column, "")))
            if other is not None:
                error = ClerkError(
                    "“%(name)s”是另一个单位，已照原文读入；请核对这一行是不是本单位的。", name=other
                )
                reader.remark(column, error)
