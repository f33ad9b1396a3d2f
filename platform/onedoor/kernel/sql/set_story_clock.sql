-- Sets a demo's clock: once back, while no bureau is there yet, and from then on forward only, never past the machine's.
-- For the owner, in `onedoor_definer`'s role; the application may not call it.
CREATE OR REPLACE FUNCTION set_story_clock(moment timestamptz) RETURNS interval
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  was interval := public.onedoor_now() - now();
  becomes interval := least(moment - now(), interval '0');
BEGIN
  IF public.has_story_clock() THEN
    IF becomes < was THEN
      RAISE EXCEPTION 'the story clock runs forward only';
    END IF;
  ELSIF EXISTS (SELECT FROM public.bureau) THEN
    RAISE EXCEPTION 'only a database that is being made gets a story clock';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION public.onedoor_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS '
    || quote_literal('SELECT pg_catalog.now() + interval ' || quote_literal(extract(epoch FROM becomes) || ' seconds'));
  RETURN becomes;
END
$body$;
