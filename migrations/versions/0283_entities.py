"""What of a load stays and what leaves libraries by it; entities without a credit code have a provisional number (R-L5, R-L11, R-T4)."""

from __future__ import annotations

from migrations.online import run

revision = "0283_entities"
down_revision = "0282_imports"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION load_depended_on(uuid)""",
    r"""RESET ROLE""",
    r"""CREATE OR REPLACE FUNCTION library_entries(asked uuid[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FROM public.target t JOIN public.entity e ON e.id = t.entity_id
 WHERE t.entity_id = ANY (asked) AND t.ended_on IS NULL AND e.kind = ANY (ARRAY(SELECT public.my_entity_kinds()))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION library_entries(uuid[]) TO onedoor_bureau""",
    r"""ALTER FUNCTION library_entries(uuid[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION load_held(load uuid) RETURNS TABLE(entity_id uuid, used boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT f.entity_id, bool_or(f.used) FROM (
  SELECT c.entity_id, c.what = 'added' AND (
         EXISTS (SELECT FROM public.target t WHERE t.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_contact p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.premises p WHERE p.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.licence l WHERE l.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_tag g WHERE g.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.credit_class k WHERE k.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.correction r WHERE r.entity_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = c.entity_id)
         OR EXISTS (SELECT FROM public.entity_merge m WHERE m.survivor_id = c.entity_id)
         OR EXISTS (SELECT FROM public.recusal r JOIN public.entity e ON e.code = r.entity_code
                     WHERE e.id = c.entity_id)) AS used,
         EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
           AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id AND NOT EXISTS (
             SELECT FROM public.entity_change u
              WHERE u.entity_id = l.entity_id AND u.import_id = l.import_id AND u.source = 'undo')) AS changed
    FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
   WHERE c.import_id = load AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.source <> 'undo') f
 WHERE f.used OR f.changed GROUP BY f.entity_id
$body$""",
    r"""GRANT EXECUTE ON FUNCTION load_held(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION load_held(uuid) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION load_held_parts(load uuid) RETURNS TABLE(part_id uuid, entity_id uuid, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT f.part_id, f.entity_id, f.why FROM (
  SELECT c.part_id, c.entity_id, CASE
         WHEN NOT EXISTS (SELECT FROM public.premises p WHERE p.id = c.part_id AND p.entity_id = c.entity_id)
          AND NOT EXISTS (SELECT FROM public.licence l WHERE l.id = c.part_id AND l.entity_id = c.entity_id)
           OR EXISTS (SELECT FROM public.belonging_change l WHERE l.entity_id = c.entity_id AND l.part_id = c.part_id
                AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id AND NOT EXISTS (
                  SELECT FROM public.belonging_change u
                   WHERE u.entity_id = l.entity_id AND u.part_id = l.part_id
                     AND u.import_id = l.import_id AND u.source = 'undo')) THEN 'changed'
         WHEN c.what = 'added' AND EXISTS (SELECT FROM public.premises p JOIN public.licence l
               ON l.entity_id = p.entity_id AND l.premises_number = p.number WHERE p.id = c.part_id) THEN 'licensed'
         WHEN c.what = 'added' AND EXISTS (
              SELECT FROM public.target_matter m WHERE m.premises_id = c.part_id) THEN 'listed' END AS why
    FROM public.belonging_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
   WHERE c.import_id = load AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.source <> 'undo') f
 WHERE f.why IS NOT NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION load_held_parts(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION load_held_parts(uuid) OWNER TO onedoor_definer""",
    r"""CREATE TABLE provisional_number (
    tenant_id UUID NOT NULL,
    number TEXT NOT NULL,
    registration_number TEXT DEFAULT '' NOT NULL,
    known_by TEXT NOT NULL,
    name TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by TEXT NOT NULL,
    code TEXT,
    cleared_at TIMESTAMP WITH TIME ZONE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_provisional_number PRIMARY KEY (id),
    CONSTRAINT uq_provisional_number_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_provisional_number_tenant_id_known_by UNIQUE (tenant_id, known_by),
    CONSTRAINT ck_provisional_number_number CHECK (number ~ '^ZB[0-9]{6}-[0-9]{6,8}$'),
    CONSTRAINT ck_provisional_number_cleared CHECK ((code IS NULL) = (cleared_at IS NULL)),
    CONSTRAINT fk_provisional_number_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id),
    CONSTRAINT uq_provisional_number_number UNIQUE (number)
)""",
    r"""CREATE INDEX ix_provisional_number_code ON provisional_number (code)""",
    r"""CREATE INDEX ix_provisional_number_tenant_id ON provisional_number (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION frozen_pools_with(numbers text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FROM public.draw_deposit_file f JOIN public.draw d ON d.id = f.draw_id
 WHERE d.state IN ('frozen', 'open', 'closed')
   AND EXISTS (SELECT FROM public.provisional_number p WHERE p.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND p.number = ANY (numbers))
   AND EXISTS (
       SELECT FROM unnest(numbers) AS n (code)
        WHERE position(convert_to(E'\n' || n.code || E'\t', 'UTF8') IN f.pool) > 0
           OR position(convert_to(E'\n' || n.code || ':', 'UTF8') IN f.pool) > 0)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION frozen_pools_with(text[]) TO onedoor_bureau""",
    r"""ALTER FUNCTION frozen_pools_with(text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION provisional_numbers_of(asked text) RETURNS TABLE (number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.number FROM public.provisional_number p WHERE p.code = asked
UNION SELECT p.code FROM public.provisional_number p WHERE p.number = asked AND p.code IS NOT NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION provisional_numbers_of(text) TO onedoor_bureau, onedoor_supervisor, onedoor_public""",
    r"""ALTER FUNCTION provisional_numbers_of(text) OWNER TO onedoor_definer""",
    r"""ALTER TABLE provisional_number ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON provisional_number TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (code, cleared_at) ON provisional_number TO onedoor_bureau""",
    r"""GRANT SELECT ON provisional_number TO onedoor_supervisor""",
    r"""CREATE POLICY provisional_number_bureau_select_0 ON provisional_number FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY provisional_number_bureau_insert_1 ON provisional_number FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY provisional_number_bureau_update_2 ON provisional_number FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY provisional_number_supervisor_select_3 ON provisional_number FOR SELECT TO onedoor_supervisor USING (true)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
