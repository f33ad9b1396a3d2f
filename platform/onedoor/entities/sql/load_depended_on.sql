CREATE OR REPLACE FUNCTION load_depended_on(load uuid) RETURNS TABLE(used bigint, changed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FILTER (WHERE c.what = 'added' AND (
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
                     WHERE e.id = c.entity_id))),
       count(*) FILTER (WHERE EXISTS (SELECT FROM public.entity_change l WHERE l.entity_id = c.entity_id
         AND l.at > c.at AND l.import_id IS DISTINCT FROM c.import_id))
  FROM public.entity_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = __me__
 WHERE c.import_id = load AND c.tenant_id = __me__ AND c.source <> 'undo'
$body$;
