"""Imports: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0205_imports"
down_revision = "0204_disclosure"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE bulk_run (
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    params JSONB NOT NULL,
    asked JSONB,
    total INTEGER NOT NULL,
    left_out INTEGER,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_bulk_run PRIMARY KEY (id),
    CONSTRAINT uq_bulk_run_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_bulk_run_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_bulk_run_tenant_id ON bulk_run (tenant_id)""",
    r"""CREATE TABLE import (
    kind TEXT NOT NULL,
    mode TEXT NOT NULL,
    file_id UUID NOT NULL,
    file_name TEXT NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    outcome JSONB,
    layout JSONB,
    digest TEXT,
    through TEXT DEFAULT 'page' NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by TEXT,
    cursor JSONB,
    stop_asked BOOLEAN DEFAULT false NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import PRIMARY KEY (id),
    CONSTRAINT uq_import_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_file_id_tenant_id FOREIGN KEY(file_id, tenant_id) REFERENCES stored_file (id, tenant_id),
    CONSTRAINT ck_import_kind CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details', 'premises', 'licences', 'checks')),
    CONSTRAINT ck_import_mode CHECK (mode IN ('good', 'all', 'check')),
    CONSTRAINT fk_import_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_created ON import (tenant_id, created_at DESC, id)""",
    r"""CREATE INDEX ix_import_tenant_id ON import (tenant_id)""",
    r"""CREATE TABLE import_mapping (
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    header TEXT[] NOT NULL,
    places JSONB NOT NULL,
    actor_name TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_mapping PRIMARY KEY (id),
    CONSTRAINT uq_import_mapping_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_import_mapping_tenant_id_kind_digest UNIQUE (tenant_id, kind, digest),
    CONSTRAINT ck_import_mapping_kind CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates', 'details', 'premises', 'licences', 'checks')),
    CONSTRAINT fk_import_mapping_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_mapping_tenant_id ON import_mapping (tenant_id)""",
    r"""CREATE TABLE bulk_row (
    run_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    reason TEXT,
    reason_said JSONB,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_bulk_row PRIMARY KEY (id),
    CONSTRAINT uq_bulk_row_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_bulk_row_run_id_tenant_id FOREIGN KEY(run_id, tenant_id) REFERENCES bulk_run (id, tenant_id),
    CONSTRAINT uq_bulk_row_run_id_subject_id UNIQUE (run_id, subject_id),
    CONSTRAINT fk_bulk_row_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_bulk_row_tenant_id ON bulk_row (tenant_id)""",
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
    r"""CREATE INDEX ix_import_chunk_tenant_id ON import_chunk (tenant_id)""",
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
    r"""CREATE INDEX ix_import_part_tenant_id ON import_part (tenant_id)""",
    r"""CREATE TABLE import_problem (
    import_id UUID NOT NULL,
    number INTEGER NOT NULL,
    line INTEGER,
    "column" TEXT NOT NULL,
    message TEXT NOT NULL,
    params JSONB NOT NULL,
    fatal BOOLEAN NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_problem PRIMARY KEY (id),
    CONSTRAINT uq_import_problem_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_problem_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_import_problem_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_problem_row ON import_problem (import_id, number, id)""",
    r"""CREATE INDEX ix_import_problem_tenant_id ON import_problem (tenant_id)""",
    r"""CREATE TABLE import_row (
    import_id UUID NOT NULL,
    number INTEGER,
    verdict TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    changes JSONB,
    subject_id UUID,
    before JSONB,
    former BYTEA,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_row PRIMARY KEY (id),
    CONSTRAINT uq_import_row_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_row_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_import_row_verdict CHECK (verdict IN ('new', 'changed', 'unchanged', 'gone')),
    CONSTRAINT fk_import_row_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_row_tenant_id ON import_row (tenant_id)""",
    r"""CREATE INDEX ix_import_row_verdict ON import_row (import_id, verdict, number, id)""",
    r"""CREATE TABLE library_update (
    library TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_name TEXT NOT NULL,
    added INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    total INTEGER NOT NULL,
    note TEXT NOT NULL,
    note_said JSONB,
    whole BOOLEAN DEFAULT false NOT NULL,
    import_id UUID,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_library_update PRIMARY KEY (id),
    CONSTRAINT uq_library_update_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_library_update_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id),
    CONSTRAINT ck_library_update_library CHECK (library IN ('targets', 'inspectors', 'experts')),
    CONSTRAINT fk_library_update_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_library_update_latest ON library_update (tenant_id, library, at DESC)""",
    r"""CREATE INDEX ix_library_update_tenant_id ON library_update (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION keys_of_import_part_content() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.import_part t
 WHERE t.content IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_import_part_content() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_import_part_content() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_import_row_former() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.former, 0), count(*) FROM public.import_row t
 WHERE t.former IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_import_row_former() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_import_row_former() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_stored_file_content() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.content, 0), count(*) FROM public.stored_file t
 WHERE t.content IS NOT NULL AND t.id IN (SELECT i.file_id FROM public.import i) GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_stored_file_content() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_stored_file_content() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_import_part_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.import_part t SET content = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_import_part_content(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_import_part_content(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_import_row_former(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.import_row t SET former = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.former = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_import_row_former(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_import_row_former(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_stored_file_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[])
    RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.stored_file t SET content = n.fresh, size = octet_length(n.fresh), digest = encode(sha256(n.fresh), 'hex')
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_stored_file_content(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_stored_file_content(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_import_part_content(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.import_part t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_import_part_content(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_import_part_content(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_import_row_former(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.former FROM public.import_row t
 WHERE t.former IS NOT NULL AND t.id > after AND (get_byte(t.former, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_import_row_former(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_import_row_former(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION sealed_stored_file_content(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.content FROM public.stored_file t
 WHERE t.content IS NOT NULL AND t.id > after AND (get_byte(t.content, 0) <> writes) AND t.id IN (SELECT i.file_id
     FROM public.import i)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_stored_file_content(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_stored_file_content(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""ALTER TABLE bulk_run ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_run TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON bulk_run TO onedoor_bureau""",
    r"""CREATE POLICY bulk_run_bureau_select_0 ON bulk_run FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY bulk_run_bureau_insert_1 ON bulk_run FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY bulk_run_bureau_update_2 ON bulk_run FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import TO onedoor_bureau""",
    r"""CREATE POLICY import_bureau_select_0 ON import FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_bureau_insert_1 ON import FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_bureau_update_2 ON import FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_bureau_delete_3 ON import FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import_mapping ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_mapping TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_mapping TO onedoor_bureau""",
    r"""CREATE POLICY import_mapping_bureau_select_0 ON import_mapping FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_mapping_bureau_insert_1 ON import_mapping FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_mapping_bureau_update_2 ON import_mapping FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_mapping_bureau_delete_3 ON import_mapping FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE bulk_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_row TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_row TO onedoor_bureau""",
    r"""CREATE POLICY bulk_row_bureau_select_0 ON bulk_row FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY bulk_row_bureau_insert_1 ON bulk_row FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY bulk_row_bureau_update_2 ON bulk_row FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY bulk_row_bureau_delete_3 ON bulk_row FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import_chunk ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_chunk TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_chunk TO onedoor_bureau""",
    r"""CREATE POLICY import_chunk_bureau_select_0 ON import_chunk FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_chunk_bureau_insert_1 ON import_chunk FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_chunk_bureau_update_2 ON import_chunk FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_chunk_bureau_delete_3 ON import_chunk FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import_part ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_part TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_part TO onedoor_bureau""",
    r"""CREATE POLICY import_part_bureau_select_0 ON import_part FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_part_bureau_insert_1 ON import_part FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_part_bureau_update_2 ON import_part FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_part_bureau_delete_3 ON import_part FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import_problem ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_problem TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_problem TO onedoor_bureau""",
    r"""CREATE POLICY import_problem_bureau_select_0 ON import_problem FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_problem_bureau_insert_1 ON import_problem FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_problem_bureau_update_2 ON import_problem FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_problem_bureau_delete_3 ON import_problem FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import_row ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_row TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_row TO onedoor_bureau""",
    r"""CREATE POLICY import_row_bureau_select_0 ON import_row FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_row_bureau_insert_1 ON import_row FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_row_bureau_update_2 ON import_row FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY import_row_bureau_delete_3 ON import_row FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE library_update ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON library_update TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON library_update TO onedoor_bureau""",
    r"""GRANT SELECT ON library_update TO onedoor_supervisor""",
    r"""CREATE POLICY library_update_bureau_select_0 ON library_update FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY library_update_bureau_insert_1 ON library_update FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY library_update_bureau_update_2 ON library_update FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY library_update_supervisor_select_3 ON library_update FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
