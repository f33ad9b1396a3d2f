"""The vocabulary of qualifications, one for the deployment, with the words in use; and what bureaus propose for it."""

from __future__ import annotations

from alembic import op

revision = "0067_qualifications"
down_revision = "0066_bulk"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE qualification (
    name TEXT NOT NULL,
    aliases TEXT[] DEFAULT '{}' NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_qualification PRIMARY KEY (id),
    CONSTRAINT uq_qualification_name UNIQUE (name)
)""",
    "ALTER TABLE qualification ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE qualification FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON qualification TO onedoor_definer",
    "GRANT SELECT ON qualification TO onedoor_bureau",
    "CREATE POLICY qualification_bureau_select_0 ON qualification FOR SELECT TO onedoor_bureau USING (true)",
    "GRANT SELECT ON qualification TO onedoor_supervisor",
    "CREATE POLICY qualification_supervisor_select_1 ON qualification FOR SELECT TO onedoor_supervisor USING (true)",
    "GRANT SELECT ON qualification TO onedoor_operator",
    "CREATE POLICY qualification_operator_select_2 ON qualification FOR SELECT TO onedoor_operator USING (true)",
    "GRANT SELECT ON qualification TO onedoor_identity",
    "CREATE POLICY qualification_identity_select_3 ON qualification FOR SELECT TO onedoor_identity USING (true)",
    "GRANT SELECT ON qualification TO onedoor_public",
    "CREATE POLICY qualification_public_select_4 ON qualification FOR SELECT TO onedoor_public USING (true)",
    "GRANT INSERT ON qualification TO onedoor_operator",
    "CREATE POLICY qualification_operator_insert_5 ON qualification FOR INSERT TO onedoor_operator WITH CHECK (true)",
    "GRANT UPDATE ON qualification TO onedoor_operator",
    "CREATE POLICY qualification_operator_update_6 ON qualification FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)",
    r"""CREATE TABLE qualification_proposal (
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    taken_as TEXT,
    answer TEXT DEFAULT '' NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_qualification_proposal PRIMARY KEY (id),
    CONSTRAINT uq_qualification_proposal_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_qualification_proposal_state CHECK (state IN ('waiting', 'accepted', 'declined')),
    CONSTRAINT fk_qualification_proposal_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_qualification_proposal_tenant_id ON qualification_proposal (tenant_id)",
    "CREATE INDEX ix_qualification_proposal_waiting ON qualification_proposal (asked_at) WHERE state = 'waiting'",
    "ALTER TABLE qualification_proposal ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE qualification_proposal FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON qualification_proposal TO onedoor_definer",
    "GRANT SELECT ON qualification_proposal TO onedoor_bureau",
    "CREATE POLICY qualification_proposal_bureau_select_0 ON qualification_proposal FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON qualification_proposal TO onedoor_bureau",
    "CREATE POLICY qualification_proposal_bureau_insert_1 ON qualification_proposal FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON qualification_proposal TO onedoor_bureau",
    "CREATE POLICY qualification_proposal_bureau_update_2 ON qualification_proposal FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON qualification_proposal TO onedoor_operator",
    "CREATE POLICY qualification_proposal_operator_select_3 ON qualification_proposal FOR SELECT TO onedoor_operator USING (true)",
    "GRANT UPDATE ON qualification_proposal TO onedoor_operator",
    "CREATE POLICY qualification_proposal_operator_update_4 ON qualification_proposal FOR UPDATE TO onedoor_operator USING (true) WITH CHECK (true)",
    # What stood so far as free text stays as it is written: the files of draws name it so.
    "SET LOCAL ROLE onedoor_definer",
    r"""INSERT INTO qualification (name) SELECT DISTINCT word FROM (
    SELECT unnest(qualifications) AS word FROM item UNION SELECT unnest(qualifications) FROM inspector
    UNION SELECT unnest(qualifications) FROM party_list) AS used WHERE word <> ''""",
    # Words to begin with; the operator goes on from here.
    r"""INSERT INTO qualification (name, aliases) VALUES
    ('食品', '{食品安全,食品监管}'), ('药品', '{药品监管}'), ('医疗器械', '{}'), ('化妆品', '{}'),
    ('特种设备', '{特种设备安全}'), ('计量', '{}'), ('产品质量', '{工业产品质量}'), ('价格', '{价格监管}'),
    ('广告', '{}'), ('知识产权', '{商标,专利}'), ('消防', '{消防安全}'), ('安全生产', '{}'),
    ('危险化学品', '{危化品}'), ('生态环境', '{环保,环境保护}'), ('公共卫生', '{公共场所卫生}'),
    ('医疗卫生', '{}'), ('职业卫生', '{职业健康}'), ('建设工程', '{建筑工程}'), ('交通运输', '{}'),
    ('农业', '{农产品质量}'), ('文化市场', '{}'), ('劳动保障', '{劳动用工}'), ('财务会计', '{财务,会计}'),
    ('律师管理', '{}'), ('公证管理', '{}')
    ON CONFLICT (name) DO NOTHING""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
