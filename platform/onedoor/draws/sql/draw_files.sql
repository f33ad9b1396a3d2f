-- The lead assembles roster and proof from what the parties deposited, and nobody else reads the files.
CREATE OR REPLACE FUNCTION draw_files(the_draw uuid)
    RETURNS TABLE (list_name text, pool bytea, inspectors jsonb, recusals jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.list_name, f.pool, f.inspectors, f.recusals
  FROM public.draw d
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_deposit_file f ON f.draw_id = d.id AND f.tenant_id = p.bureau_id
 WHERE d.id = the_draw AND d.tenant_id = __me__
   AND NOT EXISTS (SELECT 1 FROM public.draw_party q
                    WHERE q.draw_id = d.id AND q.list_name IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM public.draw_deposit e
                                       WHERE e.draw_id = d.id AND e.tenant_id = q.bureau_id))
 ORDER BY p.position
$body$;
