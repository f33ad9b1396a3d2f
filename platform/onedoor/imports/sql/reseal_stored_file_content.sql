CREATE OR REPLACE FUNCTION reseal_stored_file_content(ids uuid[], formers bytea[], fresh bytea[], indexes text[])
    RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.stored_file t SET content = n.fresh, size = octet_length(n.fresh), digest = encode(sha256(n.fresh), 'hex')
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.content = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$;
