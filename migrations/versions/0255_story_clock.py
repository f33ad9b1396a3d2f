"""One function gives the time to policies, functions and Python alike; a demo's database may set it (docs/adr/0017)."""

from __future__ import annotations

from migrations.online import run

revision = "0255_story_clock"
down_revision = "0250_ledger"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE OR REPLACE FUNCTION onedoor_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $body$
SELECT pg_catalog.now()
$body$""",
    r"""GRANT EXECUTE ON FUNCTION onedoor_now() TO onedoor_public, onedoor_bureau, onedoor_supervisor, onedoor_operator, onedoor_identity, onedoor_dispatch""",
    r"""ALTER FUNCTION onedoor_now() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION has_story_clock() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.prosrc ~ 'interval' FROM pg_proc p WHERE p.oid = 'public.onedoor_now()'::regprocedure
$body$""",
    r"""GRANT EXECUTE ON FUNCTION has_story_clock() TO onedoor_dispatch""",
    r"""ALTER FUNCTION has_story_clock() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION set_story_clock(moment timestamptz) RETURNS interval
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
$body$""",
    r"""ALTER FUNCTION set_story_clock(timestamptz) OWNER TO onedoor_definer""",
    # Every function and policy there is, whichever migration said it last. `draw_moment` looks at a lease, which keeps real time.
    r"""DO $each$
DECLARE
  one record;
  plain CONSTANT text := '(?<![\w.])now\(\)';
  said text;
BEGIN
  FOR one IN
    SELECT p.oid, pg_get_userbyid(p.proowner) AS owner FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace AND p.prosrc ~ '\m(now|clock_timestamp)\(\)'
       AND p.proname NOT IN ('onedoor_now', 'set_story_clock', 'draw_moment')
  LOOP
    said := replace(pg_get_functiondef(one.oid), 'clock_timestamp()', '@@');
    said := regexp_replace(said, plain, 'public.onedoor_now()', 'g');
    said := replace(said, '@@', '(public.onedoor_now() + (clock_timestamp() - now()))');
    EXECUTE 'SET LOCAL ROLE ' || quote_ident(one.owner);
    EXECUTE said;
  END LOOP;
  RESET ROLE;
  FOR one IN
    SELECT p.polname, p.polrelid::regclass AS relation,
           ' USING (' || regexp_replace(pg_get_expr(p.polqual, p.polrelid), plain, 'public.onedoor_now()', 'g') || ')' AS shown,
           ' WITH CHECK (' || regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), plain, 'public.onedoor_now()', 'g') || ')' AS written
      FROM pg_policy p
     WHERE coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') ~ '\mnow\(\)'
  LOOP
    EXECUTE 'ALTER POLICY ' || quote_ident(one.polname) || ' ON ' || one.relation || coalesce(one.shown, '') || coalesce(one.written, '');
  END LOOP;
END
$each$""",
)


def upgrade() -> None:
    """In force from the next statement on."""
    run(STATEMENTS)
