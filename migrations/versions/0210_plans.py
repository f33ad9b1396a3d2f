"""Plans: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0210_plans"
down_revision = "0209_targets"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE cap_entry (
    entity_code TEXT NOT NULL,
    year INTEGER NOT NULL,
    visit_id UUID NOT NULL,
    kind TEXT NOT NULL,
    outside BOOLEAN DEFAULT false NOT NULL,
    entered BOOLEAN DEFAULT true NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_cap_entry PRIMARY KEY (id),
    CONSTRAINT uq_cap_entry_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_cap_entry_tenant_id_visit_id_entity_code UNIQUE (tenant_id, visit_id, entity_code),
    CONSTRAINT fk_cap_entry_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_cap_entry_entity ON cap_entry (entity_code, year)""",
    r"""CREATE INDEX ix_cap_entry_tenant_id ON cap_entry (tenant_id)""",
    r"""CREATE TABLE plan (
    series_id UUID NOT NULL,
    kind TEXT NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    change_note TEXT DEFAULT '' NOT NULL,
    approving_body TEXT DEFAULT '' NOT NULL,
    document_number TEXT DEFAULT '' NOT NULL,
    attachment_id UUID,
    state TEXT DEFAULT 'draft' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    drafter_name TEXT NOT NULL,
    submitted_by UUID,
    submitted_at TIMESTAMP WITH TIME ZONE,
    approved_at TIMESTAMP WITH TIME ZONE,
    published_at TIMESTAMP WITH TIME ZONE,
    replaced_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_plan PRIMARY KEY (id),
    CONSTRAINT uq_plan_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_plan_series_id_version UNIQUE (series_id, version),
    CONSTRAINT uq_plan_tenant_id_number_version UNIQUE (tenant_id, number, version),
    CONSTRAINT ck_plan_state CHECK (state IN ('draft', 'submitted', 'reviewed', 'returned', 'approved', 'published', 'replaced')),
    CONSTRAINT ck_plan_kind CHECK (kind IN ('yearly', 'first_half', 'second_half', 'joint', 'special', 'supplement')),
    CONSTRAINT fk_plan_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_plan_tenant_id ON plan (tenant_id)""",
    r"""CREATE UNIQUE INDEX uq_plan_open ON plan (series_id) WHERE state NOT IN ('published', 'replaced')""",
    r"""CREATE TABLE visit_cap (
    year INTEGER NOT NULL,
    entity_kind TEXT NOT NULL,
    visits INTEGER NOT NULL,
    basis TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_cap PRIMARY KEY (id),
    CONSTRAINT uq_visit_cap_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_visit_cap_tenant_id_year_entity_kind UNIQUE (tenant_id, year, entity_kind),
    CONSTRAINT ck_visit_cap_visits CHECK (visits >= 0),
    CONSTRAINT fk_visit_cap_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_cap_tenant_id ON visit_cap (tenant_id)""",
    r"""CREATE TABLE plan_line (
    plan_id UUID NOT NULL,
    number INTEGER NOT NULL,
    code TEXT NOT NULL,
    kind TEXT DEFAULT 'random' NOT NULL,
    name TEXT NOT NULL,
    joint BOOLEAN DEFAULT false NOT NULL,
    partner_ids UUID[] DEFAULT '{}' NOT NULL,
    conditions JSONB NOT NULL,
    stratify TEXT DEFAULT 'none' NOT NULL,
    rates JSONB NOT NULL,
    reserve INTEGER DEFAULT '0' NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    method TEXT NOT NULL,
    times_a_year INTEGER DEFAULT '1' NOT NULL,
    person_responsible TEXT NOT NULL,
    unit_id UUID,
    team_size INTEGER DEFAULT '2' NOT NULL,
    fill_days INTEGER,
    remark TEXT DEFAULT '' NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_plan_line PRIMARY KEY (id),
    CONSTRAINT uq_plan_line_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_plan_line_plan_id_tenant_id FOREIGN KEY(plan_id, tenant_id) REFERENCES plan (id, tenant_id),
    CONSTRAINT fk_plan_line_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT uq_plan_line_plan_id_code UNIQUE (plan_id, code),
    CONSTRAINT ck_plan_line_code CHECK (code ~ '^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$'),
    CONSTRAINT ck_plan_line_kind CHECK (kind IN ('random', 'daily', 'special')),
    CONSTRAINT ck_plan_line_stratify CHECK (stratify IN ('none', 'kind', 'place', 'risk')),
    CONSTRAINT ck_plan_line_period CHECK (ends_on >= starts_on),
    CONSTRAINT ck_plan_line_team_size CHECK (team_size >= 2),
    CONSTRAINT ck_plan_line_fill_days CHECK (fill_days BETWEEN 1 AND 60),
    CONSTRAINT ck_plan_line_counts CHECK (reserve >= 0 AND times_a_year >= 1),
    CONSTRAINT ck_plan_line_joint CHECK (joint = (cardinality(partner_ids) > 0)),
    CONSTRAINT fk_plan_line_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_plan_line_plan_id ON plan_line (plan_id)""",
    r"""CREATE INDEX ix_plan_line_tenant_id ON plan_line (tenant_id)""",
    r"""CREATE TABLE plan_line_item (
    line_id UUID NOT NULL,
    position INTEGER NOT NULL,
    bureau_id UUID NOT NULL,
    item_id UUID NOT NULL,
    item_number TEXT NOT NULL,
    item_name TEXT NOT NULL,
    basis TEXT DEFAULT '' NOT NULL,
    market BOOLEAN DEFAULT false NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_plan_line_item PRIMARY KEY (id),
    CONSTRAINT uq_plan_line_item_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_plan_line_item_line_id_tenant_id FOREIGN KEY(line_id, tenant_id) REFERENCES plan_line (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT uq_plan_line_item_line_id_bureau_id_item_number UNIQUE (line_id, bureau_id, item_number),
    CONSTRAINT fk_plan_line_item_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_plan_line_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_plan_line_item_line_id ON plan_line_item (line_id)""",
    r"""CREATE INDEX ix_plan_line_item_tenant_id ON plan_line_item (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION cap_totals(codes text[], in_year integer)
    RETURNS TABLE (entity_code text, doors bigint, counts bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE one (asked, id) AS (
  SELECT e.code, e.id FROM public.entity e WHERE e.code = ANY (codes)
  UNION
  SELECT f.code, f.id FROM public.former_codes() f WHERE f.code = ANY (codes)
  UNION
  SELECT o.asked, CASE WHEN m.gone_id = o.id THEN m.survivor_id ELSE m.gone_id END
    FROM one o JOIN public.entity_merge m ON o.id IN (m.gone_id, m.survivor_id) AND m.undone_at IS NULL),
known AS (
  SELECT a AS asked, a AS code FROM unnest(codes) AS a
  UNION SELECT o.asked, e.code FROM one o JOIN public.entity e ON e.id = o.id
  UNION SELECT o.asked, f.code FROM one o JOIN public.former_codes() f ON f.id = o.id)
SELECT k.asked, count(DISTINCT c.visit_id), count(*) FROM known k
  JOIN public.cap_entry c ON c.entity_code = k.code AND c.year = in_year AND c.entered GROUP BY k.asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION cap_totals(text[], integer) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION cap_totals(text[], integer) OWNER TO onedoor_definer""",
    r"""ALTER TABLE cap_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON cap_entry TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, DELETE, UPDATE ON cap_entry TO onedoor_bureau""",
    r"""GRANT SELECT ON cap_entry TO onedoor_supervisor""",
    r"""CREATE POLICY cap_entry_bureau_select_0 ON cap_entry FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY cap_entry_bureau_insert_1 ON cap_entry FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY cap_entry_supervisor_select_2 ON cap_entry FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY cap_entry_bureau_delete_3 ON cap_entry FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND outside)""",
    r"""CREATE POLICY cap_entry_bureau_update_4 ON cap_entry FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND NOT entered) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND entered)""",
    r"""ALTER TABLE plan ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON plan TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON plan TO onedoor_bureau""",
    r"""GRANT SELECT ON plan TO onedoor_supervisor""",
    r"""CREATE POLICY plan_bureau_select_0 ON plan FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY plan_bureau_insert_1 ON plan FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY plan_bureau_update_2 ON plan FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY plan_bureau_select_3 ON plan FOR SELECT TO onedoor_bureau USING (state IN ('published', 'replaced'))""",
    r"""CREATE POLICY plan_supervisor_select_4 ON plan FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) AND state IN ('published', 'replaced'))""",
    r"""ALTER TABLE visit_cap ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_cap TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_cap TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_cap TO onedoor_supervisor""",
    r"""CREATE POLICY visit_cap_bureau_select_0 ON visit_cap FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_cap_bureau_insert_1 ON visit_cap FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_cap_bureau_update_2 ON visit_cap FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_cap_bureau_delete_3 ON visit_cap FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_cap_bureau_select_4 ON visit_cap FOR SELECT TO onedoor_bureau USING (true)""",
    r"""CREATE POLICY visit_cap_supervisor_select_5 ON visit_cap FOR SELECT TO onedoor_supervisor USING (true)""",
    r"""ALTER TABLE plan_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON plan_line TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON plan_line TO onedoor_bureau""",
    r"""GRANT SELECT ON plan_line TO onedoor_supervisor""",
    r"""CREATE POLICY plan_line_bureau_select_0 ON plan_line FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (partner_ids) OR EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('published', 'replaced')))""",
    r"""CREATE POLICY plan_line_bureau_insert_1 ON plan_line FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY plan_line_bureau_update_2 ON plan_line FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('draft', 'returned'))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY plan_line_bureau_delete_3 ON plan_line FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY plan_line_supervisor_select_4 ON plan_line FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM plan p WHERE p.id = plan_id AND p.state IN ('published', 'replaced')))""",
    r"""ALTER TABLE plan_line_item ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON plan_line_item TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON plan_line_item TO onedoor_bureau""",
    r"""GRANT SELECT ON plan_line_item TO onedoor_supervisor""",
    r"""CREATE POLICY plan_line_item_bureau_select_0 ON plan_line_item FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT 1 FROM plan_line l WHERE l.id = line_id))""",
    r"""CREATE POLICY plan_line_item_bureau_insert_1 ON plan_line_item FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan_line l JOIN plan p ON p.id = l.plan_id WHERE l.id = line_id AND p.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY plan_line_item_bureau_update_2 ON plan_line_item FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan_line l JOIN plan p ON p.id = l.plan_id WHERE l.id = line_id AND p.state IN ('draft', 'returned'))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan_line l JOIN plan p ON p.id = l.plan_id WHERE l.id = line_id AND p.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY plan_line_item_bureau_delete_3 ON plan_line_item FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT 1 FROM plan_line l JOIN plan p ON p.id = l.plan_id WHERE l.id = line_id AND p.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY plan_line_item_supervisor_select_4 ON plan_line_item FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT 1 FROM plan_line l WHERE l.id = line_id))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
