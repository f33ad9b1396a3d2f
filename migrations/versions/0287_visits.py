"""One door of visits that went together (R-J4, R-P6); what a notice says of hour, person and papers (R-V1); a scan is shown by a number
read out (R-V2); a drawn officer is replaced by their own bureau (R-D6)."""

from __future__ import annotations

from migrations.online import run

revision = "0287_visits"
down_revision = "0286_officers"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE cap_entry ADD COLUMN door_id UUID""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""DROP FUNCTION cap_totals(text[], integer)""",
    r"""RESET ROLE""",
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
SELECT k.asked, count(DISTINCT coalesce(c.door_id, c.visit_id)), count(*) FROM known k
  JOIN public.cap_entry c ON c.entity_code = k.code AND c.year = in_year AND c.entered GROUP BY k.asked
$body$""",
    r"""GRANT EXECUTE ON FUNCTION cap_totals(text[], integer) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION cap_totals(text[], integer) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION combined_door(asked uuid, on_day date) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE agreed (one, other) AS (
  SELECT c.visit_id, a.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  UNION ALL
  SELECT a.visit_id, c.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted),
together (id) AS (
  SELECT o.id FROM public.visit o WHERE o.id = asked AND (o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (o.party_ids))
  UNION SELECT g.other FROM together t JOIN agreed g ON g.one = t.id)
SELECT coalesce(e.door_id, e.visit_id) FROM together t
  JOIN public.visit_part p ON p.visit_id = t.id AND (p.begun_at AT TIME ZONE 'Asia/Shanghai')::date = on_day
  JOIN public.cap_entry e ON e.tenant_id = p.tenant_id AND e.visit_id = p.visit_id AND e.entered
 WHERE t.id <> asked ORDER BY p.begun_at, e.visit_id LIMIT 1
$body$""",
    r"""GRANT EXECUTE ON FUNCTION combined_door(uuid, date) TO onedoor_bureau""",
    r"""ALTER FUNCTION combined_door(uuid, date) OWNER TO onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION combined_bureaus(asked uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH RECURSIVE agreed (one, other) AS (
  SELECT c.visit_id, a.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted
  UNION ALL
  SELECT a.visit_id, c.visit_id FROM public.visit_combination c
    JOIN public.visit_combination_answer a ON a.combination_id = c.id AND a.accepted),
together (id) AS (
  SELECT o.id FROM public.visit o
   WHERE o.id = asked AND (o.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR nullif(current_setting('onedoor.tenant', true), '')::uuid = ANY (o.party_ids) OR o.tenant_id IN (SELECT public.supervised_bureaus()))
  UNION SELECT g.other FROM together t JOIN agreed g ON g.one = t.id),
doors (visit_id, tenant_id, door) AS (
  SELECT e.visit_id, e.tenant_id, coalesce(e.door_id, e.visit_id) FROM together t
    JOIN public.visit_part p ON p.visit_id = t.id
    JOIN public.cap_entry e ON e.tenant_id = p.tenant_id AND e.visit_id = p.visit_id AND e.entered)
SELECT array_agg(DISTINCT b.short_name ORDER BY b.short_name) FROM doors d
  JOIN doors mine ON mine.visit_id = asked AND mine.door = d.door AND d.visit_id <> asked
  JOIN public.bureau b ON b.id = d.tenant_id
$body$""",
    r"""GRANT EXECUTE ON FUNCTION combined_bureaus(uuid) TO onedoor_bureau, onedoor_supervisor""",
    r"""ALTER FUNCTION combined_bureaus(uuid) OWNER TO onedoor_definer""",
    r"""ALTER TABLE visit ADD COLUMN arrives_at TIME WITHOUT TIME ZONE""",
    r"""ALTER TABLE visit ADD COLUMN notice_contact TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit ADD COLUMN notice_phone TEXT DEFAULT '' NOT NULL""",
    r"""ALTER TABLE visit ADD COLUMN notice_papers TEXT[] DEFAULT '{}' NOT NULL""",
    r"""ALTER POLICY job_bureau_insert_1 ON job WITH CHECK (sender_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid OR name IN ('campaigns.freeze_list', 'campaigns.open_draw', 'campaigns.run_draw', 'campaigns.try_list', 'followups.note_answer', 'followups.note_transfer', 'notifications.notify', 'owed.defer_part', 'owed.note', 'owed.note_answer', 'owed.note_handover', 'owed.register', 'registry.suggest_listing', 'visits.note_beginning', 'visits.note_combination', 'visits.note_replacement', 'visits.replace_member', 'visits.schedule', 'visits.substitute')))""",
    r"""ALTER TABLE code_check ADD COLUMN number TEXT""",
    r"""REVOKE SELECT ON code_check FROM onedoor_bureau, onedoor_supervisor""",
    r"""GRANT SELECT (id, tenant_id, visit_id, at, origin) ON code_check TO onedoor_bureau""",
    r"""GRANT SELECT (id, tenant_id, visit_id, at, origin) ON code_check TO onedoor_supervisor""",
    r"""ALTER TABLE visit_part ADD COLUMN same_address BOOLEAN""",
    r"""ALTER TABLE record ADD COLUMN whole_witness TEXT DEFAULT '' NOT NULL""",
    r"""CREATE TABLE code_entry (
    visit_id UUID NOT NULL,
    check_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_code_entry PRIMARY KEY (id),
    CONSTRAINT fk_code_entry_party FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT uq_code_entry_tenant_id_check_id UNIQUE (tenant_id, check_id),
    CONSTRAINT fk_code_entry_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_code_entry_tenant_id ON code_entry (tenant_id)""",
    r"""CREATE INDEX ix_code_entry_visit ON code_entry (visit_id, at)""",
    r"""CREATE TABLE member_replacement (
    visit_id UUID NOT NULL,
    member_id UUID NOT NULL,
    bureau_id UUID NOT NULL,
    category TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    begun_by TEXT NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_member_replacement PRIMARY KEY (id),
    CONSTRAINT fk_member_replacement_party FOREIGN KEY(visit_id, tenant_id) REFERENCES visit_party (visit_id, bureau_id),
    CONSTRAINT ck_member_replacement_category CHECK (category IN ('recused', 'ill', 'certificate', 'other_duty', 'left', 'other', 'stays')),
    CONSTRAINT fk_member_replacement_bureau_id FOREIGN KEY(bureau_id) REFERENCES bureau (id),
    CONSTRAINT fk_member_replacement_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_member_replacement_bureau_id ON member_replacement (bureau_id)""",
    r"""CREATE INDEX ix_member_replacement_member ON member_replacement (member_id)""",
    r"""CREATE INDEX ix_member_replacement_tenant_id ON member_replacement (tenant_id)""",
    r"""SET LOCAL ROLE onedoor_definer""",
    r"""CREATE OR REPLACE FUNCTION check_visit_code(asked text, who text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v public.visit;
  -- What whoever scanned reads out to the officer (`enter_shown_number`); nobody signed in here is shown one.
  shown text := CASE WHEN left(who, 7) = 'inside:' THEN NULL
    ELSE lpad(mod(('x' || left(replace(gen_random_uuid()::text, '-', ''), 8))::bit(32)::bigint, 1000000)::text, 6, '0') END;
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
  INSERT INTO public.code_check (id, tenant_id, visit_id, at, origin, number)
  VALUES (gen_random_uuid(), v.tenant_id, v.id, public.onedoor_now(), who, shown);
  RETURN jsonb_build_object(
    'shown', shown, 'number', v.number, 'entity_name', v.entity_name, 'entity_code', v.entity_code,
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
    r"""RESET ROLE""",
    r"""CREATE OR REPLACE FUNCTION enter_shown_number(the_visit uuid, the_number text, who text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  found_check public.code_check;
BEGIN
  IF NOT EXISTS (SELECT FROM public.visit_party p WHERE p.visit_id = the_visit AND p.bureau_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('code entry ' || the_visit::text || nullif(current_setting('onedoor.tenant', true), '')::uuid::text, 0));
  IF (SELECT count(*) FROM public.code_entry e WHERE e.visit_id = the_visit AND e.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
       AND e.check_id IS NULL AND e.at > public.onedoor_now() - interval '10 minutes') >= 5 THEN
    RETURN 'held';
  END IF;
  SELECT * INTO found_check FROM public.code_check c
   WHERE c.visit_id = the_visit AND c.number = the_number AND c.at > public.onedoor_now() - interval '10 minutes'
     AND NOT EXISTS (SELECT FROM public.code_entry e WHERE e.check_id = c.id AND e.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)
   ORDER BY c.at DESC LIMIT 1;
  INSERT INTO public.code_entry (id, tenant_id, visit_id, check_id, at)
  VALUES (gen_random_uuid(), nullif(current_setting('onedoor.tenant', true), '')::uuid, the_visit, found_check.id, public.onedoor_now());
  IF found_check.id IS NULL THEN
    RETURN 'wrong';
  END IF;
  RETURN CASE WHEN found_check.origin = who THEN 'same' ELSE 'scanned' END;
END
$body$""",
    r"""GRANT EXECUTE ON FUNCTION enter_shown_number(uuid, text, text) TO onedoor_bureau""",
    r"""ALTER FUNCTION enter_shown_number(uuid, text, text) OWNER TO onedoor_definer""",
    r"""ALTER TABLE code_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON code_entry TO onedoor_definer""",
    r"""GRANT SELECT ON code_entry TO onedoor_bureau""",
    r"""GRANT SELECT ON code_entry TO onedoor_supervisor""",
    r"""CREATE POLICY code_entry_bureau_select_0 ON code_entry FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY code_entry_supervisor_select_1 ON code_entry FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER TABLE member_replacement ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON member_replacement TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON member_replacement TO onedoor_bureau""",
    r"""GRANT SELECT ON member_replacement TO onedoor_supervisor""",
    r"""CREATE POLICY member_replacement_bureau_select_0 ON member_replacement FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY member_replacement_bureau_insert_1 ON member_replacement FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY member_replacement_bureau_select_2 ON member_replacement FOR SELECT TO onedoor_bureau USING (EXISTS (SELECT FROM visit v WHERE v.id = visit_id))""",
    r"""CREATE POLICY member_replacement_supervisor_select_3 ON member_replacement FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    # R-D6: who sits in a drawn seat stays as drawn, by the database too
    r"""REVOKE UPDATE ON visit_member FROM onedoor_bureau""",
    r"""GRANT UPDATE (leader, left_at, left_reason) ON visit_member TO onedoor_bureau""",
    r"""ALTER POLICY visit_supervisor_select_3 ON visit USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR party_ids && ARRAY(SELECT supervised_bureaus()))""",
    r"""ALTER POLICY visit_party_supervisor_select_4 ON visit_party USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR bureau_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER POLICY visit_matter_supervisor_select_4 ON visit_matter USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR bureau_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
    r"""ALTER POLICY visit_member_supervisor_select_4 ON visit_member USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) OR bureau_id = ANY (ARRAY(SELECT supervised_bureaus())))""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
