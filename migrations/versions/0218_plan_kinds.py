"""Plans have kinds with their own rules: joint ones, and special ones with who approved them; they go to market regulation by their items (R-P1, R-P7, R-J1)."""

from __future__ import annotations

from alembic import op

revision = "0218_plan_kinds"
down_revision = "0217_settings_of_places"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE plan ADD COLUMN approving_body TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE plan ADD COLUMN document_number TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE plan ADD COLUMN attachment_id UUID""",
    r"""ALTER TABLE plan DROP CONSTRAINT ck_plan_kind""",
    r"""ALTER TABLE plan ADD CONSTRAINT ck_plan_kind CHECK (kind IN ('yearly', 'first_half', 'second_half', 'joint', 'special', 'supplement')) NOT VALID""",
    r"""ALTER TABLE plan VALIDATE CONSTRAINT ck_plan_kind""",
    r"""CREATE OR REPLACE FUNCTION market_supervisors_of(bureau uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE up AS (
  SELECT j.code, j.parent_code FROM public.bureau b
    JOIN public.jurisdiction j ON j.code = b.jurisdiction_code WHERE b.id = bureau
  UNION
  SELECT j.code, j.parent_code FROM public.jurisdiction j JOIN up u ON j.code = u.parent_code)
SELECT DISTINCT g.bureau_id FROM public.supervision_grant g JOIN up u ON u.code = g.jurisdiction_code
 WHERE g.domain = 'market' AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date
   AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION market_supervisors_of(uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION market_supervisors_of(uuid) OWNER TO onedoor_definer""",
    r"""DROP POLICY filing_bureau_insert_1 ON filing""",
    r"""CREATE POLICY filing_bureau_insert_1 ON filing FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (receiver_id = ANY (ARRAY(SELECT supervisors_of(nullif(current_setting('onedoor.tenant', true), '')::uuid))) OR kind = 'plan' AND receiver_id = ANY (ARRAY(SELECT market_supervisors_of(nullif(current_setting('onedoor.tenant', true), '')::uuid)))))""",
)


def upgrade() -> None:
    """In force from the next request on."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
