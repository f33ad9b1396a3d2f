-- What the index of the search is made of: see rules/search.py.
CREATE OR REPLACE FUNCTION entity_grams(name text, address text, scope text, code text, initials text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 40000 SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  words text := translate(lower(name || chr(31) || address || chr(31) || scope), '()（）', '');
  chars text[] := string_to_array(words, NULL);
  grams text[] := ARRAY(SELECT a || coalesce(b, '') FROM unnest(chars, chars[2:]) AS pair (a, b));
  marked text := lower(code);
BEGIN
  FOR i IN 1..length(marked) LOOP
    grams := grams || ('#' || substr(marked, i, 3));
  END LOOP;
  FOR i IN 1..length(initials) LOOP
    grams := grams || ('~' || substr(initials, i, 3));
  END LOOP;
  RETURN array_to_tsvector(grams);
END
$body$;
