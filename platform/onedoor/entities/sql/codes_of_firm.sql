-- For the public, who reads nothing of the register: the codes of one firm, of which something is public now.
CREATE OR REPLACE FUNCTION codes_of_firm(asked text) RETURNS TABLE (code text, stands boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT e.id FROM public.entity e WHERE e.code = asked
  UNION
  SELECT o.id FROM public.former_codes() o WHERE o.code = asked
  UNION
  SELECT m.survivor_id FROM public.entity_merge m JOIN up ON m.gone_id = up.id WHERE m.undone_at IS NULL),
top AS (
  SELECT u.id FROM up u
   WHERE NOT EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = u.id AND m.undone_at IS NULL)),
family AS (
  SELECT t.id FROM top t
  UNION
  SELECT m.gone_id FROM public.entity_merge m JOIN family f ON m.survivor_id = f.id WHERE m.undone_at IS NULL),
named AS (SELECT e.code, e.id IN (SELECT t.id FROM top t) AS stands FROM family f JOIN public.entity e ON e.id = f.id
  UNION SELECT o.code, false FROM family f JOIN public.former_codes() o ON o.id = f.id)
SELECT n.code, n.stands FROM named n
 WHERE EXISTS (SELECT FROM named o JOIN public.disclosure d ON d.entity_code = o.code
                WHERE d.kind = 'result' AND d.since <= public.onedoor_now() AND (d.until IS NULL OR d.until > public.onedoor_now()))
$body$;
