"""What says who an approved officer is changes by proposal and approval alone (R-L9).

Drafted by `python -m migrations.draft 0286_officers sealed_inspector_proposal_line_identity_number reseal_inspector_proposal_line_identity_number keys_of_inspector_proposal_line_identity_number`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0286_officers"
down_revision = "0297_plans"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE inspector_proposal DROP CONSTRAINT ck_inspector_proposal_direction""",
    r"""ALTER TABLE inspector_proposal ADD CONSTRAINT ck_inspector_proposal_direction CHECK (direction IN ('entry', 'exit', 'change')) NOT VALID""",
    r"""ALTER TABLE inspector_proposal VALIDATE CONSTRAINT ck_inspector_proposal_direction""",
    r"""ALTER TABLE inspector_proposal ADD COLUMN paper TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE inspector_proposal ADD COLUMN file_id UUID""",
    r"""ALTER TABLE inspector_proposal ADD CONSTRAINT fk_inspector_proposal_file_id_tenant_id FOREIGN KEY(file_id, tenant_id) REFERENCES stored_file (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE inspector_proposal VALIDATE CONSTRAINT fk_inspector_proposal_file_id_tenant_id""",
    r"""ALTER TABLE inspector_proposal_line ADD COLUMN changes JSONB""",
    r"""ALTER TABLE inspector_proposal_line ADD COLUMN identity_number BYTEA""",
    r"""CREATE OR REPLACE FUNCTION sealed_inspector_proposal_line_identity_number(writes integer, after uuid, most integer)
    RETURNS TABLE (id uuid, about uuid, value bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT t.id, (to_jsonb(t.*) ->> 'tenant_id')::uuid, t.identity_number FROM public.inspector_proposal_line t
 WHERE t.identity_number IS NOT NULL AND t.id > after AND (get_byte(t.identity_number, 0) <> writes)
 ORDER BY t.id LIMIT most
$body$""",
    r"""GRANT EXECUTE ON FUNCTION sealed_inspector_proposal_line_identity_number(integer, uuid, integer) TO onedoor_dispatch""",
    r"""ALTER FUNCTION sealed_inspector_proposal_line_identity_number(integer, uuid, integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION reseal_inspector_proposal_line_identity_number(ids uuid[], formers bytea[], fresh bytea[], indexes text[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH changed AS (
  UPDATE public.inspector_proposal_line t SET identity_number = n.fresh
    FROM unnest(ids, formers, fresh, indexes) AS n (id, former, fresh, fresh_index)
   WHERE t.id = n.id AND t.identity_number = n.former RETURNING 1)
SELECT count(*)::integer FROM changed
$body$""",
    r"""GRANT EXECUTE ON FUNCTION reseal_inspector_proposal_line_identity_number(uuid[], bytea[], bytea[], text[]) TO onedoor_dispatch""",
    r"""ALTER FUNCTION reseal_inspector_proposal_line_identity_number(uuid[], bytea[], bytea[], text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION keys_of_inspector_proposal_line_identity_number() RETURNS TABLE (number integer, rows bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT get_byte(t.identity_number, 0), count(*) FROM public.inspector_proposal_line t
 WHERE t.identity_number IS NOT NULL GROUP BY 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION keys_of_inspector_proposal_line_identity_number() TO onedoor_dispatch""",
    r"""ALTER FUNCTION keys_of_inspector_proposal_line_identity_number() OWNER TO onedoor_definer""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
