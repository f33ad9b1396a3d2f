"""The register's one writer (draw.md, "Register"): the database numbers, stamps and chains."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.rules import Entry
from onedoor.kernel.db import db


def append(draw_id: UUID, kind: str, digest: bytes) -> Entry:
    """Enter a digest for one of this bureau's draws; returns the entry as published.

    The function in the database refuses what is out of order, and holds the register until commit.
    """
    query = sa.text(
        "SELECT n, prev, time, line, seq, kind, digest FROM append_register(:draw, :kind, :digest)"
    )
    row = db.session.execute(query, {"draw": draw_id, "kind": kind, "digest": digest.hex()}).mappings().one()
    return Entry(**row)  # type: ignore[typeddict-item]
