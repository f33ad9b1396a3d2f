"""Several units of one bureau at one door, and each bureau's own number of a joint record (R-J2).

Drafted by `python -m migrations.draft 0241_units visit_unit`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0241_units"
down_revision = "0247_drawn_teams"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE visit_matter ADD COLUMN unit_id UUID""",
    r"""ALTER TABLE visit_matter ADD COLUMN unit_name TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit_matter ADD CONSTRAINT fk_visit_matter_unit_id_bureau_id FOREIGN KEY (unit_id, bureau_id) REFERENCES unit (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE visit_matter VALIDATE CONSTRAINT fk_visit_matter_unit_id_bureau_id""",
    r"""ALTER TABLE party_item ADD COLUMN unit_id UUID""",
    r"""ALTER TABLE party_item ADD COLUMN unit_name TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE party_item ADD CONSTRAINT fk_party_item_unit_id_tenant_id FOREIGN KEY (unit_id, tenant_id) REFERENCES unit (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE party_item VALIDATE CONSTRAINT fk_party_item_unit_id_tenant_id""",
    r"""ALTER TABLE visit_part ADD COLUMN year INTEGER""",
    r"""ALTER TABLE visit_part ADD COLUMN serial INTEGER""",
    r"""ALTER TABLE visit_part ADD COLUMN number TEXT""",
    r"""ALTER TABLE visit_part ADD CONSTRAINT uq_visit_part_tenant_id_year_serial UNIQUE (tenant_id, year, serial)""",
    r"""CREATE TABLE visit_unit (
    visit_id UUID NOT NULL,
    unit_id UUID NOT NULL,
    unit_name TEXT NOT NULL,
    state TEXT DEFAULT 'asked' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_unit PRIMARY KEY (id),
    CONSTRAINT fk_visit_unit_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT fk_visit_unit_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT uq_visit_unit_visit_id_unit_id UNIQUE (visit_id, unit_id),
    CONSTRAINT ck_visit_unit_state CHECK (state IN ('asked', 'agreed', 'declined')),
    CONSTRAINT ck_visit_unit_declined CHECK (state <> 'declined' OR reason <> ''),
    CONSTRAINT fk_visit_unit_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_unit_tenant_id ON visit_unit (tenant_id)""",
    r"""ALTER TABLE visit_unit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_unit TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_unit TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_unit TO onedoor_supervisor""",
    r"""CREATE POLICY visit_unit_bureau_select_0 ON visit_unit FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_unit_bureau_insert_1 ON visit_unit FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_unit_bureau_update_2 ON visit_unit FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_unit_bureau_select_3 ON visit_unit FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY visit_unit_supervisor_select_4 ON visit_unit FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
