"""Entities in no library are those of a bureau's own place, and of published items alone (R-L6)."""

from __future__ import annotations

from alembic import op

revision = "0106_uncovered_here"
down_revision = "0105_matters_index"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION uncovered_entities(most integer) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT e.id FROM public.entity e WHERE e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i
      WHERE i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND i.state = 'published'))
   AND (e.jurisdiction_code IN (
     WITH RECURSIVE places AS (
       SELECT b.jurisdiction_code AS code FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
       UNION
       SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
     SELECT code FROM places)) IS TRUE
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL) LIMIT most
$body$""",
    r"""CREATE OR REPLACE FUNCTION is_uncovered(asked uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT EXISTS (SELECT FROM public.entity e WHERE e.id = asked AND e.status IN ('active', 'suspended')
   AND e.kind = ANY (ARRAY(
     SELECT pg_catalog.unnest(b.entity_kinds) FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     UNION SELECT pg_catalog.unnest(i.object_kinds) FROM public.item i
      WHERE i.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND i.state = 'published'))
   AND (e.jurisdiction_code IN (
     WITH RECURSIVE places AS (
       SELECT b.jurisdiction_code AS code FROM public.bureau b WHERE b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid
       UNION
       SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
     SELECT code FROM places)) IS TRUE
   AND NOT EXISTS (SELECT FROM public.target t WHERE t.entity_id = e.id AND t.ended_on IS NULL))
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Replace both functions."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
