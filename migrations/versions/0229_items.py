"""Laws and what of them ended (R-L4); caps by industry, from a day on, approved (R-P6).

Drafted by `python -m migrations.draft 0229_items law law_change`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0229_items"
down_revision = "0236_disclosure"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE visit_cap ADD COLUMN industry TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit_cap ADD COLUMN since DATE DEFAULT '2000-01-01' NOT NULL""",
    r"""ALTER TABLE visit_cap ADD COLUMN state TEXT DEFAULT 'approved' NOT NULL""",
    r"""ALTER TABLE visit_cap ADD COLUMN submitted_by UUID""",
    r"""ALTER TABLE visit_cap DROP CONSTRAINT uq_visit_cap_tenant_id_year_entity_kind""",
    r"""ALTER TABLE visit_cap ADD CONSTRAINT uq_visit_cap_tenant_id_year_entity_kind_industry_since UNIQUE (tenant_id, year, entity_kind, industry, since)""",
    r"""ALTER TABLE visit_cap ADD CONSTRAINT ck_visit_cap_state CHECK (state IN ('submitted', 'approved', 'returned'))""",
    r"""CREATE TABLE law (
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    since DATE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_law PRIMARY KEY (id),
    CONSTRAINT uq_law_title UNIQUE (title)
)""",
    r"""CREATE TABLE law_change (
    law_id UUID NOT NULL,
    article TEXT DEFAULT '' NOT NULL,
    changed_on DATE NOT NULL,
    repealed BOOLEAN DEFAULT false NOT NULL,
    document TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_law_change PRIMARY KEY (id),
    CONSTRAINT uq_law_change_law_id_article_changed_on UNIQUE (law_id, article, changed_on),
    CONSTRAINT fk_law_change_law_id FOREIGN KEY(law_id) REFERENCES law (id)
)""",
    r"""CREATE INDEX ix_law_change_law_id ON law_change (law_id)""",
    r"""ALTER TABLE law ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON law TO onedoor_definer""",
    r"""GRANT SELECT ON law TO onedoor_bureau""",
    r"""GRANT SELECT ON law TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT ON law TO onedoor_operator""",
    r"""CREATE POLICY law_bureau_select_0 ON law FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY law_supervisor_select_1 ON law FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY law_operator_select_2 ON law FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY law_operator_insert_3 ON law FOR INSERT TO onedoor_operator WITH CHECK (true)""",
    r"""ALTER TABLE law_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON law_change TO onedoor_definer""",
    r"""GRANT SELECT ON law_change TO onedoor_bureau""",
    r"""GRANT SELECT ON law_change TO onedoor_supervisor""",
    r"""GRANT SELECT, INSERT ON law_change TO onedoor_operator""",
    r"""CREATE POLICY law_change_bureau_select_0 ON law_change FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY law_change_supervisor_select_1 ON law_change FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""CREATE POLICY law_change_operator_select_2 ON law_change FOR SELECT TO onedoor_operator USING (true)""",
    r"""CREATE POLICY law_change_operator_insert_3 ON law_change FOR INSERT TO onedoor_operator WITH CHECK (true)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
