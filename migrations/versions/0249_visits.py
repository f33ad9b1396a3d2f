"""A bureau binds itself to make results public sooner than its place says (R-O1).

Drafted by `python -m migrations.draft 0249_visits disclosure_days`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0249_visits"
down_revision = "0248_followups"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE disclosure_days (
    days INTEGER,
    since DATE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_disclosure_days PRIMARY KEY (id),
    CONSTRAINT ck_disclosure_days_days CHECK (days IS NULL OR days > 0),
    CONSTRAINT fk_disclosure_days_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_disclosure_days_since ON disclosure_days (tenant_id, since, decided_at)""",
    r"""CREATE INDEX ix_disclosure_days_tenant_id ON disclosure_days (tenant_id)""",
    r"""ALTER TABLE disclosure_days ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON disclosure_days TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON disclosure_days TO onedoor_bureau""",
    r"""GRANT SELECT ON disclosure_days TO onedoor_supervisor""",
    r"""CREATE POLICY disclosure_days_bureau_select_0 ON disclosure_days FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosure_days_bureau_insert_1 ON disclosure_days FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY disclosure_days_supervisor_select_2 ON disclosure_days FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
