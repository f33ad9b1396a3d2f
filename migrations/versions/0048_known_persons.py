"""Whether an account is known by its person's identity number: who is not cannot act in a draw (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0048_known_persons"
down_revision = "0047_visits_again"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE OR REPLACE FUNCTION known_person(one uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT 1 FROM public.user_account a
                WHERE a.id = one AND a.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND a.person_id IS NOT NULL)
$body$""",
    "GRANT EXECUTE ON FUNCTION known_person(uuid) TO onedoor_bureau, onedoor_supervisor",
    "ALTER FUNCTION known_person(uuid) OWNER TO onedoor_definer",
)


def upgrade() -> None:
    """Add the function."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
