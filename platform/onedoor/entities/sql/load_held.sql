-- Of a load of mine the entities that something depends on (`used`), or that somebody changed since: they stay when it is
-- taken back. A later load that was itself taken back is no change.
CREATE OR REPLACE FUNCTION load_held(load uuid) RETURNS TABLE(entity_id uuid, used boolean)
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
    FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = __me__
   WHERE c.import_id = load AND c.tenant_id = __me__ AND c.source <> 'undo') f
 WHERE f.used OR f.changed GROUP BY f.entity_id
$body$;
