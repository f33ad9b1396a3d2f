"""What a load under way has done and still needs: the file's further parts, and its rows once they are checked; and what
stayed of one that was taken back (R-L11)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class ImportPart(Owned):
    """A part of a file that is too long for one value, sealed (R-T7). The first stands in `stored_file`; `number` counts from 1."""

    __tablename__ = "import_part"
    import_id: Mapped[UUID]
    number: Mapped[int]
    content: Mapped[bytes]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["import_id", "tenant_id"], ["import.id", "import.tenant_id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("import_id", "number"),
    )


class ImportChunk(Owned):
    """Some thousand rows of a file of entities, checked and waiting to be written; gone when the load has ended.

    `codes`, `rows` and `lines` are the credit code, the number and the line of each row without fault; `document` holds those this
    bureau keeps, as `service.chunks` writes and reads them; `left_out` the numbers of rows whose code was merged away or
    stood in an earlier one. Of a file that is read twice (`service.two_readings`) nothing waits but `codes`, by what its rows
    are known, and `document` is the number of the chunk's last row.
    """

    __tablename__ = "import_chunk"
    import_id: Mapped[UUID]
    number: Mapped[int]
    codes: Mapped[list[str]]
    rows: Mapped[list[int]] = mapped_column(sa.ARRAY(sa.Integer()))
    lines: Mapped[list[int | None]] = mapped_column(sa.ARRAY(sa.Integer()))
    document: Mapped[str]
    left_out: Mapped[list[int]] = mapped_column(sa.ARRAY(sa.Integer()), server_default="{}")
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["import_id", "tenant_id"], ["import.id", "import.tenant_id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("import_id", "number"),
    )


class ImportRemainder(Owned):
    """A record that stayed as a load had left it when the load was taken back, and why.

    `subject_id` is the record as `ImportRow` has it, of the shared register the entity, place or licence itself; `reason`
    is a Chinese source string.
    """

    __tablename__ = "import_remainder"
    import_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    key: Mapped[str]
    name: Mapped[str]
    reason: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["import_id", "tenant_id"], ["import.id", "import.tenant_id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("import_id", "subject_id"),
    )
