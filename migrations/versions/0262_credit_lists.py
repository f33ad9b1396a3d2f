"""Lists of dishonesty; classes follow their facts (R-O4).

Drafted by `python -m migrations.draft 0262_credit_lists credit_listing`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0262_credit_lists"
down_revision = "0241_units"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE credit_listing (
    entity_id UUID NOT NULL,
    kind TEXT NOT NULL,
    trade TEXT NOT NULL,
    law TEXT NOT NULL,
    paper TEXT NOT NULL,
    told_on DATE NOT NULL,
    entered_on DATE NOT NULL,
    until DATE NOT NULL,
    entered_by TEXT NOT NULL,
    exit_on DATE,
    exit_paper TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_credit_listing PRIMARY KEY (id),
    CONSTRAINT uq_credit_listing_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_credit_listing_kind CHECK (kind IN ('serious', 'blacklist')),
    CONSTRAINT ck_credit_listing_law CHECK (law <> '' AND paper <> ''),
    CONSTRAINT ck_credit_listing_days CHECK (told_on <= entered_on AND entered_on < until),
    CONSTRAINT ck_credit_listing_exit CHECK ((exit_on IS NULL) = (exit_paper IS NULL)),
    CONSTRAINT fk_credit_listing_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_credit_listing_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_credit_listing_entity_id ON credit_listing (entity_id)""",
    r"""CREATE INDEX ix_credit_listing_tenant_id ON credit_listing (tenant_id)""",
    r"""ALTER TABLE credit_listing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON credit_listing TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON credit_listing TO onedoor_bureau""",
    r"""GRANT SELECT ON credit_listing TO onedoor_supervisor""",
    r"""CREATE POLICY credit_listing_bureau_select_0 ON credit_listing FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY credit_listing_bureau_insert_1 ON credit_listing FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY credit_listing_bureau_update_2 ON credit_listing FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY credit_listing_supervisor_select_3 ON credit_listing FOR SELECT TO onedoor_supervisor USING (true)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
