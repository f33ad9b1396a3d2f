"""Visits of several bureaus that went together are one door of the firm (R-J4, R-P6).

Drafted by `python -m migrations.draft 0291_visits cap_totals combined_door combined_bureaus`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0291_visits"
down_revision = "0283_entities"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE cap_entry ADD COLUMN door_id UUID""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION cap_totals(text[], integer)""",
    r"""RESET ROLE""",
    r"""CREATE OR REPLACE FUNCTION cap_totals(codes text[], in_year integer)
    RETURNS TABLE (entity_code text, doors bigint, counts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE one (asked, id) AS (
  SELECT e.code, e.id FROM public.entity e WHERE e.code = ANY (codes)
  UNION
  SELECT f.code, f.id FROM public.former_codes() f WHERE f.code = ANY (codes)
  UNION
  SELECT o.asked, CASE WHEN m.gone_id = o.id THEN m.survivor_id ELSE m.gone_id END
    FROM one o JOIN public.entity_merge m ON o.id IN (m.gone_id, m.survivor_id) AND m.undone_at IS NULL),
known AS (
  SELECT a AS asked, a AS code FROM unnest(codes) AS a
  UNION SELECT o.asked, e.code FROM one o JOIN public.entity e ON e.id = o.id
  UNION SELECT o.asked, f.code FROM one o JOIN public.former_codes() f ON f.id = o.id)
SELECT k.asked, count(DISTINCT coalesce(c.door_id, c.visit_id)), count(*) FROM known k
  JOIN public.cap_entry c ON c.entity_code = k.code AND c.year = in_year AND c.entered GROUP BY k.asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION cap_totals(text[], integer) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION cap_totals(text[], integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION combined_door(asked uuid, on_day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE agreed (one, other) AS (
  SELECT c.visit_id, a.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  UNION ALL
  SELECT a.visit_id, c.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted),
together (id) AS (
  SELECT o.id FROM public.visit o WHERE o.id = asked AND (o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (o.party_ids))
  UNION SELECT g.other FROM together t JOIN agreed g ON g.one = t.id)
SELECT coalesce(e.door_id, e.visit_id) FROM together t
  JOIN public.visit_part p ON p.visit_id = t.id AND (p.begun_at AT TIME ZONE 'Asia/Shanghai')::date = on_day
  JOIN public.cap_entry e ON e.tenant_id = p.tenant_id AND e.visit_id = p.visit_id AND e.entered
 WHERE t.id <> asked ORDER BY p.begun_at, e.visit_id LIMIT 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION combined_door(uuid, date) TO onedoor_bureau""",
    r"""ALTER FUNCTION combined_door(uuid, date) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION combined_bureaus(asked uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE agreed (one, other) AS (
  SELECT c.visit_id, a.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  UNION ALL
  SELECT a.visit_id, c.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted),
together (id) AS (
  SELECT o.id FROM public.visit o
   WHERE o.id = asked AND (o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (o.party_ids) OR o.tenant_id IN (SELECT public.supervised_bureaus()))
  UNION SELECT g.other FROM together t JOIN agreed g ON g.one = t.id),
doors (visit_id, tenant_id, door) AS (
  SELECT e.visit_id, e.tenant_id, coalesce(e.door_id, e.visit_id) FROM together t
    JOIN public.visit_part p ON p.visit_id = t.id
    JOIN public.cap_entry e ON e.tenant_id = p.tenant_id AND e.visit_id = p.visit_id AND e.entered)
SELECT array_agg(DISTINCT b.short_name ORDER BY b.short_name) FROM doors d
  JOIN doors mine ON mine.visit_id = asked AND mine.door = d.door AND d.visit_id <> asked
  JOIN public.bureau b ON b.id = d.tenant_id
$body$""",
    r"""GRANT EXECUTE ON FUNCTION combined_bureaus(uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION combined_bureaus(uuid) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
