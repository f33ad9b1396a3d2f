"""What of a load stays when the rest is taken back, and what leaves libraries by it (R-L11).

Drafted by `python -m migrations.draft 0283_entities load_held load_held_parts library_entries`.
"""

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
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
