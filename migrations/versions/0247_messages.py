"""A bureau's own templates have versions, and which is in use is a choice of its own (R-V7).

Drafted by `python -m migrations.draft 0247_messages letter_template_choice`.
"""

from __future__ import annotations

from migrations.online import index, run

revision = "0247_messages"
down_revision = "0245_campaigns"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE letter_template ADD CONSTRAINT uq_letter_template_id_tenant_id UNIQUE USING INDEX uq_letter_template_id_tenant_id""",
    r"""ALTER TABLE letter_template ADD COLUMN digest TEXT DEFAULT '' NOT NULL""",
    r"""CREATE TABLE letter_template_choice (
    kind TEXT NOT NULL,
    serial INTEGER NOT NULL,
    template_id UUID,
    chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    chosen_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_letter_template_choice PRIMARY KEY (id),
    CONSTRAINT fk_letter_template_choice_template_id_tenant_id FOREIGN KEY(template_id, tenant_id) REFERENCES letter_template (id, tenant_id),
    CONSTRAINT uq_letter_template_choice_tenant_id_kind_serial UNIQUE (tenant_id, kind, serial),
    CONSTRAINT fk_letter_template_choice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_letter_template_choice_tenant_id ON letter_template_choice (tenant_id)""",
    r"""ALTER TABLE letter_template_choice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON letter_template_choice TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON letter_template_choice TO onedoor_bureau""",
    r"""CREATE POLICY letter_template_choice_bureau_select_0 ON letter_template_choice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY letter_template_choice_bureau_insert_1 ON letter_template_choice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    # What was in use stays in use: each row of before was a choice, and those without a file say nothing else.
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""INSERT INTO letter_template_choice (tenant_id, kind, serial, template_id, chosen_at, chosen_by)
    SELECT tenant_id, kind, version, CASE WHEN active THEN id END, added_at, added_by FROM letter_template""",
    r"""DELETE FROM letter_template WHERE NOT active""",
    r"""UPDATE letter_template SET digest = encode(sha256(content), 'hex')""",
    r"""RESET ROLE""",
    r"""ALTER TABLE letter_template ALTER COLUMN digest DROP DEFAULT""",
    r"""ALTER TABLE letter_template DROP COLUMN active""",
)


def upgrade() -> None:
    """The index beside the traffic, then the rest in one transaction."""
    index("uq_letter_template_id_tenant_id", "letter_template (id, tenant_id)", unique=True)
    run(STATEMENTS)
