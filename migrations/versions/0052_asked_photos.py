"""A photo can be of a point of a matter's checklist that asks for one (R-L1, R-V4)."""

from __future__ import annotations

from alembic import op

revision = "0052_asked_photos"
down_revision = "0051_belongings"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE record_photo ADD COLUMN matter_id uuid, ADD COLUMN point integer",
    "ALTER TABLE record_photo ADD CONSTRAINT fk_record_photo_matter_id_tenant_id FOREIGN KEY (matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id) NOT VALID",
    "ALTER TABLE record_photo VALIDATE CONSTRAINT fk_record_photo_matter_id_tenant_id",
    "ALTER TABLE record_photo ADD CONSTRAINT ck_record_photo_asked_for CHECK ((matter_id IS NULL) = (point IS NULL)) NOT VALID",
    "ALTER TABLE record_photo VALIDATE CONSTRAINT ck_record_photo_asked_for",
)


def upgrade() -> None:
    """Add the columns; what is there is of the whole visit."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
