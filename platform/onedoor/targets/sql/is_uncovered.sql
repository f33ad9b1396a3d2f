-- Of this bureau's trade and place, and in no bureau's library (R-L6). By IS TRUE the place is asked of each firm as it is
-- met, in the order of the index: searched by place, a city's million took eight times as long.
CREATE OR REPLACE FUNCTION is_uncovered(asked uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT EXISTS (SELECT FROM public.entity e WHERE e.id = asked AND e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = __me__
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i
      WHERE i.tenant_id = __me__ AND i.state = 'published'))
   AND (e.jurisdiction_code IN (
     WITH RECURSIVE places AS (
       SELECT b.jurisdiction_code AS code FROM public.bureau b WHERE b.id = __me__
       UNION
       SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
     SELECT code FROM places)) IS TRUE
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL))
$body$;
