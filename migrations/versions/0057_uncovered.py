"""Entities in no library: so many at most, read from indexes, and one by one where there are more than a list counts."""

from __future__ import annotations

from alembic import op

revision = "0057_uncovered"
down_revision = "0056_people"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "DROP FUNCTION uncovered_entities()",
    r"""CREATE OR REPLACE FUNCTION uncovered_entities(most integer) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT e.id FROM public.entity e WHERE e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i WHERE i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL) LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION uncovered_entities(integer) TO onedoor_bureau""",
    r"""ALTER FUNCTION uncovered_entities(integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION is_uncovered(asked uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT FROM public.entity e WHERE e.id = asked AND e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i WHERE i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid))
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION is_uncovered(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION is_uncovered(uuid) OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """The one replaced, the other made."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
