-- Of a load of mine the places and licences that stay when it is taken back, and why: somebody changed one since, or a merge
-- moved it (a later load that was itself taken back is no change), a licence is of it, or a library lists it.
CREATE OR REPLACE FUNCTION load_held_parts(load uuid) RETURNS TABLE(part_id uuid, entity_id uuid, why text)
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
    FROM public.belonging_change c JOIN public.import i ON i.id = c.import_id AND i.tenant_id = __me__
   WHERE c.import_id = load AND c.tenant_id = __me__ AND c.source <> 'undo') f
 WHERE f.why IS NOT NULL
$body$;
