"""Loads of entities that go on where they stopped: a file's further parts, its rows once they are checked, how far it has come."""

from __future__ import annotations

from alembic import op

revision = "0054_load_steps"
down_revision = "0053_corrections"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE import ADD COLUMN cursor JSONB",
    "ALTER TABLE import ADD COLUMN stop_asked BOOLEAN DEFAULT false NOT NULL",
    r"""CREATE TABLE import_part (
    import_id UUID NOT NULL,
    number INTEGER NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_part PRIMARY KEY (id),
    CONSTRAINT uq_import_part_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_part_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT uq_import_part_import_id_number UNIQUE (import_id, number),
    CONSTRAINT fk_import_part_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_import_part_tenant_id ON import_part (tenant_id)",
    r"""CREATE TABLE import_chunk (
    import_id UUID NOT NULL,
    number INTEGER NOT NULL,
    codes TEXT[] NOT NULL,
    rows INTEGER[] NOT NULL,
    lines INTEGER[] NOT NULL,
    document TEXT NOT NULL,
    left_out INTEGER[] DEFAULT '{}' NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_chunk PRIMARY KEY (id),
    CONSTRAINT uq_import_chunk_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_chunk_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT uq_import_chunk_import_id_number UNIQUE (import_id, number),
    CONSTRAINT fk_import_chunk_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_import_chunk_tenant_id ON import_chunk (tenant_id)",
    "ALTER TABLE import_part ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE import_part FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON import_part TO onedoor_definer",
    "GRANT SELECT ON import_part TO onedoor_bureau",
    r"""CREATE POLICY import_part_bureau_select_0 ON import_part FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "GRANT INSERT ON import_part TO onedoor_bureau",
    r"""CREATE POLICY import_part_bureau_insert_1 ON import_part FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "GRANT UPDATE ON import_part TO onedoor_bureau",
    r"""CREATE POLICY import_part_bureau_update_2 ON import_part FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "GRANT DELETE ON import_part TO onedoor_bureau",
    r"""CREATE POLICY import_part_bureau_delete_3 ON import_part FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "ALTER TABLE import_chunk ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE import_chunk FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON import_chunk TO onedoor_definer",
    "GRANT SELECT ON import_chunk TO onedoor_bureau",
    r"""CREATE POLICY import_chunk_bureau_select_0 ON import_chunk FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "GRANT INSERT ON import_chunk TO onedoor_bureau",
    r"""CREATE POLICY import_chunk_bureau_insert_1 ON import_chunk FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "GRANT UPDATE ON import_chunk TO onedoor_bureau",
    r"""CREATE POLICY import_chunk_bureau_update_2 ON import_chunk FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    "GRANT DELETE ON import_chunk TO onedoor_bureau",
    r"""CREATE POLICY import_chunk_bureau_delete_3 ON import_chunk FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE OR REPLACE FUNCTION sealed_import_part_content(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.import_part t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    "GRANT EXECUTE ON FUNCTION sealed_import_part_content(integer, uuid, integer) TO onedoor_dispatch",
    "ALTER FUNCTION sealed_import_part_content(integer, uuid, integer) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION reseal_import_part_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.import_part t SET content = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_import_part_content(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    "ALTER FUNCTION reseal_import_part_content(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION keys_of_import_part_content() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.import_part t
 WHERE t.content IS NOT NULL AND true GROUP BY 1
$body$""",
    "GRANT EXECUTE ON FUNCTION keys_of_import_part_content() TO onedoor_dispatch",
    "ALTER FUNCTION keys_of_import_part_content() OWNER TO onedoor_definer",
)


def upgrade() -> None:
    """Add the tables and columns."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
