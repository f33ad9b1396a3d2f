"""Campaigns: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0212_campaigns"
down_revision = "0211_draws"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE campaign (
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    batch INTEGER DEFAULT '1' NOT NULL,
    name TEXT NOT NULL,
    year INTEGER NOT NULL,
    plan_id UUID,
    plan_line_id UUID,
    line_code TEXT,
    source TEXT DEFAULT 'plan' NOT NULL,
    reason TEXT,
    reference TEXT,
    ground TEXT,
    kind TEXT DEFAULT 'random' NOT NULL,
    joint BOOLEAN NOT NULL,
    directed BOOLEAN DEFAULT false NOT NULL,
    unit TEXT DEFAULT 'entity' NOT NULL,
    conditions JSONB NOT NULL,
    stratify TEXT DEFAULT 'none' NOT NULL,
    rates JSONB NOT NULL,
    reserve INTEGER DEFAULT '0' NOT NULL,
    team_size INTEGER DEFAULT '2' NOT NULL,
    fill_days INTEGER,
    method TEXT DEFAULT '' NOT NULL,
    person_responsible TEXT DEFAULT '' NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    answer_due DATE NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    draw_id UUID,
    filing_decision TEXT,
    filing_reason TEXT,
    filing_decided_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE,
    frozen_at TIMESTAMP WITH TIME ZONE,
    drawn_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    cancel_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_campaign PRIMARY KEY (id),
    CONSTRAINT uq_campaign_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_campaign_tenant_id_number UNIQUE (tenant_id, number),
    CONSTRAINT fk_campaign_plan_id_tenant_id FOREIGN KEY(plan_id, tenant_id) REFERENCES plan (id, tenant_id),
    CONSTRAINT fk_campaign_plan_line_id_tenant_id FOREIGN KEY(plan_line_id, tenant_id) REFERENCES plan_line (id, tenant_id),
    CONSTRAINT fk_campaign_draw_id_tenant_id FOREIGN KEY(draw_id, tenant_id) REFERENCES draw (id, tenant_id),
    CONSTRAINT ck_campaign_state CHECK (state IN ('draft', 'inviting', 'planned', 'drawn', 'visiting', 'closed', 'cancelled')),
    CONSTRAINT ck_campaign_source CHECK (source = 'plan' OR (reason IS NOT NULL AND reference IS NOT NULL)),
    CONSTRAINT ck_campaign_kind CHECK (kind IN ('random', 'daily')),
    CONSTRAINT ck_campaign_ground CHECK (ground IS NULL OR (ground IN ('deployment', 'life') AND source = 'ad_hoc')),
    CONSTRAINT ck_campaign_team_size CHECK (team_size >= 2),
    CONSTRAINT ck_campaign_unit CHECK (unit IN ('entity', 'place')),
    CONSTRAINT ck_campaign_period CHECK (ends_on >= starts_on),
    CONSTRAINT uq_campaign_code UNIQUE (code),
    CONSTRAINT fk_campaign_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_campaign_draw_id ON campaign (draw_id)""",
    r"""CREATE INDEX ix_campaign_line_code ON campaign (line_code)""",
    r"""CREATE INDEX ix_campaign_plan_line_id ON campaign (plan_line_id)""",
    r"""CREATE INDEX ix_campaign_tenant_id ON campaign (tenant_id)""",
    r"""CREATE TABLE participation (
    campaign_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    part TEXT NOT NULL,
    list_name TEXT NOT NULL,
    position INTEGER NOT NULL,
    invited_at TIMESTAMP WITH TIME ZONE,
    reminded_at TIMESTAMP WITH TIME ZONE,
    reminders INTEGER DEFAULT '0' NOT NULL,
    left_out_at TIMESTAMP WITH TIME ZONE,
    left_out_reason TEXT,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_participation PRIMARY KEY (id),
    CONSTRAINT uq_participation_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_participation_campaign_id_tenant_id UNIQUE (campaign_id, tenant_id),
    CONSTRAINT uq_participation_campaign_id_list_name UNIQUE (campaign_id, list_name),
    CONSTRAINT fk_participation_campaign_id_lead_id FOREIGN KEY(campaign_id, lead_id) REFERENCES campaign (id, tenant_id),
    CONSTRAINT ck_participation_part CHECK (part IN ('lead', 'partner')),
    CONSTRAINT ck_participation_lead CHECK ((part = 'lead') = (tenant_id = lead_id)),
    CONSTRAINT fk_participation_lead_id FOREIGN KEY(lead_id) REFERENCES bureau (id),
    CONSTRAINT fk_participation_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_participation_lead_id ON participation (lead_id)""",
    r"""CREATE INDEX ix_participation_tenant_id ON participation (tenant_id)""",
    r"""CREATE TABLE campaign_answer (
    lead_id UUID NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_by TEXT NOT NULL,
    items INTEGER DEFAULT '0' NOT NULL,
    inspectors INTEGER DEFAULT '0' NOT NULL,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    after_freeze BOOLEAN DEFAULT false NOT NULL,
    disposition TEXT,
    handed_to UUID,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_campaign_answer PRIMARY KEY (id),
    CONSTRAINT fk_campaign_answer_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_campaign_answer_campaign_id_tenant_id UNIQUE (campaign_id, tenant_id),
    CONSTRAINT fk_campaign_answer_lead_id FOREIGN KEY(lead_id) REFERENCES bureau (id),
    CONSTRAINT fk_campaign_answer_handed_to FOREIGN KEY(handed_to) REFERENCES bureau (id),
    CONSTRAINT fk_campaign_answer_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_campaign_answer_campaign_id ON campaign_answer (campaign_id)""",
    r"""CREATE INDEX ix_campaign_answer_lead_id ON campaign_answer (lead_id)""",
    r"""CREATE INDEX ix_campaign_answer_tenant_id ON campaign_answer (tenant_id)""",
    r"""CREATE TABLE campaign_deviation (
    lead_id UUID NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    text_said JSONB,
    stops BOOLEAN NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT,
    approved_by TEXT,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_campaign_deviation PRIMARY KEY (id),
    CONSTRAINT fk_campaign_deviation_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_campaign_deviation_campaign_id_tenant_id_kind UNIQUE (campaign_id, tenant_id, kind),
    CONSTRAINT fk_campaign_deviation_lead_id FOREIGN KEY(lead_id) REFERENCES bureau (id),
    CONSTRAINT fk_campaign_deviation_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_campaign_deviation_campaign_id ON campaign_deviation (campaign_id)""",
    r"""CREATE INDEX ix_campaign_deviation_lead_id ON campaign_deviation (lead_id)""",
    r"""CREATE INDEX ix_campaign_deviation_tenant_id ON campaign_deviation (tenant_id)""",
    r"""CREATE TABLE party_inspector (
    inspector_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    leads BOOLEAN NOT NULL,
    qualifications TEXT[] DEFAULT '{}' NOT NULL,
    cap INTEGER NOT NULL,
    certificate_expires_on DATE NOT NULL,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_party_inspector PRIMARY KEY (id),
    CONSTRAINT fk_party_inspector_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_party_inspector_campaign_id_tenant_id_inspector_id UNIQUE (campaign_id, tenant_id, inspector_id),
    CONSTRAINT fk_party_inspector_inspector_id_tenant_id FOREIGN KEY(inspector_id, tenant_id) REFERENCES inspector (id, tenant_id),
    CONSTRAINT fk_party_inspector_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_party_inspector_campaign_id ON party_inspector (campaign_id)""",
    r"""CREATE INDEX ix_party_inspector_tenant_id ON party_inspector (tenant_id)""",
    r"""CREATE TABLE party_item (
    item_id UUID NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    basis TEXT DEFAULT '' NOT NULL,
    checklist JSONB NOT NULL,
    method TEXT DEFAULT '' NOT NULL,
    unit_id UUID,
    unit_name TEXT DEFAULT '' NOT NULL,
    qualifications TEXT[] DEFAULT '{}' NOT NULL,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_party_item PRIMARY KEY (id),
    CONSTRAINT fk_party_item_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_party_item_campaign_id_tenant_id_item_id UNIQUE (campaign_id, tenant_id, item_id),
    CONSTRAINT fk_party_item_item_id_tenant_id FOREIGN KEY(item_id, tenant_id) REFERENCES item (id, tenant_id),
    CONSTRAINT fk_party_item_unit_id_tenant_id FOREIGN KEY(unit_id, tenant_id) REFERENCES unit (id, tenant_id),
    CONSTRAINT fk_party_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_party_item_campaign_id ON party_item (campaign_id)""",
    r"""CREATE INDEX ix_party_item_tenant_id ON party_item (tenant_id)""",
    r"""CREATE TABLE party_list (
    list_name TEXT NOT NULL,
    conditions JSONB NOT NULL,
    stratify TEXT NOT NULL,
    rates JSONB NOT NULL,
    reserve INTEGER NOT NULL,
    team_size INTEGER NOT NULL,
    qualifications TEXT[] DEFAULT '{}' NOT NULL,
    cap INTEGER NOT NULL,
    skip_drawn BOOLEAN DEFAULT true NOT NULL,
    kept JSONB DEFAULT '[]' NOT NULL,
    weights JSONB DEFAULT '{}' NOT NULL,
    levels TEXT[] DEFAULT '{}' NOT NULL,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_party_list PRIMARY KEY (id),
    CONSTRAINT fk_party_list_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_party_list_campaign_id_tenant_id UNIQUE (campaign_id, tenant_id),
    CONSTRAINT fk_party_list_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_party_list_campaign_id ON party_list (campaign_id)""",
    r"""CREATE INDEX ix_party_list_tenant_id ON party_list (tenant_id)""",
    r"""CREATE TABLE party_readiness (
    lead_id UUID NOT NULL,
    computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    rows INTEGER NOT NULL,
    eligible INTEGER NOT NULL,
    quota INTEGER NOT NULL,
    strata JSONB NOT NULL,
    inspectors INTEGER NOT NULL,
    leaders INTEGER NOT NULL,
    slots INTEGER NOT NULL,
    capacity INTEGER NOT NULL,
    unfilled INTEGER NOT NULL,
    problems JSONB NOT NULL,
    sample JSONB DEFAULT '[]' NOT NULL,
    campaign_id UUID NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_party_readiness PRIMARY KEY (id),
    CONSTRAINT fk_party_readiness_campaign_id_tenant_id FOREIGN KEY(campaign_id, tenant_id) REFERENCES participation (campaign_id, tenant_id),
    CONSTRAINT uq_party_readiness_campaign_id_tenant_id UNIQUE (campaign_id, tenant_id),
    CONSTRAINT fk_party_readiness_lead_id FOREIGN KEY(lead_id) REFERENCES bureau (id),
    CONSTRAINT fk_party_readiness_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_party_readiness_campaign_id ON party_readiness (campaign_id)""",
    r"""CREATE INDEX ix_party_readiness_lead_id ON party_readiness (lead_id)""",
    r"""CREATE INDEX ix_party_readiness_tenant_id ON party_readiness (tenant_id)""",
    r"""CREATE OR REPLACE FUNCTION my_campaigns() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.campaign_id FROM public.participation p
 WHERE p.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (p.part = 'lead' OR p.invited_at IS NOT NULL)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_campaigns() TO onedoor_bureau""",
    r"""ALTER FUNCTION my_campaigns() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION my_drawn_campaigns() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.campaign_id FROM public.participation p JOIN public.campaign c ON c.id = p.campaign_id
 WHERE p.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.state IN ('drawn', 'visiting', 'closed')
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_drawn_campaigns() TO onedoor_bureau""",
    r"""ALTER FUNCTION my_drawn_campaigns() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION my_inviting_campaigns() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT p.campaign_id FROM public.participation p JOIN public.campaign c ON c.id = p.campaign_id
 WHERE p.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND p.left_out_at IS NULL AND c.state IN ('draft', 'inviting')
   AND (p.part = 'lead' OR p.invited_at IS NOT NULL)
$body$""",
    r"""GRANT EXECUTE ON FUNCTION my_inviting_campaigns() TO onedoor_bureau""",
    r"""ALTER FUNCTION my_inviting_campaigns() OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION share_audit(entry uuid, bureaus uuid[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH copied AS (
  INSERT INTO public.audit_entry (tenant_id, at, actor_id, actor_name, bureau_name, role, origin, request,
                                  event, subject_kind, subject_id, subject_name, after)
  SELECT b.id, e.at, e.actor_id, e.actor_name, e.bureau_name, e.role, 'together', e.request,
         e.event, e.subject_kind, e.subject_id, e.subject_name, jsonb_build_object('entry', e.id)
    FROM public.audit_entry e, public.bureau b
   WHERE e.id = share_audit.entry AND e.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND e.sequence IS NULL
     AND b.id = ANY (share_audit.bureaus) AND b.id <> e.tenant_id
     AND (EXISTS (SELECT FROM public.participation mine JOIN public.participation theirs USING (campaign_id)
                   WHERE mine.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND theirs.tenant_id = b.id)
          -- What is done at a draw reaches all who have to do with it: who commits, or holds closed lists, too.
          OR e.subject_kind = 'draw' AND EXISTS (
            SELECT FROM public.draw_party mine JOIN public.draw_party theirs USING (draw_id)
             WHERE mine.draw_id = e.subject_id AND mine.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND theirs.bureau_id = b.id)
          OR b.id IN (SELECT public.supervised_bureaus()))
  RETURNING 1)
SELECT count(*)::integer FROM copied
$body$""",
    r"""GRANT EXECUTE ON FUNCTION share_audit(uuid, uuid[]) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION share_audit(uuid, uuid[]) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION campaign_in_own_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.bureau b
              WHERE b.id <> NEW.tenant_id AND starts_with(NEW.code, b.code || '-')) THEN
    RAISE EXCEPTION 'R-T1: this line is named after another bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END
$body$""",
    r"""CREATE TRIGGER campaign_in_own_line BEFORE INSERT OR UPDATE OF code ON campaign
FOR EACH ROW EXECUTE FUNCTION campaign_in_own_line()""",
    r"""ALTER TABLE campaign ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON campaign TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON campaign TO onedoor_bureau""",
    r"""GRANT SELECT ON campaign TO onedoor_supervisor""",
    r"""CREATE POLICY campaign_bureau_select_0 ON campaign FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY campaign_bureau_insert_1 ON campaign FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY campaign_bureau_update_2 ON campaign FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY campaign_bureau_select_3 ON campaign FOR SELECT TO onedoor_bureau USING (id = ANY (ARRAY(SELECT my_campaigns())))""",
    r"""CREATE POLICY campaign_supervisor_select_4 ON campaign FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE participation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON participation TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON participation TO onedoor_bureau""",
    r"""GRANT SELECT ON participation TO onedoor_supervisor""",
    r"""CREATE POLICY participation_bureau_select_0 ON participation FOR SELECT TO onedoor_bureau USING (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR campaign_id = ANY (ARRAY(SELECT my_campaigns())))""",
    r"""CREATE POLICY participation_bureau_insert_1 ON participation FOR INSERT TO onedoor_bureau WITH CHECK (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY participation_bureau_update_2 ON participation FOR UPDATE TO onedoor_bureau USING (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY participation_bureau_delete_3 ON participation FOR DELETE TO onedoor_bureau USING (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY participation_supervisor_select_4 ON participation FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE campaign_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_answer TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON campaign_answer TO onedoor_bureau""",
    r"""GRANT SELECT ON campaign_answer TO onedoor_supervisor""",
    r"""CREATE POLICY campaign_answer_bureau_select_0 ON campaign_answer FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR campaign_id = ANY (ARRAY(SELECT my_campaigns())))""",
    r"""CREATE POLICY campaign_answer_bureau_insert_1 ON campaign_answer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_campaigns())))""",
    r"""CREATE POLICY campaign_answer_bureau_update_2 ON campaign_answer FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY campaign_answer_supervisor_select_3 ON campaign_answer FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE campaign_deviation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_deviation TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_deviation TO onedoor_bureau""",
    r"""GRANT SELECT ON campaign_deviation TO onedoor_supervisor""",
    r"""CREATE POLICY campaign_deviation_bureau_select_0 ON campaign_deviation FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY campaign_deviation_bureau_insert_1 ON campaign_deviation FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY campaign_deviation_bureau_update_2 ON campaign_deviation FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY campaign_deviation_bureau_delete_3 ON campaign_deviation FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY campaign_deviation_supervisor_select_4 ON campaign_deviation FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY campaign_deviation_bureau_select_5 ON campaign_deviation FOR SELECT TO onedoor_bureau USING (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE party_inspector ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_inspector TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_inspector TO onedoor_bureau""",
    r"""GRANT SELECT ON party_inspector TO onedoor_supervisor""",
    r"""CREATE POLICY party_inspector_bureau_select_0 ON party_inspector FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY party_inspector_bureau_insert_1 ON party_inspector FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_inspector_bureau_update_2 ON party_inspector FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_inspector_bureau_delete_3 ON party_inspector FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_inspector_supervisor_select_4 ON party_inspector FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY party_inspector_bureau_select_5 ON party_inspector FOR SELECT TO onedoor_bureau USING (campaign_id = ANY (ARRAY(SELECT my_drawn_campaigns())))""",
    r"""ALTER TABLE party_item ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_item TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_item TO onedoor_bureau""",
    r"""GRANT SELECT ON party_item TO onedoor_supervisor""",
    r"""CREATE POLICY party_item_bureau_select_0 ON party_item FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY party_item_bureau_insert_1 ON party_item FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_item_bureau_update_2 ON party_item FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_item_bureau_delete_3 ON party_item FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_item_supervisor_select_4 ON party_item FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY party_item_bureau_select_5 ON party_item FOR SELECT TO onedoor_bureau USING (campaign_id = ANY (ARRAY(SELECT my_campaigns())))""",
    r"""ALTER TABLE party_list ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_list TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_list TO onedoor_bureau""",
    r"""GRANT SELECT ON party_list TO onedoor_supervisor""",
    r"""CREATE POLICY party_list_bureau_select_0 ON party_list FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY party_list_bureau_insert_1 ON party_list FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_list_bureau_update_2 ON party_list FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_list_bureau_delete_3 ON party_list FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_list_supervisor_select_4 ON party_list FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE party_readiness ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_readiness TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON party_readiness TO onedoor_bureau""",
    r"""GRANT SELECT ON party_readiness TO onedoor_supervisor""",
    r"""CREATE POLICY party_readiness_bureau_select_0 ON party_readiness FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY party_readiness_bureau_insert_1 ON party_readiness FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_readiness_bureau_update_2 ON party_readiness FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_readiness_bureau_delete_3 ON party_readiness FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns())))""",
    r"""CREATE POLICY party_readiness_supervisor_select_4 ON party_readiness FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""CREATE POLICY party_readiness_bureau_select_5 ON party_readiness FOR SELECT TO onedoor_bureau USING (lead_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
