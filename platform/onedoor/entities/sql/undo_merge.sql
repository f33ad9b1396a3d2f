-- A step goes back if what it made is still as the merge left it (by part, in the CASE); where both had one, mostly nothing
-- was done. A place stays that was listed since by a bureau whose library the merge did not touch.
CREATE OR REPLACE FUNCTION undo_merge(gone uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  m public.entity_merge;
  remaining bigint;
BEGIN
  SELECT * INTO m FROM public.entity_merge x WHERE x.gone_id = gone AND x.tenant_id = __me__
     AND x.undone_at IS NOT NULL AND x.xmin = pg_current_xact_id()::xid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'R-T4: no merge was taken back here';
  END IF;
  UPDATE public.merge_step s SET undone = CASE WHEN (CASE s.part
           WHEN 'target' THEN
             EXISTS (SELECT FROM public.target r WHERE r.id = s.made_id AND r.ended_on IS NULL)
             AND EXISTS (SELECT FROM public.target r WHERE r.id = s.part_id AND r.ended_reason = '重复登记')
             AND NOT EXISTS (
               SELECT FROM public.target r
                WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.ended_on IS NULL)
           WHEN 'recusal' THEN
             EXISTS (SELECT FROM public.recusal r WHERE r.id = s.made_id AND (r.until IS NULL OR r.until >= __today__))
           WHEN 'entity_tag' THEN
             EXISTS (SELECT FROM public.entity_tag r WHERE r.id = s.made_id)
           WHEN 'premises' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.premises r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)
             AND NOT EXISTS (
               SELECT FROM public.premises r WHERE r.entity_id = gone AND r.number = (s.said ->> 'number')::integer)
             AND NOT EXISTS (
               SELECT FROM public.licence r
                WHERE r.entity_id = m.survivor_id AND r.premises_number = (s.said ->> 'now')::integer
                  AND r.id NOT IN (
                    SELECT d.part_id FROM public.merge_step d
                     WHERE d.merge_id = m.id AND d.part = 'licence' AND d.how = 'moved'))
             AND NOT EXISTS (
               SELECT FROM public.target_matter r
                WHERE r.premises_id = s.part_id AND r.ended_on IS NULL
                  AND NOT EXISTS (
                    SELECT FROM public.merge_step d
                     WHERE d.merge_id = m.id AND d.part = 'target' AND d.tenant_id = r.tenant_id))
           WHEN 'licence' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.licence r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)
             AND NOT EXISTS (
               SELECT FROM public.licence r
                WHERE r.entity_id = gone AND r.kind = s.said ->> 'kind' AND r.number = s.said ->> 'number'
                  AND r.issued_by = (SELECT l.issued_by FROM public.licence l WHERE l.id = s.part_id))
           WHEN 'entity_contact' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.entity_contact r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id)
             AND NOT EXISTS (
               SELECT FROM public.entity_contact r WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id)
           WHEN 'target_risk' THEN
             (s.how = 'kept' OR EXISTS (SELECT FROM public.target_risk r WHERE r.id = s.made_id AND r.until IS NULL))
             AND NOT EXISTS (
               SELECT FROM public.target_risk r
                WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.until IS NULL)
           WHEN 'target_matter' THEN
             (s.how = 'kept'
              AND EXISTS (SELECT FROM public.target_matter r WHERE r.id = s.part_id AND r.ended_reason = '重复登记')
              OR s.how = 'moved'
              AND EXISTS (SELECT FROM public.target_matter r WHERE r.id = s.part_id AND r.entity_id = m.survivor_id))
             AND NOT EXISTS (
               SELECT FROM public.target_matter r
                WHERE r.entity_id = gone AND r.tenant_id = s.tenant_id AND r.ended_on IS NULL
                  AND r.premises_id IS NULL AND r.id <> s.part_id
                  AND (r.kind, r.name, r.number) = (
                    SELECT x.kind, x.name, x.number FROM public.target_matter x WHERE x.id = s.part_id))
           WHEN 'credit_class' THEN
             s.how = 'kept'
             OR EXISTS (SELECT FROM public.credit_class r WHERE r.id = s.made_id AND r.until IS NULL)
           WHEN 'correction' THEN
             s.how = 'kept'
             OR EXISTS (
               SELECT FROM public.correction r
                WHERE r.id = s.part_id AND r.entity_id = m.survivor_id AND r.state = 'sent')
           END) THEN 'back' ELSE 'left' END
   WHERE s.merge_id = m.id;
  UPDATE public.target r SET ended_on = __today__, ended_reason = '合并已撤回'
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'target' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.target r SET ended_on = NULL, ended_reason = NULL
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target' AND s.undone = 'back'
        AND s.how IN ('moved', 'kept');
  DELETE FROM public.recusal r USING public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'recusal'
      AND s.undone = 'back' AND s.how IN ('copied');
  DELETE FROM public.entity_tag r USING public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id
      AND s.part = 'entity_tag' AND s.undone = 'back' AND s.how IN ('copied');
  UPDATE public.premises r SET entity_id = gone, number = (s.said ->> 'number')::integer, updated_at = public.onedoor_now()
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'premises' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.licence r SET entity_id = gone, updated_at = public.onedoor_now(), premises_number = (
           SELECT q.number FROM public.premises q
            WHERE q.entity_id = gone AND q.number = (s.said ->> 'place')::integer)
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'licence' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.entity_contact r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id
      AND s.part = 'entity_contact' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.correction r SET entity_id = gone FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id
      AND s.part = 'correction' AND s.undone = 'back' AND s.how IN ('moved');
  UPDATE public.target_matter r SET entity_id = gone,
         premises_id = coalesce((s.said ->> 'premises')::uuid, r.premises_id)
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target_matter' AND s.undone = 'back'
        AND s.how IN ('moved');
  UPDATE public.target_matter r SET ended_on = NULL, ended_reason = NULL
    FROM public.merge_step s WHERE r.id = s.part_id AND s.merge_id = m.id AND s.part = 'target_matter' AND s.undone = 'back'
        AND s.how IN ('kept');
  UPDATE public.target_risk r SET until = public.onedoor_now()
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'target_risk' AND s.undone = 'back'
        AND s.how IN ('moved', 'replaced');
  UPDATE public.target_risk r SET until = NULL FROM public.merge_step s
   WHERE s.merge_id = m.id AND s.part = 'target_risk' AND s.undone = 'back' AND s.how IN ('moved', 'kept', 'replaced')
     AND (r.id = s.part_id OR s.how = 'replaced' AND r.id = (s.said ->> 'other')::uuid);
  UPDATE public.credit_class r SET until = __today__
    FROM public.merge_step s WHERE r.id = s.made_id AND s.merge_id = m.id AND s.part = 'credit_class' AND s.undone = 'back'
        AND s.how IN ('moved', 'replaced');
  UPDATE public.credit_class r SET until = NULL FROM public.merge_step s
   WHERE r.id = (s.said ->> 'other')::uuid AND s.merge_id = m.id AND s.part = 'credit_class' AND s.undone = 'back'
       AND s.how IN ('replaced');
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '',
      'registry.entity.unmerge',
         'entity', e.id, e.name, jsonb_build_object('apart', g.code, 'count', f.steps)
    FROM (SELECT s.tenant_id, count(*) AS steps FROM public.merge_step s
           WHERE s.merge_id = m.id AND s.tenant_id <> m.tenant_id AND s.undone = 'back' GROUP BY s.tenant_id) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  SELECT count(*) INTO remaining FROM public.merge_step s WHERE s.merge_id = m.id AND s.undone = 'left';
  RETURN remaining;
END
$body$;
