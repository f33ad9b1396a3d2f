"""What entities are found by: pairs of the characters of name, address and scope, parts of code and initials."""

from __future__ import annotations

from alembic import op

revision = "0040_entity_grams"
down_revision = "0039_progress_of_an_attempt"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE OR REPLACE FUNCTION entity_grams(name text, address text, scope text, code text, initials text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 40000 SET search_path = pg_catalog, pg_temp AS $body$
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
$body$""",
    r"""GRANT EXECUTE ON FUNCTION entity_grams(text, text, text, text, text) TO onedoor_definer, onedoor_bureau, onedoor_supervisor""",
)


def upgrade() -> None:
    """The function; its index is made beside the traffic, in a revision of its own."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
