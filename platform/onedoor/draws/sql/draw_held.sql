-- The files of a closed draw, for those who hold them; each says with which digest it was deposited (draw.md, "Pool").
CREATE OR REPLACE FUNCTION draw_held(the_draw uuid) RETURNS TABLE (list_name text, digest text, pool bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.list_name, e.digest, f.pool
  FROM public.draw d
  JOIN public.draw_party h ON h.draw_id = d.id AND h.holds AND h.bureau_id = __me__
  JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
  JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
  JOIN public.draw_deposit_file f ON f.draw_id = d.id AND f.tenant_id = p.bureau_id
 WHERE d.id = the_draw AND d.closed
 ORDER BY p.position
$body$;
