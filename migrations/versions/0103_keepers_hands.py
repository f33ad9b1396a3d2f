"""Somebody is registered, given the right code and merged by hand; others propose it; credentials' ends are told (R-T4, R-L7)."""

from __future__ import annotations

from alembic import op

from migrations import online

revision = "0103_keepers_hands"
down_revision = "0102_visits_to_come"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE correction ALTER COLUMN entity_id DROP NOT NULL",
    "ALTER TABLE correction ADD CONSTRAINT ck_correction_entity CHECK ((entity_id IS NULL) = (field = 'added')) NOT VALID",
    "ALTER TABLE correction VALIDATE CONSTRAINT ck_correction_entity",
    "ALTER TABLE bulk_run ADD COLUMN asked JSONB",
    r"""CREATE TABLE expert_notice (
	expert_id UUID NOT NULL,
	expires_on DATE NOT NULL,
	stage TEXT NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	tenant_id UUID NOT NULL,
	id UUID DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT pk_expert_notice PRIMARY KEY (id),
	CONSTRAINT uq_expert_notice_id_tenant_id UNIQUE (id, tenant_id),
	CONSTRAINT fk_expert_notice_expert_id_tenant_id FOREIGN KEY(expert_id, tenant_id) REFERENCES expert (id, tenant_id) ON DELETE CASCADE,
	CONSTRAINT ck_expert_notice_stage CHECK (stage IN ('90', '30', '7', 'expired', 'renewed')),
	CONSTRAINT uq_expert_notice_expert_id_expires_on_stage UNIQUE (expert_id, expires_on, stage),
	CONSTRAINT fk_expert_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_expert_notice_tenant_id ON expert_notice (tenant_id)",
    "ALTER TABLE expert_notice ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE expert_notice FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON expert_notice TO onedoor_definer",
    "GRANT SELECT ON expert_notice TO onedoor_bureau",
    "CREATE POLICY expert_notice_bureau_select_0 ON expert_notice FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON expert_notice TO onedoor_bureau",
    "CREATE POLICY expert_notice_bureau_insert_1 ON expert_notice FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "DROP POLICY entity_bureau_update_2 ON entity",
    "GRANT UPDATE (code) ON entity TO onedoor_bureau",
    "CREATE POLICY entity_bureau_update_2 ON entity FOR UPDATE TO onedoor_bureau USING (kind = ANY (ARRAY(SELECT my_entity_kinds()))) WITH CHECK (kind = ANY (ARRAY(SELECT my_entity_kinds())) OR kind = left(code, 2))",
    r"""CREATE OR REPLACE FUNCTION former_codes() RETURNS TABLE (code text, id uuid, at timestamptz) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT DISTINCT ON (c.before ->> 'code') c.before ->> 'code', c.entity_id, c.at
  FROM public.entity_change c
 WHERE what = 'changed' AND before ? 'code' AND NOT EXISTS (SELECT FROM public.entity e WHERE e.code = c.before ->> 'code')
 ORDER BY c.before ->> 'code', c.at DESC
$body$""",
    "GRANT EXECUTE ON FUNCTION former_codes() TO onedoor_bureau, onedoor_supervisor",
    "ALTER FUNCTION former_codes() OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION follow_code(asked uuid, former text, actor text) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  fresh text;
  moved bigint;
BEGIN
  SELECT e.code INTO fresh FROM public.entity e JOIN public.entity_change c ON c.entity_id = e.id
   WHERE e.id = asked AND c.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND c.at = now() AND c.what = 'changed'
     AND c.before ->> 'code' = former AND c.after ->> 'code' = e.code LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: no code was corrected here';
  END IF;
  WITH recused AS (
    UPDATE public.recusal r SET entity_code = fresh WHERE r.entity_code = former RETURNING r.tenant_id),
  waiting AS (
    UPDATE public.inspector_request r SET entity_code = fresh
     WHERE r.entity_code = former AND r.state = 'waiting' RETURNING r.tenant_id),
  touched AS (
    SELECT t.tenant_id, count(*) AS steps
      FROM (SELECT tenant_id FROM recused UNION ALL SELECT tenant_id FROM waiting) t GROUP BY t.tenant_id),
  told AS (
    INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
           subject_kind, subject_id, subject_name, before, after)
    SELECT gen_random_uuid(), f.tenant_id, now(), actor, b.name, 'onedoor_bureau', 'together', '',
           'registry.entity.code', 'entity', e.id, e.name, jsonb_build_object('code', former),
           jsonb_build_object('code', fresh, 'count', f.steps)
      FROM touched f, public.bureau b, public.entity e
     WHERE f.tenant_id <> nullif(current_setting('onedoor.tenant', true), '')::uuid AND b.id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND e.id = asked)
  SELECT coalesce(sum(f.steps), 0) INTO moved FROM touched f;
  RETURN moved;
END
$body$""",
    "GRANT EXECUTE ON FUNCTION follow_code(uuid, text, text) TO onedoor_bureau",
    "ALTER FUNCTION follow_code(uuid, text, text) OWNER TO onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION libraries_with(asked uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
SELECT count(DISTINCT t.tenant_id) FROM public.target t JOIN public.entity e ON e.id = t.entity_id
 WHERE t.entity_id = asked AND t.ended_on IS NULL AND e.kind = ANY (ARRAY(SELECT public.my_entity_kinds()))
$body$""",
    "GRANT EXECUTE ON FUNCTION libraries_with(uuid) TO onedoor_bureau",
    "ALTER FUNCTION libraries_with(uuid) OWNER TO onedoor_definer",
    "SET LOCAL ROLE onedoor_definer",
    r"""CREATE OR REPLACE FUNCTION codes_of_firm(asked text) RETURNS TABLE (code text, stands boolean) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
WITH RECURSIVE up AS (
  SELECT e.id FROM public.entity e WHERE e.code = asked
  UNION
  SELECT o.id FROM public.former_codes() o WHERE o.code = asked
  UNION
  SELECT m.survivor_id FROM public.entity_merge m JOIN up ON m.gone_id = up.id WHERE m.undone_at IS NULL),
top AS (
  SELECT u.id FROM up u
   WHERE NOT EXISTS (SELECT FROM public.entity_merge m WHERE m.gone_id = u.id AND m.undone_at IS NULL)),
family AS (
  SELECT t.id FROM top t
  UNION
  SELECT m.gone_id FROM public.entity_merge m JOIN family f ON m.survivor_id = f.id WHERE m.undone_at IS NULL),
named AS (SELECT e.code, e.id IN (SELECT t.id FROM top t) AS stands FROM family f JOIN public.entity e ON e.id = f.id
  UNION SELECT o.code, false FROM family f JOIN public.former_codes() o ON o.id = f.id)
SELECT n.code, n.stands FROM named n
 WHERE EXISTS (SELECT FROM named o JOIN public.disclosure d ON d.entity_code = o.code
                WHERE d.kind = 'result' AND d.since <= now() AND (d.until IS NULL OR d.until > now()))
$body$""",
    r"""CREATE OR REPLACE FUNCTION cap_totals(codes text[], in_year integer) RETURNS TABLE (entity_code text, doors bigint, counts bigint) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
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
  JOIN public.cap_entry c ON c.entity_code = k.code AND c.year = in_year GROUP BY k.asked
$body$""",
    r"""CREATE OR REPLACE FUNCTION follow_merge(gone uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  m public.entity_merge;
  stays uuid;
  listed bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     AND x.undone_at IS NULL AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: nothing was merged here';
  END IF;
  stays := m.survivor_id;

  WITH former AS (
    UPDATE public.target t SET ended_on = (now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '重复登记'
     WHERE t.entity_id = gone AND t.ended_on IS NULL RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
  fresh AS (
    INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
    SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, (now() AT TIME ZONE 'Asia/Shanghai')::date FROM former o
        ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
  found AS (
    SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
      FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
      LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target', f.id, f.made, CASE WHEN f.there THEN 'kept' ELSE 'moved' END, false, '{}'::jsonb
    FROM found f;
  GET DIAGNOSTICS listed = ROW_COUNT;
  WITH found AS (
    SELECT r.*, s.code AS stays_code, gen_random_uuid() AS made FROM public.recusal r
      JOIN public.entity g ON g.id = gone AND r.entity_code = g.code
      JOIN public.entity s ON s.id = stays
     WHERE (r.until IS NULL OR r.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date) AND NOT EXISTS (
       SELECT FROM public.recusal o WHERE o.inspector_id = r.inspector_id AND o.entity_code = s.code
          AND (o.until IS NULL OR o.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))),
  fresh AS (
    INSERT INTO public.recusal
      (id, tenant_id, inspector_id, entity_code, reason_code, reason, since, until, created_at)
    SELECT f.made, f.tenant_id, f.inspector_id, f.stays_code, f.reason_code, f.reason, f.since, f.until, now()
      FROM found f)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'recusal', f.id, f.made, 'copied', false, '{}'::jsonb
    FROM found f;
  WITH found AS (
    SELECT g.*, gen_random_uuid() AS made FROM public.entity_tag g
     WHERE g.entity_id = gone AND NOT EXISTS (
       SELECT FROM public.entity_tag o WHERE o.entity_id = stays AND o.tag_id = g.tag_id)),
  fresh AS (
    INSERT INTO public.entity_tag (id, tenant_id, tag_id, entity_id, shared, name, at)
    SELECT f.made, f.tenant_id, f.tag_id, stays, f.shared, f.name, now() FROM found f)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_tag', f.id, f.made, 'copied', f.shared, jsonb_build_object('name', f.name)
    FROM found f;
  WITH found AS (
    SELECT p.id, p.tenant_id, p.number, p.address, o.id AS made, o.number AS at_stays FROM public.premises p
      JOIN LATERAL (
        SELECT q.id, q.number FROM public.premises q
         WHERE q.entity_id = stays AND btrim(q.address) = btrim(p.address)
           AND (q.name = p.name OR '' IN (q.name, p.name)) AND (q.closed_on IS NULL OR p.closed_on IS NOT NULL)
         ORDER BY q.closed_on IS NOT NULL, q.number LIMIT 1) o ON true
     WHERE p.entity_id = gone)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'kept', true, jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
    FROM found f;
  WITH found AS (
    SELECT p.id, p.tenant_id, p.number, p.address, NULL::uuid AS made,
           row_number() OVER (ORDER BY p.number) + coalesce(greatest(
             (SELECT max(q.number) FROM public.premises q WHERE q.entity_id = stays),
             (SELECT max((b.before ->> 'number')::integer) FROM public.belonging_change b
               WHERE b.entity_id = stays AND b.part = 'premises' AND b.what = 'removed'),
             (SELECT max((s.said ->> CASE x.survivor_id WHEN stays THEN 'now' ELSE 'number' END)::integer)
                FROM public.merge_step s JOIN public.entity_merge x ON x.id = s.merge_id
               WHERE s.part = 'premises' AND stays IN (x.survivor_id, x.gone_id))), 0) AS at_stays
      FROM public.premises p
     WHERE p.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = p.id)),
  moved AS (
    UPDATE public.premises p SET entity_id = stays, number = f.at_stays, updated_at = now()
      FROM found f WHERE p.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'moved', true, jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.valid_to, o.id AS made FROM public.licence l
      JOIN public.licence o ON o.entity_id = stays AND o.kind = l.kind AND o.number = l.number
           AND o.issued_by = l.issued_by
     WHERE l.entity_id = gone)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'kept', true, jsonb_build_object('kind', f.kind, 'number', f.number, 'valid_to', f.valid_to)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.premises_number AS place, NULL::uuid AS made,
           (SELECT (s.said ->> 'now')::integer FROM public.merge_step s WHERE s.merge_id = m.id
               AND s.part = 'premises' AND (s.said ->> 'number')::integer = l.premises_number) AS at_stays
      FROM public.licence l
     WHERE l.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'licence' AND d.how = 'kept' AND d.part_id = l.id)),
  moved AS (
    UPDATE public.licence l SET entity_id = stays, premises_number = f.at_stays, updated_at = now()
      FROM found f WHERE l.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'moved', true, jsonb_build_object('kind', f.kind, 'number', f.number, 'place', f.place, 'now', f.at_stays)
    FROM found f;
  WITH found AS (
    SELECT c.id, c.tenant_id, o.id AS made FROM public.entity_contact c
      LEFT JOIN public.entity_contact o ON o.tenant_id = c.tenant_id AND o.entity_id = stays
     WHERE c.entity_id = gone),
  moved AS (
    UPDATE public.entity_contact c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_contact', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END, false, '{}'::jsonb
    FROM found f;
  WITH found AS (
    SELECT r.*, o.id AS other, o.level AS other_level, CASE WHEN o.id IS NULL THEN 'moved'
           WHEN r.by_hand AND NOT o.by_hand THEN 'replaced' ELSE 'kept' END AS how
      FROM public.target_risk r
      LEFT JOIN public.target_risk o ON o.tenant_id = r.tenant_id AND o.entity_id = stays AND o.until IS NULL
     WHERE r.entity_id = gone AND r.until IS NULL),
  named AS (
    SELECT f.id, f.tenant_id, f.how, f.level, f.other, f.other_level,
           CASE f.how WHEN 'kept' THEN f.other ELSE gen_random_uuid() END AS made FROM found f)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_risk', f.id, f.made, f.how, false, jsonb_build_object('level', f.level, 'other', f.other, 'other_level', f.other_level)
    FROM named f;
  UPDATE public.target_risk r SET until = now() FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk'
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  INSERT INTO public.target_risk
    (id, tenant_id, entity_id, level, score, factors, by_hand, reason, since, actor_name)
  SELECT s.made_id, r.tenant_id, stays, r.level, r.score, r.factors, r.by_hand, r.reason, now(), r.actor_name
    FROM public.merge_step s JOIN public.target_risk r ON r.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.how <> 'kept';
  WITH found AS (
    SELECT t.id, t.tenant_id, t.premises_id, d.made_id AS place, coalesce(nullif(p.name, ''), p.address) AS name, NULL::uuid AS made, o.id IS NULL
           AND row_number() OVER (PARTITION BY t.tenant_id, d.made_id ORDER BY t.listed_on, t.id) = 1 AS goes
      FROM public.target_matter t
      JOIN public.merge_step d ON d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = t.premises_id
      JOIN public.premises p ON p.id = d.made_id
      LEFT JOIN public.target_matter o ON o.tenant_id = t.tenant_id AND o.premises_id = d.made_id AND o.ended_on IS NULL
     WHERE t.entity_id = gone AND t.ended_on IS NULL),
  moved AS (
    UPDATE public.target_matter t
       SET (entity_id, premises_id) = (SELECT stays, f.place WHERE f.goes UNION ALL SELECT gone, f.premises_id WHERE NOT f.goes),
           ended_on = CASE WHEN NOT f.goes THEN (now() AT TIME ZONE 'Asia/Shanghai')::date END, ended_reason = CASE WHEN NOT f.goes THEN '重复登记' END
      FROM found f WHERE t.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.goes THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('name', f.name, 'premises', f.premises_id)
    FROM found f;
  WITH found AS (
    SELECT t.id, t.tenant_id, t.name, (
        SELECT o.id FROM public.target_matter o
         WHERE o.tenant_id = t.tenant_id AND o.entity_id = stays AND o.ended_on IS NULL
           AND (o.kind, o.name, o.number) = (t.kind, t.name, t.number) LIMIT 1) AS made
      FROM public.target_matter t
     WHERE t.entity_id = gone AND t.ended_on IS NULL AND t.premises_id IS NULL),
  moved AS (
    UPDATE public.target_matter t
       SET entity_id = CASE WHEN f.made IS NULL THEN stays ELSE t.entity_id END,
           ended_on = CASE WHEN f.made IS NULL THEN NULL ELSE (now() AT TIME ZONE 'Asia/Shanghai')::date END,
           ended_reason = CASE WHEN f.made IS NULL THEN NULL ELSE '重复登记' END
      FROM found f WHERE t.id = f.id)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('name', f.name)
    FROM found f;
  WITH found AS (
    SELECT c.*, o.id AS other, o.grade AS other_grade, CASE WHEN o.id IS NULL THEN 'moved'
           WHEN c.grade > o.grade THEN 'replaced' ELSE 'kept' END AS how
      FROM public.credit_class c
      LEFT JOIN public.credit_class o ON o.entity_id = stays AND o.until IS NULL
     WHERE c.entity_id = gone AND c.until IS NULL),
  named AS (
    SELECT f.id, f.tenant_id, f.how, f.grade, f.other, f.other_grade,
           CASE f.how WHEN 'kept' THEN f.other ELSE gen_random_uuid() END AS made FROM found f)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'credit_class', f.id, f.made, f.how, true, jsonb_build_object('grade', f.grade, 'other', f.other, 'other_grade', f.other_grade)
    FROM named f;
  UPDATE public.credit_class c SET until = (now() AT TIME ZONE 'Asia/Shanghai')::date FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how = 'replaced'
     AND c.id = (s.said ->> 'other')::uuid;
  INSERT INTO public.credit_class (id, tenant_id, entity_id, grade, facts, since)
  SELECT s.made_id, c.tenant_id, stays, c.grade, c.facts, (now() AT TIME ZONE 'Asia/Shanghai')::date
    FROM public.merge_step s JOIN public.credit_class c ON c.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how <> 'kept';
  WITH found AS (
    SELECT c.id, c.tenant_id, c.field, (
        SELECT o.id FROM public.correction o WHERE o.tenant_id = c.tenant_id AND o.entity_id = stays
           AND o.state = 'sent' AND o.field = c.field LIMIT 1) AS made
      FROM public.correction c WHERE c.entity_id = gone AND c.state = 'sent'
       AND c.field NOT IN ('status', 'code', 'kind', 'merge')),
  moved AS (
    UPDATE public.correction c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)

  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'correction', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('field', f.field)
    FROM found f;

  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '', 'registry.entity.merge',
         'entity', e.id, e.name, jsonb_build_object('merged', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND true GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  RETURN listed;
END
$body$""",
    r"""CREATE OR REPLACE FUNCTION undo_merge(gone uuid) RETURNS bigint LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  m public.entity_merge;
  remaining bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid
     AND x.undone_at IS NOT NULL AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: no merge was taken back here';
  END IF;
  UPDATE public.merge_step s SET undone = CASE WHEN (CASE s.part
           WHEN 'target' THEN EXISTS (SELECT FROM public.target r WHERE r.id = s.made_id AND r.ended_on IS NULL) AND EXISTS (SELECT FROM public.target r WHERE r.id = s.part_id AND r.ended_reason = '重复登记') AND NOT EXISTS (SELECT FROM public.target r WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.ended_on IS NULL)
           WHEN 'recusal' THEN EXISTS (SELECT FROM public.recusal r WHERE r.id = s.made_id AND (r.until IS NULL OR r.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
           WHEN 'entity_tag' THEN EXISTS (SELECT FROM public.entity_tag r WHERE r.id = s.made_id)
           WHEN 'premises' THEN s.how = 'kept' OR EXISTS (SELECT FROM public.premises r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id) AND NOT EXISTS (SELECT FROM public.premises r WHERE r.entity_id = gone AND r.number = (s.said ->> 'number')::integer) AND NOT EXISTS (SELECT FROM public.licence r WHERE r.entity_id = m.survivor_id AND r.premises_number = (s.said ->> 'now')::integer AND r.id NOT IN (SELECT d.part_id FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'licence' AND d.how = 'moved')) AND NOT EXISTS (SELECT FROM public.target_matter r WHERE r.premises_id = s.part_id AND r.ended_on IS NULL AND NOT EXISTS (SELECT FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'target' AND d.tenant_id = r.tenant_id))
           WHEN 'licence' THEN s.how = 'kept' OR EXISTS (SELECT FROM public.licence r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id) AND NOT EXISTS (SELECT FROM public.licence r WHERE r.entity_id = gone AND r.kind = s.said ->> 'kind' AND r.number = s.said ->> 'number' AND r.issued_by = (SELECT l.issued_by FROM public.licence l WHERE l.id = s.part_id))
           WHEN 'entity_contact' THEN s.how = 'kept' OR EXISTS (SELECT FROM public.entity_contact r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id) AND NOT EXISTS (SELECT FROM public.entity_contact r WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id)
           WHEN 'target_risk' THEN (s.how = 'kept' OR EXISTS (SELECT FROM public.target_risk r WHERE r.id = s.made_id AND r.until IS NULL)) AND NOT EXISTS (SELECT FROM public.target_risk r WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.until IS NULL)
           WHEN 'target_matter' THEN (s.how = 'kept' AND EXISTS (SELECT FROM public.target_matter r WHERE r.id = s.part_id AND r.ended_reason = '重复登记') OR s.how = 'moved' AND EXISTS (SELECT FROM public.target_matter r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)) AND NOT EXISTS (SELECT FROM public.target_matter r WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.ended_on IS NULL AND r.premises_id IS NULL AND r.id <> s.part_id AND (r.kind, r.name, r.number) = (SELECT x.kind, x.name, x.number FROM public.target_matter x WHERE x.id = s.part_id))
           WHEN 'credit_class' THEN s.how = 'kept' OR EXISTS (SELECT FROM public.credit_class r WHERE r.id = s.made_id AND r.until IS NULL)
           WHEN 'correction' THEN s.how = 'kept' OR EXISTS (SELECT FROM public.correction r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id AND r.state = 'sent')
           END) THEN 'back' ELSE 'left' END
   WHERE s.merge_id = m.id;
  UPDATE public.target r SET ended_on = (now() AT TIME ZONE 'Asia/Shanghai')::date, ended_reason = '合并已撤回'
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'target' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.target r SET ended_on = NULL, ended_reason = NULL
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target' AND s.undone = 'back' AND s.how IN ('moved', 'kept');
  DELETE FROM public.recusal r USING public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'recusal' AND s.undone = 'back' AND s.how IN ('copied');
  DELETE FROM public.entity_tag r USING public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'entity_tag' AND s.undone = 'back' AND s.how IN ('copied');
  UPDATE public.premises r SET entity_id = gone, number = (s.said ->> 'number')::integer, updated_at = now()
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'premises' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.licence r SET entity_id = gone, updated_at = now(), premises_number = (
           SELECT q.number FROM public.premises q
            WHERE q.entity_id = gone AND q.number = (s.said ->> 'place')::integer)
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'licence' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.entity_contact r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'entity_contact' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.correction r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'correction' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.target_matter r SET entity_id = gone,
         premises_id = coalesce((s.said ->> 'premises')::uuid, r.premises_id)
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target_matter' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.target_matter r SET ended_on = NULL, ended_reason = NULL
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target_matter' AND s.undone = 'back' AND s.how IN ('kept');
  UPDATE public.target_risk r SET until = now()
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'target_risk' AND s.undone = 'back' AND s.how IN ('moved', 'replaced');
  UPDATE public.target_risk r SET until = NULL FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.undone = 'back' AND s.how IN ('moved', 'kept', 'replaced')
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  UPDATE public.credit_class r SET until = (now() AT TIME ZONE 'Asia/Shanghai')::date
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'credit_class' AND s.undone = 'back' AND s.how IN ('moved', 'replaced');
  UPDATE public.credit_class r SET until = NULL FROM public.merge_step s
   WHERE r.id = (s.said ->> 'other')::uuid AND s.merge_id = m.id AND s.part = 'credit_class' AND s.undone = 'back' AND s.how IN ('replaced');

  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '', 'registry.entity.unmerge',
         'entity', e.id, e.name, jsonb_build_object('apart', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND s.undone = 'back' GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  SELECT count(*) INTO remaining FROM public.merge_step s WHERE s.merge_id = m.id AND s.undone = 'left';
  RETURN remaining;
END
$body$""",
    "RESET ROLE",
)


def upgrade() -> None:
    """Make the index beside the traffic, then apply the rest."""
    online.index(
        "ix_entity_change_code", "entity_change (entity_id) WHERE what = 'changed' AND before ? 'code'"
    )
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
