"""Two bureaus go to one object together (R-J4); another bureau's result stands for a check (R-J7)."""

from __future__ import annotations

from migrations.online import run

revision = "0241_visits"
down_revision = "0247_messages"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE visit_apart_notice (
    visit_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    told_on DATE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_apart_notice PRIMARY KEY (id),
    CONSTRAINT fk_visit_apart_notice_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT uq_visit_apart_notice_visit_id_bureau_id UNIQUE (visit_id, bureau_id),
    CONSTRAINT fk_visit_apart_notice_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_visit_apart_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_apart_notice_tenant_id ON visit_apart_notice (tenant_id)""",
    r"""CREATE TABLE visit_combination (
    visit_id UUID NOT NULL,
    receiver_id UUID NOT NULL,
    visit_number TEXT NOT NULL,
    entity_id UUID NOT NULL,
    entity_code TEXT NOT NULL,
    entity_name TEXT NOT NULL,
    entity_address TEXT NOT NULL,
    day DATE NOT NULL,
    matters TEXT[] NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_combination PRIMARY KEY (id),
    CONSTRAINT fk_visit_combination_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT uq_visit_combination_visit_id_receiver_id UNIQUE (visit_id, receiver_id),
    CONSTRAINT uq_visit_combination_id_receiver_id_tenant_id UNIQUE (id, receiver_id, tenant_id),
    CONSTRAINT ck_visit_combination_receiver CHECK (receiver_id <> tenant_id),
    CONSTRAINT fk_visit_combination_receiver_id FOREIGN KEY(receiver_id) REFERENCES bureau (id),
    CONSTRAINT fk_visit_combination_entity_id FOREIGN KEY(entity_id) REFERENCES entity (id),
    CONSTRAINT fk_visit_combination_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_combination_receiver ON visit_combination (receiver_id, asked_at DESC)""",
    r"""CREATE INDEX ix_visit_combination_tenant_id ON visit_combination (tenant_id)""",
    r"""CREATE TABLE visit_combination_answer (
    combination_id UUID NOT NULL,
    asker_id UUID NOT NULL,
    accepted BOOLEAN NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    visit_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_visit_combination_answer PRIMARY KEY (id),
    CONSTRAINT fk_visit_combination_answer_combination_id_tenant_id_asker_id FOREIGN KEY(combination_id, tenant_id, asker_id) REFERENCES visit_combination (id, receiver_id, tenant_id),
    CONSTRAINT fk_visit_combination_answer_visit_id_tenant_id FOREIGN KEY(visit_id, tenant_id) REFERENCES visit (id, tenant_id),
    CONSTRAINT ck_visit_combination_answer_accepted CHECK (accepted = (visit_id IS NOT NULL)),
    CONSTRAINT ck_visit_combination_answer_reason CHECK (accepted OR reason <> ''),
    CONSTRAINT uq_visit_combination_answer_combination_id UNIQUE (combination_id),
    CONSTRAINT fk_visit_combination_answer_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_visit_combination_answer_tenant_id ON visit_combination_answer (tenant_id)""",
    r"""CREATE INDEX ix_visit_combination_answer_visit_id ON visit_combination_answer (visit_id)""",
    r"""CREATE OR REPLACE FUNCTION visits_apart(within integer) RETURNS TABLE (visit_id uuid, bureau_id uuid, month date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH ours AS (
  SELECT DISTINCT o.entity_id FROM public.visit o
   WHERE o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND o.state <> 'cancelled' AND o.announced AND o.ends_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
), told AS (
  SELECT v.id, v.tenant_id, v.party_ids, v.entity_id, v.premises_id, v.scheduled_on FROM public.visit v
    JOIN ours ON ours.entity_id = v.entity_id
    LEFT JOIN public.draw d ON d.id = v.draw_id
   WHERE v.announced AND v.state NOT IN ('cancelled', 'pending') AND v.ends_on >= (public.onedoor_now() AT TIME ZONE 'Asia/Shanghai')::date
     AND (d.id IS NULL OR NOT d.surprise OR EXISTS (SELECT FROM public.draw_release r WHERE r.draw_id = d.id))
     AND NOT EXISTS (SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
     AND NOT EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id AND t.begun_at IS NOT NULL)
     AND coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
           LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id), true)
)
SELECT DISTINCT m.id, o.tenant_id, date_trunc('month', o.scheduled_on)::date
  FROM told m JOIN told o ON o.entity_id = m.entity_id AND o.tenant_id <> m.tenant_id
 WHERE m.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND abs(m.scheduled_on - o.scheduled_on) <= within
   AND (m.premises_id IS NULL OR o.premises_id IS NULL OR m.premises_id = o.premises_id)
   AND NOT m.tenant_id = ANY (o.party_ids) AND NOT o.tenant_id = ANY (m.party_ids)
   AND NOT EXISTS (SELECT FROM public.visit_combination c
         JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
        WHERE (c.visit_id, a.visit_id) IN ((m.id, o.id), (o.id, m.id)))
$body$""",
    r"""GRANT EXECUTE ON FUNCTION visits_apart(integer) TO onedoor_bureau""",
    r"""ALTER FUNCTION visits_apart(integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION combined_visits(asked uuid)
RETURNS TABLE (visit_id uuid, bureau_id uuid, bureau text, number text, day date, cancelled boolean, members text[], matters text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT v.id, v.tenant_id, b.name, v.number, v.scheduled_on, v.state = 'cancelled',
       ARRAY(SELECT m.name FROM public.visit_member m WHERE m.visit_id = v.id AND m.left_at IS NULL ORDER BY m.slot),
       ARRAY(SELECT a.name FROM public.visit_matter a WHERE a.visit_id = v.id ORDER BY a.position)
  FROM public.visit_combination c
  JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  JOIN public.visit v ON v.id = CASE WHEN c.visit_id = asked THEN a.visit_id ELSE c.visit_id END
  JOIN public.bureau b ON b.id = v.tenant_id
 WHERE asked IN (c.visit_id, a.visit_id)
   AND EXISTS (SELECT FROM public.visit o WHERE o.id = asked AND (o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (o.party_ids)))
 ORDER BY v.scheduled_on, v.number
$body$""",
    r"""GRANT EXECUTE ON FUNCTION combined_visits(uuid) TO onedoor_bureau""",
    r"""ALTER FUNCTION combined_visits(uuid) OWNER TO onedoor_definer""",
    r"""ALTER TABLE visit_apart_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_apart_notice TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON visit_apart_notice TO onedoor_bureau""",
    r"""CREATE POLICY visit_apart_notice_bureau_select_0 ON visit_apart_notice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_apart_notice_bureau_insert_1 ON visit_apart_notice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE visit_combination ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_combination TO onedoor_definer""",
    r"""GRANT SELECT, INSERT, UPDATE ON visit_combination TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_combination TO onedoor_supervisor""",
    r"""CREATE POLICY visit_combination_bureau_select_0 ON visit_combination FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR receiver_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_combination_bureau_insert_1 ON visit_combination FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_combination_bureau_update_2 ON visit_combination FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_combination_supervisor_select_3 ON visit_combination FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE visit_combination_answer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON visit_combination_answer TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON visit_combination_answer TO onedoor_bureau""",
    r"""GRANT SELECT ON visit_combination_answer TO onedoor_supervisor""",
    r"""CREATE POLICY visit_combination_answer_bureau_select_0 ON visit_combination_answer FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit_combination c WHERE c.id = combination_id))""",
    r"""CREATE POLICY visit_combination_answer_bureau_insert_1 ON visit_combination_answer FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY visit_combination_answer_supervisor_select_2 ON visit_combination_answer FOR SELECT TO onedoor_supervisor USING (EXISTS (SELECT FROM visit_combination c WHERE c.id = combination_id))""",
    r"""ALTER TABLE record_paper ADD COLUMN disclosure_id UUID, ADD COLUMN found_on DATE, ADD COLUMN reason TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE record_paper ADD CONSTRAINT fk_record_paper_disclosure_id FOREIGN KEY(disclosure_id) REFERENCES disclosure (id) NOT VALID""",
    r"""ALTER TABLE record_paper VALIDATE CONSTRAINT fk_record_paper_disclosure_id""",
    r"""ALTER TABLE record_paper ADD CONSTRAINT ck_record_paper_recognised CHECK (disclosure_id IS NULL OR (kind = 'finding' AND found_on IS NOT NULL AND reason <> '')) NOT VALID""",
    r"""ALTER TABLE record_paper VALIDATE CONSTRAINT ck_record_paper_recognised""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION check_visit_code(text, text)""",
    r"""RESET ROLE""",
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
    -- Who else comes on that day with a check of its own, so that the object opens its door once (R-J4).
    'together', (SELECT coalesce(jsonb_agg(b.name || '（' || o.number || '）' ORDER BY o.number), '[]'::jsonb)
      FROM public.visit_combination k JOIN public.visit_combination_answer a ON a.combination_id = k.id AND a.accepted
      JOIN public.visit o ON o.id = CASE WHEN k.visit_id = v.id THEN a.visit_id ELSE k.visit_id END
      JOIN public.bureau b ON b.id = o.tenant_id
     WHERE v.id IN (k.visit_id, a.visit_id) AND o.state <> 'cancelled' AND o.scheduled_on = v.scheduled_on),
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
    r"""GRANT EXECUTE ON FUNCTION check_visit_code(text, text) TO onedoor_public, onedoor_bureau""",
    r"""ALTER FUNCTION check_visit_code(text, text) OWNER TO onedoor_definer""",
    r"""DROP POLICY job_bureau_insert_1 ON job""",
    r"""CREATE POLICY job_bureau_insert_1 ON job FOR INSERT TO onedoor_bureau WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'campaigns.try_list', 'followups.note_answer', 'followups.note_transfer', 'owed.defer_part', 'owed.note', 'owed.note_answer', 'owed.note_handover', 'owed.register', 'visits.note_beginning', 'visits.note_combination', 'visits.schedule', 'visits.substitute')))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
