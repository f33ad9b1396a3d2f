"""The register, for everybody: as entries, and as the file that verifiers read."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import DrawRegister
from onedoor.kernel.db import db

COLUMNS = ("n", "prev", "time", "line", "seq", "kind", "digest")


def register(after: int = 0) -> list[rules.Entry]:
    """The entries whose number is above `after`, in order; in any scope, the public's too."""
    query = sa.text("SELECT n, prev, time, line, seq, kind, digest FROM public_register(:after)")
    rows = db.session.execute(query, {"after": after}).mappings()
    return [rules.Entry(**row) for row in rows]  # type: ignore[typeddict-item]


def register_file() -> bytes:
    """`register.jsonl`: one canonical JSON object a line."""
    return b"".join(rules.canonical(entry) + b"\n" for entry in register())


def entries_of(draw_id: UUID) -> list[DrawRegister]:
    """What the register has of one draw."""
    query = sa.select(DrawRegister).where(DrawRegister.draw_id == draw_id).order_by(DrawRegister.n)
    return list(db.session.scalars(query))


def newest_entry() -> DrawRegister | None:
    """The newest entry, whose number and digest witnesses and parties note down: it alone, however long the register is."""
    return db.session.scalar(sa.select(DrawRegister).order_by(DrawRegister.n.desc()).limit(1))
