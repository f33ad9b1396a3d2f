"""Files brought in, and what was wrong with which row (R-L11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_KIND = (
    "kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details',"
    " 'premises', 'licences', 'checks', 'listings')"
)


class Import(Owned):
    """One file brought in. `kind`: entities, items, inspectors, experts, targets, matters,
    certificates, details (what is known of targets), premises, licences, checks, listings. `mode`: load the good rows, none if any
    is bad, or only check. `outcome` holds the counts once it ran.

    `layout` is where its table stands: `{"sheet", "header_row", "header": [heads], "places": {our column: place},
    "asked"}`, with `asked` while a person is to say which column is which. `digest` is the SHA-256 of the file as it
    was sent. `through`: page or interface. `undone_at` and `undone_by` tell of a load that was taken back.

    `continues_id` is the load whose rows with something wrong this file has mended.

    `cursor` is how far a load that goes step by step has come (`service.cursor`), until it has ended; `stop_asked` that it is to
    stop there.
    """

    __tablename__ = "import"
    kind: Mapped[str]
    mode: Mapped[str]
    file_id: Mapped[UUID]
    file_name: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
    layout: Mapped[dict[str, Any] | None]
    digest: Mapped[str | None]
    through: Mapped[str] = mapped_column(server_default="page")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    continues_id: Mapped[UUID | None]
    cursor: Mapped[dict[str, Any] | None]
    stop_asked: Mapped[bool] = mapped_column(server_default=sa.false())
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["file_id", "tenant_id"], ["stored_file.id", "stored_file.tenant_id"]),
        sa.CheckConstraint(_KIND, name="kind"),
        sa.ForeignKeyConstraint(["continues_id", "tenant_id"], ["import.id", "import.tenant_id"]),
        sa.CheckConstraint("mode IN ('good', 'all', 'check')", name="mode"),
        sa.Index("ix_import_created", "tenant_id", sa.text("created_at DESC"), "id"),
    )


class ImportProblem(Owned):
    """One thing wrong in one row. `number` is the row a spreadsheet shows, `line` that of a text file.

    `name` is what the row is about, as it says it itself. `message` is a Chinese source string with `params`; `fatal` tells
    a refused row from a remark.
    """

    __tablename__ = "import_problem"
    import_id: Mapped[UUID]
    number: Mapped[int]
    line: Mapped[int | None]
    column: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
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


class ImportRow(Owned):
    """What a load does, or would do, with one row: `verdict` new, changed, unchanged, or gone.

    `gone` is no row of the file but what stands in the register and not in the file. `key` is the credit code, the
    item's number or the certificate's; `changes` has each field that differs: `[before, after]`. Of each verdict the
    first ten thousand are kept; the counts stand in the load's outcome. `subject_id` is what the load made (the draft of an
    item) or changed, of details the entity; `before` what an officer or expert was, or what a load did to a target, so that it can
    be taken back: of targets all that are new or changed are kept. `former` is the number that stood, of an
    officer the numbers by name as JSON, sealed (R-T7).
    """

    __tablename__ = "import_row"
    import_id: Mapped[UUID]
    number: Mapped[int | None]
    verdict: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    changes: Mapped[dict[str, Any] | None]
    subject_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None]
    former: Mapped[bytes | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["import_id", "tenant_id"], ["import.id", "import.tenant_id"], ondelete="CASCADE"
        ),
        sa.CheckConstraint("verdict IN ('new', 'changed', 'unchanged', 'gone')", name="verdict"),
        sa.Index("ix_import_row_verdict", "import_id", "verdict", "number", "id"),
    )


class ImportMapping(Owned):
    """Which column is which in files with this header, as a person of the bureau said (R-L11).

    `digest` is that of the heads in their order (`rules.columns.digest_of`); `places` by our column, from 0.
    """

    __tablename__ = "import_mapping"
    kind: Mapped[str]
    digest: Mapped[str]
    header: Mapped[list[str]]
    places: Mapped[dict[str, Any]]
    actor_name: Mapped[str]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "kind", "digest"),
        sa.CheckConstraint(_KIND, name="kind"),
    )
