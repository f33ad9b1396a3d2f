"""Evidence of a proposed correction, sealed, for the two bureaus it goes between (R-T4, R-T7)."""

from __future__ import annotations

from alembic import op

revision = "0085_evidence"
down_revision = "0084_certificates"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE correction_file (
    correction_id UUID NOT NULL,
    receiver_id UUID NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    content BYTEA NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_correction_file PRIMARY KEY (id),
    CONSTRAINT uq_correction_file_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_correction_file_correction_id_tenant_id FOREIGN KEY(correction_id, tenant_id) REFERENCES correction (id, tenant_id),
    CONSTRAINT fk_correction_file_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_correction_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_correction_file_correction_id ON correction_file (correction_id)",
    "CREATE INDEX ix_correction_file_tenant_id ON correction_file (tenant_id)",
    "ALTER TABLE correction_file ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE correction_file FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON correction_file TO onedoor_definer",
    "GRANT SELECT ON correction_file TO onedoor_bureau",
    "CREATE POLICY correction_file_bureau_select_0 ON correction_file FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON correction_file TO onedoor_bureau",
    "CREATE POLICY correction_file_bureau_insert_1 ON correction_file FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM correction c WHERE c.id = correction_id AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.receiver_id = correction_file.receiver_id AND c.state = 'sent'))",
    "GRANT SELECT ON correction_file TO onedoor_supervisor",
    "CREATE POLICY correction_file_supervisor_select_2 ON correction_file FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))",
    r"""CREATE OR REPLACE FUNCTION sealed_correction_file_content(writes integer, after uuid, most integer) RETURNS TABLE (id uuid, about uuid, value bytea) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.correction_file t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes) AND true
 ORDER BY t.id LIMIT most
$body$""",
    "GRANT EXECUTE ON FUNCTION sealed_correction_file_content(integer, uuid, integer) TO onedoor_dispatch",
    "ALTER FUNCTION sealed_correction_file_content(integer, uuid, integer) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION reseal_correction_file_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH changed AS (
  UPDATE public.correction_file t SET content = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    "GRANT EXECUTE ON FUNCTION reseal_correction_file_content(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch",
    "ALTER FUNCTION reseal_correction_file_content(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION keys_of_correction_file_content() RETURNS TABLE (number integer, rows bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.correction_file t
 WHERE t.content IS NOT NULL AND true GROUP BY 1
$body$""",
    "GRANT EXECUTE ON FUNCTION keys_of_correction_file_content() TO onedoor_dispatch",
    "ALTER FUNCTION keys_of_correction_file_content() OWNER TO onedoor_definer",
)


def upgrade() -> None:
    """Bring it in."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
