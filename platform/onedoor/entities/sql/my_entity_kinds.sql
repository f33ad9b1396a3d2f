CREATE OR REPLACE FUNCTION my_entity_kinds() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT kind
    FROM pg_catalog.unnest(
    ARRAY['91','92','93','51','52','53','59','12','11','13','19','31','32','33','34','35','39','N1','N2','N3','N9','other']) AS kind
 WHERE EXISTS (SELECT FROM public.bureau b WHERE b.id = __me__ AND kind = ANY (b.entity_kinds))
    OR (EXISTS (SELECT FROM public.bureau b WHERE b.id = __me__ AND 'other' = ANY (b.entity_kinds))
        AND NOT EXISTS (SELECT FROM public.bureau b WHERE kind = ANY (b.entity_kinds)))
$body$;
