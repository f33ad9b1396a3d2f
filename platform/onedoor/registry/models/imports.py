"""Files brought in, and what was wrong with which row (R-L11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from tenants.models import Owned


class Import(Owned):
    """One file brought in. `kind`: entities, items, inspectors. `mode`: load the good rows, none if any
    is bad, or only check. `outcome` holds the counts once it ran."""

    __tablename__ = "import"
    kind: Mapped[str]
    mode: Mapped[str]
    file_id: Mapped[UUID]
    file_name: Mapped[str]
    actor_name: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["file_id", "tenant_id"], ["stored_file.id", "stored_file.tenant_id"]),
        sa.CheckConstraint("kind IN ('entities', 'items', 'inspectors')", name="kind"),
        sa.CheckConstraint("mode IN ('good', 'all', 'check')", name="mode"),
        sa.Index("ix_import_created", "tenant_id", sa.text("created_at DESC"), "id"),
    )


class ImportProblem(Owned):
    """One thing wrong in one row. `number` is the row a spreadsheet shows, `line` that of a text file.

    `message` is a Chinese source string with `params`; `fatal` tells a refused row from a remark.
    """

    __tablename__ = "import_problem"
    import_id: Mapped[UUID]
    number: Mapped[int]
    line: Mapped[int | None]
    column: Mapped[str]
    message: Mapped[str]
    params: Mapped[dict[str, Any]]
    fatal: Mapped[bool]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["import_id", "tenant_id"], ["import.id", "import.tenant_id"], ondelete="CASCADE"
        ),
        sa.Index("ix_import_problem_row", "import_id", "number", "id"),
    )
