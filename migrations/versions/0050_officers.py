"""Officers' leave, certificates watched, and what officers ask for (R-L7 to R-L9)."""

from __future__ import annotations

from alembic import op

revision = "0050_officers"
down_revision = "0049_lists_beside"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE inspector ADD COLUMN suspended_for TEXT",
    "ALTER TABLE inspector ADD CONSTRAINT ck_inspector_suspended CHECK (suspended_for IS NULL OR status = 'suspended')",
    r"""CREATE TABLE certificate_notice (
    inspector_id UUID NOT NULL,
    expires_on DATE NOT NULL,
    stage TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_certificate_notice PRIMARY KEY (id),
    CONSTRAINT uq_certificate_notice_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_certificate_notice_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_certificate_notice_stage CHECK (stage IN ('90', '30', '7', 'expired', 'renewed')),
    CONSTRAINT uq_certificate_notice_inspector_id_expires_on_stage UNIQUE (inspector_id, expires_on, stage),
    CONSTRAINT fk_certificate_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_certificate_notice_tenant_id ON certificate_notice (tenant_id)",
    r"""CREATE TABLE inspector_leave (
    inspector_id UUID NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    reason TEXT NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    noted_by TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_leave PRIMARY KEY (id),
    CONSTRAINT uq_inspector_leave_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_leave_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_inspector_leave_days CHECK (until >= since),
    CONSTRAINT fk_inspector_leave_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_inspector_leave_inspector ON inspector_leave (inspector_id, until)",
    "CREATE INDEX ix_inspector_leave_tenant_id ON inspector_leave (tenant_id)",
    r"""CREATE TABLE inspector_request (
    inspector_id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    since DATE,
    until DATE,
    entity_code TEXT,
    reason_code TEXT,
    state TEXT DEFAULT 'waiting' NOT NULL,
    asker_id UUID,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_inspector_request PRIMARY KEY (id),
    CONSTRAINT uq_inspector_request_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_inspector_request_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_inspector_request_asker_id_tenant_id FOREIGN KEY(asker_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT ck_inspector_request_kind CHECK (kind IN ('correction', 'leave', 'recusal')),
    CONSTRAINT ck_inspector_request_state CHECK (state IN ('waiting', 'done', 'declined')),
    CONSTRAINT ck_inspector_request_days CHECK (kind <> 'leave' OR (since IS NOT NULL AND until >= since)),
    CONSTRAINT ck_inspector_request_entity CHECK (kind <> 'recusal' OR (entity_code IS NOT NULL AND reason_code IS NOT NULL)),
    CONSTRAINT fk_inspector_request_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_inspector_request_inspector ON inspector_request (inspector_id)",
    "CREATE INDEX ix_inspector_request_state ON inspector_request (tenant_id, state, asked_at)",
    "CREATE INDEX ix_inspector_request_tenant_id ON inspector_request (tenant_id)",
    "ALTER TABLE certificate_notice ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE certificate_notice FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_notice TO onedoor_definer",
    "GRANT SELECT ON certificate_notice TO onedoor_bureau",
    "CREATE POLICY certificate_notice_bureau_select_0 ON certificate_notice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON certificate_notice TO onedoor_bureau",
    "CREATE POLICY certificate_notice_bureau_insert_1 ON certificate_notice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "ALTER TABLE inspector_leave ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inspector_leave FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_leave TO onedoor_definer",
    "GRANT SELECT ON inspector_leave TO onedoor_bureau",
    "CREATE POLICY inspector_leave_bureau_select_0 ON inspector_leave FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON inspector_leave TO onedoor_bureau",
    "CREATE POLICY inspector_leave_bureau_insert_1 ON inspector_leave FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON inspector_leave TO onedoor_bureau",
    "CREATE POLICY inspector_leave_bureau_update_2 ON inspector_leave FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "ALTER TABLE inspector_request ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE inspector_request FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON inspector_request TO onedoor_definer",
    "GRANT SELECT ON inspector_request TO onedoor_bureau",
    "CREATE POLICY inspector_request_bureau_select_0 ON inspector_request FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON inspector_request TO onedoor_bureau",
    "CREATE POLICY inspector_request_bureau_insert_1 ON inspector_request FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON inspector_request TO onedoor_bureau",
    "CREATE POLICY inspector_request_bureau_update_2 ON inspector_request FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
)


def upgrade() -> None:
    """Bring it in."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
