CREATE OR REPLACE FUNCTION reseal___name__(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.__table__ t SET __column__ = n.fresh, __index__ = n.fresh_index
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.__column__ = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$;
