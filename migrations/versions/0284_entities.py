"""Entities without a credit code have a provisional number by their keeper (R-L5, R-T4).

Drafted by `python -m migrations.draft 0284_entities provisional_number frozen_pools_with provisional_numbers_of`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0284_entities"
down_revision = "0297_plans"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE provisional_number (
    tenant_id UUID NOT NULL,
    number TEXT NOT NULL,
    registration_number TEXT DEFAULT '' NOT NULL,
    known_by TEXT NOT NULL,
    name TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    given_by TEXT NOT NULL,
    code TEXT,
    cleared_at TIMESTAMP WITH TIME ZONE,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_provisional_number PRIMARY KEY (id),
    CONSTRAINT uq_provisional_number_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_provisional_number_tenant_id_known_by UNIQUE (tenant_id, known_by),
    CONSTRAINT ck_provisional_number_number CHECK (number ~ '^ZB[0-9]{6}-[0-9]{6,8}$'),
    CONSTRAINT ck_provisional_number_cleared CHECK ((code IS NULL) = (cleared_at IS NULL)),
    CONSTRAINT fk_provisional_number_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id),
    CONSTRAINT uq_provisional_number_number UNIQUE (number)
)""",
    r"""CREATE INDEX ix_provisional_number_code ON provisional_number (code)""",
    r"""CREATE INDEX ix_provisional_number_tenant_id ON provisional_number (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION frozen_pools_with(numbers text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FROM public.draw_deposit_file f JOIN public.draw d ON d.id = f.draw_id
 WHERE d.state IN ('frozen', 'open', 'closed')
   AND EXISTS (SELECT FROM public.provisional_number p WHERE p.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND p.number = ANY (numbers))
   AND EXISTS (
       SELECT FROM unnest(numbers) AS n (code)
        WHERE position(convert_to(E'\n' || n.code || E'\t', 'UTF8') IN f.pool) > 0
           OR position(convert_to(E'\n' || n.code || ':', 'UTF8') IN f.pool) > 0)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION frozen_pools_with(text[]) TO onedoor_bureau""",
    r"""ALTER FUNCTION frozen_pools_with(text[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION provisional_numbers_of(asked text) RETURNS TABLE (number text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.number FROM public.provisional_number p WHERE p.code = asked
UNION SELECT p.code FROM public.provisional_number p WHERE p.number = asked AND p.code IS NOT NULL
$body$""",
    r"""GRANT EXECUTE ON FUNCTION provisional_numbers_of(text) TO onedoor_bureau, onedoor_supervisor, onedoor_public""",
    r"""ALTER FUNCTION provisional_numbers_of(text) OWNER TO onedoor_definer""",
    r"""ALTER TABLE provisional_number ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON provisional_number TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (code, cleared_at) ON provisional_number TO onedoor_bureau""",
    r"""GRANT SELECT ON provisional_number TO onedoor_supervisor""",
    r"""CREATE POLICY provisional_number_bureau_select_0 ON provisional_number FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY provisional_number_bureau_insert_1 ON provisional_number FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY provisional_number_bureau_update_2 ON provisional_number FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY provisional_number_supervisor_select_3 ON provisional_number FOR SELECT TO onedoor_supervisor USING (true)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
