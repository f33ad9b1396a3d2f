"""Certificates as justice keeps them, from which bureaus select their officers (R-T4)."""

from __future__ import annotations

from alembic import op

revision = "0084_certificates"
down_revision = "0083_matters_by_file"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    'ALTER TABLE "import" DROP CONSTRAINT ck_import_kind',
    """ALTER TABLE "import" ADD CONSTRAINT ck_import_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates')) NOT VALID""",
    'ALTER TABLE "import" VALIDATE CONSTRAINT ck_import_kind',
    "ALTER TABLE import_mapping DROP CONSTRAINT ck_import_mapping_kind",
    """ALTER TABLE import_mapping ADD CONSTRAINT ck_import_mapping_kind
    CHECK (kind IN ('entities', 'items', 'inspectors', 'experts', 'targets', 'matters', 'certificates'))""",
    r"""CREATE TABLE certificate (
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    body TEXT NOT NULL,
    kinds TEXT NOT NULL,
    area TEXT NOT NULL,
    expires_on DATE NOT NULL,
    status TEXT DEFAULT 'valid' NOT NULL,
    stopped_on DATE,
    remark TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT uq_certificate_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_certificate_tenant_id_number UNIQUE (tenant_id, number),
    CONSTRAINT ck_certificate_status CHECK (status IN ('valid', 'suspended', 'revoked')),
    CONSTRAINT ck_certificate_stopped CHECK ((status = 'valid') = (stopped_on IS NULL)),
    CONSTRAINT fk_certificate_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_certificate_number ON certificate (number)""",
    r"""CREATE INDEX ix_certificate_order ON certificate (sort_key, id)""",
    r"""CREATE INDEX ix_certificate_tenant_id ON certificate (tenant_id)""",
    r"""ALTER TABLE certificate ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE certificate FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON certificate TO onedoor_definer""",
    r"""GRANT SELECT ON certificate TO onedoor_bureau""",
    r"""CREATE POLICY certificate_bureau_select_0 ON certificate FOR SELECT TO onedoor_bureau USING (true)""",
    r"""GRANT SELECT ON certificate TO onedoor_supervisor""",
    r"""CREATE POLICY certificate_supervisor_select_1 ON certificate FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""GRANT INSERT ON certificate TO onedoor_bureau""",
    r"""CREATE POLICY certificate_bureau_insert_2 ON certificate FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)))""",
    r"""GRANT UPDATE ON certificate TO onedoor_bureau""",
    r"""CREATE POLICY certificate_bureau_update_3 ON certificate FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)))""",
    r"""GRANT DELETE ON certificate TO onedoor_bureau""",
    r"""CREATE POLICY certificate_bureau_delete_4 ON certificate FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM public.supervision_grant g WHERE g.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND g.domain = 'all' AND g.since <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (g.until IS NULL OR g.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)))""",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
