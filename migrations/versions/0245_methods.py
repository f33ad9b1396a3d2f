"""Each matter has its method; what needs no entry counts apart and has its papers; who assists is entrusted and signs apart (R-V3, R-L7).

Drafted by `python -m migrations.draft 0245_methods matter_method record_paper my_visits_to_come check_visit_code cap_totals`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0245_methods"
down_revision = "0260_result_deadlines"

STATEMENTS: tuple[str, ...] = (
    r"""SET LOCAL lock_timeout = '5s'""",
    r"""ALTER TABLE visit_matter ADD COLUMN planned TEXT DEFAULT 'on_site' NOT NULL""",
    r"""ALTER TABLE visit_matter ADD COLUMN entry BOOLEAN DEFAULT true NOT NULL""",
    r"""ALTER TABLE visit_matter ADD CONSTRAINT ck_visit_matter_planned CHECK (planned IN ('on_site', 'written', 'network', 'opinion', 'test', 'entrusted')) NOT VALID""",
    r"""ALTER TABLE visit_matter VALIDATE CONSTRAINT ck_visit_matter_planned""",
    r"""ALTER TABLE visit_part ADD COLUMN entered BOOLEAN DEFAULT true NOT NULL""",
    r"""ALTER TABLE cap_entry ADD COLUMN entered BOOLEAN DEFAULT true NOT NULL""",
    r"""GRANT UPDATE ON cap_entry TO onedoor_bureau""",
    r"""CREATE POLICY cap_entry_bureau_update_4 ON cap_entry FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND NOT entered) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND entered)""",
    r"""ALTER TABLE visit_assistant ADD COLUMN entrusted_number TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit_assistant ADD COLUMN entrusted_scope TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit_assistant ADD COLUMN entrusted_file_id UUID""",
    r"""ALTER TABLE visit_assistant ADD COLUMN unbiased BOOLEAN DEFAULT false NOT NULL""",
    r"""ALTER TABLE visit_assistant ADD COLUMN opinion TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit_assistant ADD COLUMN signed_on DATE""",
    r"""ALTER TABLE visit_assistant ADD COLUMN opinion_file_id UUID""",
    r"""ALTER TABLE visit_assistant ADD COLUMN opinion_digest TEXT""",
    r"""ALTER TABLE visit_assistant ADD COLUMN opinion_entered_by TEXT""",
    r"""ALTER TABLE visit_assistant ADD CONSTRAINT ck_visit_assistant_signed CHECK (signed_on IS NULL OR (opinion <> '' AND opinion_file_id IS NOT NULL)) NOT VALID""",
    r"""ALTER TABLE visit_assistant VALIDATE CONSTRAINT ck_visit_assistant_signed""",
    r"""ALTER TABLE visit_assistant ADD CONSTRAINT fk_visit_assistant_entrusted_file_id_tenant_id FOREIGN KEY(entrusted_file_id, tenant_id) REFERENCES stored_file (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE visit_assistant VALIDATE CONSTRAINT fk_visit_assistant_entrusted_file_id_tenant_id""",
    r"""ALTER TABLE visit_assistant ADD CONSTRAINT fk_visit_assistant_opinion_file_id_tenant_id FOREIGN KEY(opinion_file_id, tenant_id) REFERENCES stored_file (id, tenant_id) NOT VALID""",
    r"""ALTER TABLE visit_assistant VALIDATE CONSTRAINT fk_visit_assistant_opinion_file_id_tenant_id""",
    r"""CREATE TABLE matter_method (
    visit_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    method TEXT NOT NULL,
    entry BOOLEAN NOT NULL,
    chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    chosen_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_matter_method PRIMARY KEY (id),
    CONSTRAINT fk_matter_method_matter_id_tenant_id FOREIGN KEY(matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id),
    CONSTRAINT fk_matter_method_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT ck_matter_method_method CHECK (method IN ('on_site', 'written', 'network', 'opinion', 'test', 'entrusted')),
    CONSTRAINT uq_matter_method_matter_id UNIQUE (matter_id),
    CONSTRAINT fk_matter_method_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_matter_method_tenant_id ON matter_method (tenant_id)""",
    r"""CREATE INDEX ix_matter_method_visit_id ON matter_method (visit_id)""",
    r"""CREATE TABLE record_paper (
    record_id UUID NOT NULL,
    matter_id UUID NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    origin TEXT DEFAULT '' NOT NULL,
    number TEXT DEFAULT '' NOT NULL,
    asked_on DATE,
    due_on DATE,
    taken_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE,
    received_by TEXT,
    file_id UUID,
    file_name TEXT,
    size INTEGER,
    digest TEXT,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_record_paper PRIMARY KEY (id),
    CONSTRAINT uq_record_paper_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_record_paper_record_id_tenant_id FOREIGN KEY(record_id, tenant_id) REFERENCES record (id, tenant_id),
    CONSTRAINT fk_record_paper_matter_id_tenant_id FOREIGN KEY(matter_id, tenant_id) REFERENCES visit_matter (id, bureau_id),
    CONSTRAINT fk_record_paper_file_id_tenant_id FOREIGN KEY(file_id, tenant_id) REFERENCES stored_file (id, tenant_id),
    CONSTRAINT ck_record_paper_kind CHECK (kind IN ('paper', 'page', 'report', 'finding')),
    CONSTRAINT ck_record_paper_received CHECK ((received_at IS NULL) = (file_id IS NULL)),
    CONSTRAINT ck_record_paper_digest CHECK ((file_id IS NULL) = (digest IS NULL)),
    CONSTRAINT ck_record_paper_file CHECK (kind = 'paper' OR file_id IS NOT NULL),
    CONSTRAINT ck_record_paper_taken CHECK (kind <> 'page' OR taken_at IS NOT NULL),
    CONSTRAINT ck_record_paper_asked CHECK (kind <> 'paper' OR asked_on IS NOT NULL),
    CONSTRAINT fk_record_paper_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_record_paper_record_id ON record_paper (record_id)""",
    r"""CREATE INDEX ix_record_paper_tenant_id ON record_paper (tenant_id)""",
    r"""SET LOCAL ROLE onedoor_definer""",
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
    r"""RESET ROLE""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION check_visit_code(asked text, who text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v public.visit;
BEGIN
  SELECT * INTO v FROM public.visit WHERE code = asked;
  -- What nobody enters for has no code: whoever stands at a door with one has no business there (R-V3).
  IF NOT FOUND OR NOT coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
      JOIN public.visit_party p ON p.visit_id = a.visit_id AND p.bureau_id = a.bureau_id AND p.deferred_reason IS NULL
      LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id), true) THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM public.code_check c
       WHERE c.visit_id = v.id AND c.origin = who AND c.at > public.onedoor_now() - interval '1 minute') >= 60 THEN
    RETURN '{"held_back": true}'::jsonb;
  END IF;
  INSERT INTO public.code_check (id, tenant_id, visit_id, at, origin)
  VALUES (gen_random_uuid(), v.tenant_id, v.id, public.onedoor_now(), who);
  RETURN jsonb_build_object(
    'number', v.number, 'entity_name', v.entity_name, 'entity_code', v.entity_code,
    'address', v.entity_address, 'announced', v.announced, 'state', CASE WHEN EXISTS (
        SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
      THEN 'cancelled' ELSE v.state END,
    'starts_on', v.starts_on, 'ends_on', v.ends_on,
    'on', GREATEST(v.scheduled_on, (SELECT max(p.postponed_to) FROM public.visit_part p WHERE p.visit_id = v.id)),
    'cancel_reason', v.cancel_reason, 'cancel_reason_said', v.cancel_reason_said, 'approved_at', v.approved_at,
    'lead', (SELECT b.name FROM public.bureau b WHERE b.id = v.tenant_id),
    'campaign', (SELECT c.name FROM public.campaign c WHERE c.id = v.campaign_id),
    'draw_number', (SELECT d.number FROM public.draw d WHERE d.id = v.draw_id),
    'kind', v.kind, 'source', v.source, 'exceptional', v.exceptional,
    -- What it refers to and was published; never the reason, in which somebody may be named (R-V9).
    'line', (SELECT l.name FROM public.visit_source s JOIN public.plan_line l ON l.id = s.line_id WHERE s.visit_id = v.id),
    'special', (SELECT s.special_number FROM public.visit_source s WHERE s.visit_id = v.id),
    'checks', (SELECT count(*) FROM public.code_check c WHERE c.visit_id = v.id),
    'parties', (SELECT jsonb_agg(jsonb_build_object(
        'bureau', p.bureau_name, 'deferred', p.deferred_reason,
        'submitted', EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id
                              AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL),
        'members', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', m.name, 'certificate', i.certificate_number, 'leader', m.leader,
            'expires_on', i.certificate_expires_on,
            'fit', i.status = 'active' AND i.certificate_expires_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date)
            ORDER BY m.slot), '[]'::jsonb)
          FROM public.visit_member m JOIN public.inspector i ON i.id = m.inspector_id
         WHERE m.visit_id = v.id AND m.bureau_id = p.bureau_id AND m.left_at IS NULL),
        -- Whose names an older notice has: they do not come any more (R-D6). Why is not for the door.
        'left', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', l.name, 'certificate', l.certificate_number, 'at', l.left_at,
            'comes', (SELECT n.name FROM public.visit_member n WHERE n.visit_id = v.id AND n.slot = l.slot
                       AND n.since >= l.left_at ORDER BY n.since LIMIT 1))
            ORDER BY l.left_at, l.slot), '[]'::jsonb)
          FROM public.visit_member l
         WHERE l.visit_id = v.id AND l.bureau_id = p.bureau_id AND l.left_at IS NOT NULL),
        'matters', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'basis', a.basis)
            ORDER BY a.position), '[]'::jsonb)
          FROM public.visit_matter a WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id)
        ) ORDER BY p.position) FROM public.visit_party p WHERE p.visit_id = v.id));
END
$body$""",
    r"""RESET ROLE""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION my_visits_to_come(in_year integer) RETURNS TABLE (code text, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT v.entity_code, v.kind FROM public.visit_party p JOIN public.visit v ON v.id = p.visit_id
  LEFT JOIN public.draw d ON d.id = v.draw_id
  LEFT JOIN public.visit_part t ON t.visit_id = v.id AND t.tenant_id = p.bureau_id
 WHERE p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND p.deferred_reason IS NULL AND v.state <> 'cancelled' AND v.ends_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
   AND t.begun_at IS NULL AND extract(year FROM coalesce(t.postponed_to, v.scheduled_on)) = in_year
   AND (d.id IS NULL AND v.announced OR NOT d.surprise
     OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
   AND coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
         LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id), true)
   AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
$body$""",
    r"""RESET ROLE""",
    r"""ALTER TABLE matter_method ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON matter_method TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON matter_method TO onedoor_bureau""",
    r"""GRANT SELECT ON matter_method TO onedoor_supervisor""",
    r"""CREATE POLICY matter_method_bureau_select_0 ON matter_method FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY matter_method_bureau_insert_1 ON matter_method FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY matter_method_bureau_update_2 ON matter_method FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY matter_method_bureau_select_3 ON matter_method FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY matter_method_supervisor_select_4 ON matter_method FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE record_paper ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_paper TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON record_paper TO onedoor_bureau""",
    r"""GRANT SELECT ON record_paper TO onedoor_supervisor""",
    r"""CREATE POLICY record_paper_bureau_select_0 ON record_paper FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY record_paper_bureau_insert_1 ON record_paper FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_paper_bureau_update_2 ON record_paper FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned'))) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_paper_bureau_delete_3 ON record_paper FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM record r WHERE r.id = record_id AND r.state IN ('draft', 'returned')))""",
    r"""CREATE POLICY record_paper_supervisor_select_4 ON record_paper FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
