"""What a place decides has its document's number and who entered it; supervisors propose (R-T3, R-S3)."""

from __future__ import annotations

from alembic import op

revision = "0217_settings_of_places"
down_revision = "0216_oversight"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE jurisdiction_setting ADD COLUMN document_number TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE jurisdiction_setting ADD COLUMN entered_by TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE jurisdiction_setting ADD COLUMN entered_at TIMESTAMP WITH TIME ZONE""",
    r"""ALTER TABLE calendar_year ADD COLUMN entered_by TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE calendar_year ADD COLUMN entered_at TIMESTAMP WITH TIME ZONE""",
    r"""CREATE TABLE setting_proposal (
    jurisdiction_code TEXT NOT NULL,
    key TEXT NOT NULL,
    value JSONB NOT NULL,
    provenance TEXT NOT NULL,
    document_number TEXT NOT NULL,
    since DATE NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_setting_proposal PRIMARY KEY (id),
    CONSTRAINT ck_setting_proposal_state CHECK (state IN ('waiting', 'entered', 'declined')),
    CONSTRAINT fk_setting_proposal_jurisdiction_code FOREIGN KEY(jurisdiction_code) REFERENCES jurisdiction (code),
    CONSTRAINT fk_setting_proposal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_setting_proposal_tenant_id ON setting_proposal (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION supervised_places() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE places AS (
  SELECT g.jurisdiction_code AS code
    FROM public.supervision_grant g
   WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date
     AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
  UNION
  SELECT j.code FROM public.jurisdiction j JOIN places p ON j.parent_code = p.code)
SELECT code FROM places
$body$""",
    r"""GRANT EXECUTE ON FUNCTION supervised_places() TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION supervised_places() OWNER TO onedoor_definer""",
    r"""ALTER TABLE setting_proposal ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE setting_proposal FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON setting_proposal TO onedoor_definer""",
    r"""GRANT SELECT ON setting_proposal TO onedoor_bureau""",
    r"""CREATE POLICY setting_proposal_bureau_select_0 ON setting_proposal FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON setting_proposal TO onedoor_bureau""",
    r"""CREATE POLICY setting_proposal_bureau_insert_1 ON setting_proposal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'waiting' AND jurisdiction_code IN (SELECT supervised_places()))""",
    r"""GRANT SELECT ON setting_proposal TO onedoor_supervisor""",
    r"""CREATE POLICY setting_proposal_supervisor_select_2 ON setting_proposal FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT SELECT ON setting_proposal TO onedoor_operator""",
    r"""CREATE POLICY setting_proposal_operator_select_3 ON setting_proposal FOR SELECT TO onedoor_operator USING (true)""",
    r"""GRANT UPDATE ON setting_proposal TO onedoor_operator""",
    r"""CREATE POLICY setting_proposal_operator_update_4 ON setting_proposal FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)""",
)


def upgrade() -> None:
    """In force from the next request on."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
