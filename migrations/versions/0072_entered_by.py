"""Who entered an entity, a place or a licence of it, its code and whose it is are not changed afterwards (R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0072_entered_by"
down_revision = "0071_files_first"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "REVOKE UPDATE ON premises FROM onedoor_bureau",
    "GRANT UPDATE (name, address, jurisdiction_code, closed_on, note, updated_at) ON premises TO onedoor_bureau",
    "REVOKE UPDATE ON licence FROM onedoor_bureau",
    "GRANT UPDATE (premises_number, kind, number, issued_by, issued_on, valid_to, cancelled_on, note, updated_at)"
    " ON licence TO onedoor_bureau",
    "REVOKE UPDATE ON entity FROM onedoor_bureau",
    "GRANT UPDATE (name, kind, status, status_since, status_note, jurisdiction_code, address, scope, entity_type, industry,"
    " registered_on, capital, province, region, sort_key, initials, updated_at) ON entity TO onedoor_bureau",
    # R-T7: how who answers for the work is reached is the bureau's alone.
    "REVOKE SELECT ON duty FROM onedoor_supervisor",
    "GRANT SELECT (id, tenant_id, role, name, post, document, since, until, noted_at, noted_by)"
    " ON duty TO onedoor_supervisor",
)


def upgrade() -> None:
    """Narrow what may be written."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
