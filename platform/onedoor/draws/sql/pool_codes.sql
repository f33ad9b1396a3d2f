-- The credit codes in a pool file, whatever its unit and status, as they stand in it.
CREATE OR REPLACE FUNCTION pool_codes(file bytea) RETURNS SETOF text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $body$
SELECT split_part(split_part(line, E'\t', 1), ':', 1)
  FROM string_to_table(convert_from(file, 'UTF8'), E'\n') WITH ORDINALITY AS found (line, n)
 WHERE n > 1 AND line <> ''
$body$;
