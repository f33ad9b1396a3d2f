-- What hangs on the entity that is merged away follows it, part by part, and each step is kept in merge_step: 'moved' and
-- 'copied' make or change a row, 'kept' says that the survivor has one already, 'replaced' that the survivor's gives way.
-- At the same address under the same name, or one of them under none, it is the same place; a number is never given twice
-- (`highest_number`). What somebody set by hand stands before what was computed; nobody's class grows better by being
-- there twice. A place takes along what lists it; of one that the survivor had, that one is listed instead, once. That one
-- of the two has ceased, or is another by its code, says nothing of the other: what was proposed of that is answered
-- where it stands.
CREATE OR REPLACE FUNCTION follow_merge(gone uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  m public.entity_merge;
  stays uuid;
  listed bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = __me__
     AND x.undone_at IS NULL AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: nothing was merged here';
  END IF;
  stays := m.survivor_id;
  WITH former AS (
    UPDATE public.target t SET ended_on = __today__, ended_reason = '重复登记'
     WHERE t.entity_id = gone AND t.ended_on IS NULL RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
  fresh AS (
    INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
    SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, __today__ FROM former o
        ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
  found AS (
    SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
      FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
      LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target', f.id, f.made, CASE WHEN f.there THEN 'kept'
      ELSE 'moved' END, false, '{}'::jsonb
    FROM found f;
  GET DIAGNOSTICS listed = ROW_COUNT;
  WITH found AS (
    SELECT r.*, s.code AS stays_code, gen_random_uuid() AS made FROM public.recusal r
      JOIN public.entity g ON g.id = gone AND r.entity_code = g.code
      JOIN public.entity s ON s.id = stays
     WHERE (r.until IS NULL OR r.until >= __today__) AND NOT EXISTS (
       SELECT FROM public.recusal o WHERE o.inspector_id = r.inspector_id AND o.entity_code = s.code
          AND (o.until IS NULL OR o.until >= __today__))),
  fresh AS (
    INSERT INTO public.recusal
      (id, tenant_id, inspector_id, entity_code, reason_code, reason, since, until, created_at)
    SELECT f.made, f.tenant_id, f.inspector_id, f.stays_code, f.reason_code, f.reason, f.since, f.until, public.onedoor_now()
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
    SELECT f.made, f.tenant_id, f.tag_id, stays, f.shared, f.name, public.onedoor_now() FROM found f)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_tag', f.id, f.made, 'copied', f.shared,
      jsonb_build_object('name', f.name)
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'kept', true,
      jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
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
     WHERE p.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id
         AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = p.id)),
  moved AS (
    UPDATE public.premises p SET entity_id = stays, number = f.at_stays, updated_at = public.onedoor_now()
      FROM found f WHERE p.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'premises', f.id, f.made, 'moved', true,
      jsonb_build_object('number', f.number, 'now', f.at_stays, 'address', f.address)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.valid_to, o.id AS made FROM public.licence l
      JOIN public.licence o ON o.entity_id = stays AND o.kind = l.kind AND o.number = l.number
           AND o.issued_by = l.issued_by
     WHERE l.entity_id = gone)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'kept', true, jsonb_build_object('kind',
      f.kind, 'number', f.number, 'valid_to', f.valid_to)
    FROM found f;
  WITH found AS (
    SELECT l.id, l.tenant_id, l.kind, l.number, l.premises_number AS place, NULL::uuid AS made,
           (SELECT (s.said ->> 'now')::integer FROM public.merge_step s WHERE s.merge_id = m.id
               AND s.part = 'premises' AND (s.said ->> 'number')::integer = l.premises_number) AS at_stays
      FROM public.licence l
     WHERE l.entity_id = gone AND NOT EXISTS (SELECT 1 FROM public.merge_step d WHERE d.merge_id = m.id
         AND d.part = 'licence' AND d.how = 'kept' AND d.part_id = l.id)),
  moved AS (
    UPDATE public.licence l SET entity_id = stays, premises_number = f.at_stays, updated_at = public.onedoor_now()
      FROM found f WHERE l.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'licence', f.id, f.made, 'moved', true,
      jsonb_build_object('kind', f.kind, 'number', f.number, 'place', f.place, 'now', f.at_stays)
    FROM found f;
  WITH found AS (
    SELECT c.id, c.tenant_id, o.id AS made FROM public.entity_contact c
      LEFT JOIN public.entity_contact o ON o.tenant_id = c.tenant_id AND o.entity_id = stays
     WHERE c.entity_id = gone),
  moved AS (
    UPDATE public.entity_contact c SET entity_id = stays FROM found f WHERE c.id = f.id AND f.made IS NULL)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'entity_contact', f.id, f.made, CASE WHEN f.made IS NULL
      THEN 'moved' ELSE 'kept' END, false, '{}'::jsonb
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_risk', f.id, f.made, f.how, false,
      jsonb_build_object('level', f.level, 'other', f.other, 'other_level', f.other_level)
    FROM named f;
  UPDATE public.target_risk r SET until = public.onedoor_now() FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk'
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  INSERT INTO public.target_risk
    (id, tenant_id, entity_id, level, score, factors, by_hand, reason, since, actor_name)
  SELECT s.made_id, r.tenant_id, stays, r.level, r.score, r.factors, r.by_hand, r.reason, public.onedoor_now(), r.actor_name
    FROM public.merge_step s JOIN public.target_risk r ON r.id = s.part_id
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.how <> 'kept';
  WITH found AS (
    SELECT t.id, t.tenant_id, t.premises_id, d.made_id AS place, coalesce(nullif(p.name, ''), p.address) AS name,
        NULL::uuid AS made, o.id IS NULL
           AND row_number() OVER (PARTITION BY t.tenant_id, d.made_id ORDER BY t.listed_on, t.id) = 1 AS goes
      FROM public.target_matter t
      JOIN public.merge_step d ON d.merge_id = m.id AND d.part = 'premises' AND d.how = 'kept' AND d.part_id = t.premises_id
      JOIN public.premises p ON p.id = d.made_id
      LEFT JOIN public.target_matter o ON o.tenant_id = t.tenant_id AND o.premises_id = d.made_id AND o.ended_on IS NULL
     WHERE t.entity_id = gone AND t.ended_on IS NULL),
  moved AS (
    UPDATE public.target_matter t
       SET (entity_id, premises_id) = (SELECT stays, f.place WHERE f.goes UNION ALL SELECT gone, f.premises_id
           WHERE NOT f.goes),
           ended_on = CASE WHEN NOT f.goes THEN __today__ END, ended_reason = CASE WHEN NOT f.goes THEN '重复登记' END
      FROM found f WHERE t.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.goes THEN 'moved'
      ELSE 'kept' END, false, jsonb_build_object('name', f.name, 'premises', f.premises_id)
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
           ended_on = CASE WHEN f.made IS NULL THEN NULL ELSE __today__ END,
           ended_reason = CASE WHEN f.made IS NULL THEN NULL ELSE '重复登记' END
      FROM found f WHERE t.id = f.id)
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target_matter', f.id, f.made, CASE WHEN f.made IS NULL
      THEN 'moved' ELSE 'kept' END, false, jsonb_build_object('name', f.name)
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'credit_class', f.id, f.made, f.how, true,
      jsonb_build_object('grade', f.grade, 'other', f.other, 'other_grade', f.other_grade)
    FROM named f;
  UPDATE public.credit_class c SET until = __today__ FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'credit_class' AND s.how = 'replaced'
     AND c.id = (s.said ->> 'other')::uuid;
  INSERT INTO public.credit_class (id, tenant_id, entity_id, grade, facts, since)
  SELECT s.made_id, c.tenant_id, stays, c.grade, c.facts, __today__
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
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'correction', f.id, f.made, CASE WHEN f.made IS NULL THEN 'moved'
      ELSE 'kept' END, false, jsonb_build_object('field', f.field)
    FROM found f;
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '',
      'registry.entity.merge',
         'entity', e.id, e.name, jsonb_build_object('merged', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND true GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  RETURN listed;
END
$body$;
