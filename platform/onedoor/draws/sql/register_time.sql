-- What the register's next entry will be stamped with: the clock, never behind the entry before.
CREATE OR REPLACE FUNCTION register_time() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT greatest(
  to_char((public.onedoor_now() + (clock_timestamp() - now())) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  (SELECT r.time FROM public.draw_register r ORDER BY r.n DESC LIMIT 1) COLLATE "C")
$body$;
