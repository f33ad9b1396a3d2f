"""Ledger: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0217_ledger"
down_revision = "0216_credit"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE outside_check (
    origin TEXT NOT NULL,
    cause TEXT,
    cause_note TEXT DEFAULT '' NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    entity_id UUID,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    checked_on DATE NOT NULL,
    inspectors TEXT[] DEFAULT '{}' NOT NULL,
    matters TEXT[] DEFAULT '{}' NOT NULL,
    methods TEXT[] DEFAULT '{}' NOT NULL,
    measures TEXT DEFAULT '' NOT NULL,
    results TEXT[] DEFAULT '{}' NOT NULL,
    supervision TEXT DEFAULT '' NOT NULL,
    entered BOOLEAN NOT NULL,
    key TEXT NOT NULL,
    import_id UUID,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    registered_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_outside_check PRIMARY KEY (id),
    CONSTRAINT uq_outside_check_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_outside_check_tenant_id_key UNIQUE (tenant_id, key),
    CONSTRAINT ck_outside_check_origin CHECK (origin IN ('former', 'outside')),
    CONSTRAINT ck_outside_check_cause CHECK ((origin = 'outside') = (cause IS NOT NULL)),
    CONSTRAINT ck_outside_check_kind CHECK (kind IN ('random', 'daily', 'special', 'single')),
    CONSTRAINT fk_outside_check_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_outside_check_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_outside_check_day ON outside_check (tenant_id, checked_on, id)""",
    r"""CREATE INDEX ix_outside_check_entity_id ON outside_check (entity_id)""",
    r"""CREATE INDEX ix_outside_check_import_id ON outside_check (import_id)""",
    r"""CREATE INDEX ix_outside_check_tenant_id ON outside_check (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION my_former_draws(in_year integer) RETURNS TABLE (code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT DISTINCT c.entity_code FROM public.outside_check c
 WHERE c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.origin = 'former' AND c.kind = 'random'
   AND c.checked_on BETWEEN make_date(in_year, 1, 1) AND make_date(in_year, 12, 31)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_former_draws(integer) TO onedoor_bureau""",
    r"""ALTER FUNCTION my_former_draws(integer) OWNER TO onedoor_definer""",
    r"""ALTER TABLE outside_check ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON outside_check TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON outside_check TO onedoor_bureau""",
    r"""GRANT SELECT ON outside_check TO onedoor_supervisor""",
    r"""CREATE POLICY outside_check_bureau_select_0 ON outside_check FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY outside_check_bureau_insert_1 ON outside_check FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY outside_check_bureau_update_2 ON outside_check FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND origin = 'former') WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND origin = 'former')""",
    r"""CREATE POLICY outside_check_bureau_delete_3 ON outside_check FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND origin = 'former')""",
    r"""CREATE POLICY outside_check_supervisor_select_4 ON outside_check FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
