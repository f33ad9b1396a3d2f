-- A bureau's own targets alone; returns how many were at an entity that is gone.
-- Taking a merge back lists the bureau's entity again: once, however often it was listed.
CREATE OR REPLACE FUNCTION follow_listing() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  m public.entity_merge;
  gone uuid;
  stays uuid;
  listed bigint;
  moved bigint := 0;
BEGIN
  LOOP
    SELECT x.* INTO m FROM public.entity_merge x, public.target t WHERE x.undone_at IS NULL AND t.entity_id = x.gone_id
        AND t.tenant_id = __me__ AND t.ended_on IS NULL LIMIT 1;
    EXIT WHEN NOT FOUND;
    gone := m.gone_id;
    stays := m.survivor_id;
    moved := moved + 1;
  WITH former AS (
    UPDATE public.target t SET ended_on = __today__, ended_reason = '重复登记'
     WHERE t.entity_id = gone AND t.ended_on IS NULL AND t.tenant_id = __me__
         RETURNING t.id, t.tenant_id, t.rule_id, t.unit_id),
  fresh AS (
    INSERT INTO public.target (id, tenant_id, entity_id, rule_id, unit_id, listed_on)
    SELECT gen_random_uuid(), o.tenant_id, stays, o.rule_id, o.unit_id, __today__ FROM former o
        ON CONFLICT (tenant_id, entity_id) WHERE ended_on IS NULL DO NOTHING RETURNING id, tenant_id),
  found AS (
    SELECT o.id, o.tenant_id, coalesce(n.id, t.id) AS made, n.id IS NULL AS there
      FROM former o LEFT JOIN fresh n ON n.tenant_id = o.tenant_id
      LEFT JOIN public.target t ON t.tenant_id = o.tenant_id AND t.entity_id = stays AND t.ended_on IS NULL
          WHERE NOT EXISTS (SELECT FROM public.merge_step d WHERE d.merge_id = m.id AND d.part = 'target'
          AND d.tenant_id = o.tenant_id))
  INSERT INTO public.merge_step (id, tenant_id, merge_id, merged_by, part, part_id, made_id, how, shared, said)
  SELECT gen_random_uuid(), f.tenant_id, m.id, m.tenant_id, 'target', f.id, f.made, CASE WHEN f.there THEN 'kept'
      ELSE 'moved' END, false, '{}'::jsonb
    FROM found f;
  GET DIAGNOSTICS listed = ROW_COUNT;
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_id, subject_name, after)
  SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), m.actor_name, b.name, 'onedoor_bureau', 'together', '',
      'registry.entity.merge',
         'entity', e.id, e.name, jsonb_build_object('merged', g.code, 'count', f.steps)
    FROM (SELECT __me__ AS tenant_id, 1 AS steps) f,
         public.bureau b, public.entity e, public.entity g
   WHERE b.id = m.tenant_id AND e.id = m.survivor_id AND g.id = gone;
  END LOOP;
  RETURN moved;
END
$body$;
