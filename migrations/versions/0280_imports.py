"""A mended file is known as the continuation of its load, and what is wrong with a row names whom it is about (R-L11)."""

from __future__ import annotations

from migrations.online import run

revision = "0280_imports"
down_revision = "0296_targets"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE import ADD COLUMN continues_id UUID""",
    r"""ALTER TABLE import ADD CONSTRAINT fk_import_continues_id_tenant_id
    FOREIGN KEY(continues_id, tenant_id) REFERENCES import (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE import VALIDATE CONSTRAINT fk_import_continues_id_tenant_id""",
    r"""ALTER TABLE import_problem ADD COLUMN name TEXT DEFAULT '' NOT NULL""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
