"""What a record said before its correction is read by who reads the record (R-S2)."""

from __future__ import annotations

from migrations.online import run

revision = "0254_visits"
down_revision = "0253_supervision"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE POLICY record_revision_bureau_select_4 ON record_revision FOR SELECT TO onedoor_bureau USING (state = 'approved' AND EXISTS (SELECT FROM record r WHERE r.id = record_id))""",
)


def upgrade() -> None:
    """Make it."""
    run(STATEMENTS)
