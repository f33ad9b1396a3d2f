"""Tokens that come from somewhere and are renewed; answers kept by the caller's key (API)."""

from __future__ import annotations

from migrations.online import run

revision = "0220_tenants"
down_revision = "0219_supervision"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE api_token ADD COLUMN networks TEXT[] DEFAULT '{}' NOT NULL""",
    r"""ALTER TABLE api_token ADD COLUMN last_used_from TEXT""",
    r"""ALTER TABLE api_token ADD COLUMN renews_id UUID""",
    r"""ALTER TABLE api_token ADD CONSTRAINT fk_api_token_renews_id_tenant_id FOREIGN KEY(renews_id, tenant_id) REFERENCES api_token (id, tenant_id)""",
    r"""CREATE TABLE api_answer (
    caller_id UUID NOT NULL,
    key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    body BYTEA NOT NULL,
    headers JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_api_answer PRIMARY KEY (id),
    CONSTRAINT uq_api_answer_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_api_answer_tenant_id_caller_id_key UNIQUE (tenant_id, caller_id, key),
    CONSTRAINT fk_api_answer_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_api_answer_created_at ON api_answer (tenant_id, created_at)""",
    r"""CREATE INDEX ix_api_answer_tenant_id ON api_answer (tenant_id)""",
    r"""ALTER TABLE api_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON api_answer TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE ON api_answer TO onedoor_bureau""",
    r"""GRANT SELECT, INSERT, DELETE ON api_answer TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT, DELETE ON api_answer TO onedoor_operator""",
    r"""CREATE POLICY api_answer_bureau_select_0 ON api_answer FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND caller_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY api_answer_bureau_insert_1 ON api_answer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND caller_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY api_answer_supervisor_select_2 ON api_answer FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND caller_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY api_answer_supervisor_insert_3 ON api_answer FOR INSERT TO onedoor_supervisor WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND caller_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY api_answer_operator_select_4 ON api_answer FOR SELECT TO onedoor_operator USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND caller_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY api_answer_operator_insert_5 ON api_answer FOR INSERT TO onedoor_operator WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND caller_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE POLICY api_answer_bureau_delete_6 ON api_answer FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND created_at < now() - interval '1 day')""",
    r"""CREATE POLICY api_answer_supervisor_delete_7 ON api_answer FOR DELETE TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND created_at < now() - interval '1 day')""",
    r"""CREATE POLICY api_answer_operator_delete_8 ON api_answer FOR DELETE TO onedoor_operator USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND created_at < now() - interval '1 day')""",
    r"""CREATE OR REPLACE FUNCTION keys_of_api_answer_body() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.body, 0), count(*) FROM public.api_answer t
 WHERE t.body IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_api_answer_body() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_api_answer_body() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_api_answer_body(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.api_answer t SET body = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.body = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_api_answer_body(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_api_answer_body(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_api_answer_body(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.body FROM public.api_answer t
 WHERE t.body IS NOT NULL AND t.id > after AND (get_byte(t.body, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_api_answer_body(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_api_answer_body(integer, uuid, integer) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    run(STATEMENTS)
