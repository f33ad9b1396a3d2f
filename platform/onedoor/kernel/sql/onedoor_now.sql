-- The time that people's work is dated by, for policies, functions and Python alike. It is put into the query that asks, so that
-- outside a demo's cluster it is `now()` and nothing else; `set_story_clock` says it anew there (docs/adr/0017).
CREATE OR REPLACE FUNCTION onedoor_now() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
AS $body$
SELECT pg_catalog.now()
$body$;
