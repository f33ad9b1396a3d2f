CREATE OR REPLACE FUNCTION public_register(after bigint)
    RETURNS TABLE (n bigint, prev text, "time" text, line text, seq integer, kind text, digest text, own text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT r.n, r.prev, r.time, r.line, r.seq, r.kind, r.digest, r.own
  FROM public.draw_register r WHERE r.n > after ORDER BY r.n
$body$;
