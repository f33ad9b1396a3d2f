"""Who should list an entity that nobody lists is asked of a bureau, and answered (R-L6).

Drafted by `python -m migrations.draft 0296_targets listing_suggestion`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0296_targets"
down_revision = "0295_tenants"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE listing_suggestion (
    receiver_id UUID NOT NULL,
    entity_id UUID NOT NULL,
    reason TEXT NOT NULL,
    state TEXT DEFAULT 'sent' NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    answer TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_listing_suggestion PRIMARY KEY (id),
    CONSTRAINT uq_listing_suggestion_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT ck_listing_suggestion_state CHECK (state IN ('sent', 'accepted', 'refused')),
    CONSTRAINT ck_listing_suggestion_answered CHECK ((state = 'sent') = (answered_at IS NULL)),
    CONSTRAINT ck_listing_suggestion_answer CHECK (state <> 'refused' OR answer <> ''),
    CONSTRAINT ck_listing_suggestion_receiver CHECK (receiver_id <> tenant_id),
    CONSTRAINT fk_listing_suggestion_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_listing_suggestion_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_listing_suggestion_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_listing_suggestion_entity_id ON listing_suggestion (entity_id)""",
    r"""CREATE INDEX ix_listing_suggestion_receiver_id ON listing_suggestion (receiver_id)""",
    r"""CREATE INDEX ix_listing_suggestion_tenant_id ON listing_suggestion (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_listing_suggestion_open ON listing_suggestion (tenant_id, receiver_id, entity_id) WHERE state = 'sent'""",
    r"""ALTER TABLE listing_suggestion ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON listing_suggestion TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE (state, answer, answered_at, answered_by) ON listing_suggestion TO onedoor_bureau""",
    r"""GRANT SELECT ON listing_suggestion TO onedoor_supervisor""",
    r"""CREATE POLICY listing_suggestion_bureau_select_0 ON listing_suggestion FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY listing_suggestion_bureau_insert_1 ON listing_suggestion FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'sent')""",
    r"""CREATE POLICY listing_suggestion_bureau_update_2 ON listing_suggestion FOR UPDATE TO onedoor_bureau USING (receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'sent') WITH CHECK (receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY listing_suggestion_supervisor_select_3 ON listing_suggestion FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
