"""Products, projects and activities have nature, industry and place, and come in by file."""

from __future__ import annotations

from alembic import op

revision = "0083_matters_by_file"
down_revision = "0082_one_account"

KINDS = "'entities', 'items', 'inspectors', 'experts', 'targets', 'matters'"
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    'ALTER TABLE "import" DROP CONSTRAINT ck_import_kind',
    f'ALTER TABLE "import" ADD CONSTRAINT ck_import_kind CHECK (kind IN ({KINDS})) NOT VALID',
    'ALTER TABLE "import" VALIDATE CONSTRAINT ck_import_kind',
    "ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind",
    f"ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind CHECK (kind IN ({KINDS}))",
    "ALTER TABLE target_matter ADD COLUMN nature TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE target_matter ADD COLUMN industry TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE target_matter ADD COLUMN jurisdiction_code TEXT",
    """ALTER TABLE target_matter ADD CONSTRAINT fk_target_matter_jurisdiction_code
    FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code) NOT VALID""",
    "ALTER TABLE target_matter VALIDATE CONSTRAINT fk_target_matter_jurisdiction_code",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
