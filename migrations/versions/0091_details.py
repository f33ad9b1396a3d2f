"""What a bureau knows of its targets comes in by file; the number that a load wrote over is kept with it, sealed (R-L11, R-T7)."""

from __future__ import annotations

from alembic import op

revision = "0091_details"
down_revision = "0090_code_beside_id"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    'ALTER TABLE "import" DROP CONSTRAINT ck_import_kind',
    """ALTER TABLE "import" ADD CONSTRAINT ck_import_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details')) NOT VALID""",
    'ALTER TABLE "import" VALIDATE CONSTRAINT ck_import_kind',
    "ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind",
    """ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details'))""",
    "ALTER TABLE import_row ADD COLUMN former BYTEA",
    r"""CREATE OR REPLACE FUNCTION sealed_import_row_former(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.former FROM public.import_row t
 WHERE t.former IS NOT NULL AND t.id > after AND (get_byte(t.former, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    "GRANT EXECUTE ON FUNCTION sealed_import_row_former(integer, uuid, integer) TO onedoor_dispatch",
    "ALTER FUNCTION sealed_import_row_former(integer, uuid, integer) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION reseal_import_row_former(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.import_row t SET former = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.former = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    "GRANT EXECUTE ON FUNCTION reseal_import_row_former(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch",
    "ALTER FUNCTION reseal_import_row_former(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION keys_of_import_row_former() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.former, 0), count(*) FROM public.import_row t
 WHERE t.former IS NOT NULL AND true GROUP BY 1
$body$""",
    "GRANT EXECUTE ON FUNCTION keys_of_import_row_former() TO onedoor_dispatch",
    "ALTER FUNCTION keys_of_import_row_former() OWNER TO onedoor_definer",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
