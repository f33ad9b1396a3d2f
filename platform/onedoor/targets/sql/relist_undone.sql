-- Whoever took a target out in words of their own, or before the load, meant it; those stay out.
-- Targets, and what was listed with them, that left for a state which was none (`mistaken`): the reason they left for, and
-- since when.
CREATE OR REPLACE FUNCTION relist_undone(load uuid) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH mistaken AS (
  SELECT u.entity_id, s.reason, (min(c.at) AT TIME ZONE 'Asia/Shanghai')::date AS since
    FROM public.entity_change u
    JOIN public.entity_change c ON c.import_id = u.import_id AND c.entity_id = u.entity_id
         AND c.what = 'changed' AND c.source <> 'undo'
    JOIN (VALUES ('moved', '已迁出'), ('deregistered', '已注销'), ('revoked', '已吊销')) AS s (status,
        reason) ON s.status = u.before ->> 'status'
   WHERE u.import_id = load AND u.tenant_id = __me__ AND u.what = 'changed' AND u.source = 'undo'
     AND u.xmin = pg_current_xact_id()::xid AND u.after ->> 'status' IN ('active', 'suspended')
   GROUP BY u.entity_id, s.reason),
latest AS (
  SELECT DISTINCT ON (t.tenant_id, t.entity_id) t.id, t.tenant_id, t.entity_id, w.reason, w.since
    FROM public.target t JOIN mistaken w ON w.entity_id = t.entity_id
   WHERE t.ended_on >= w.since AND t.ended_reason = w.reason AND NOT EXISTS (
     SELECT FROM public.target o
      WHERE o.tenant_id = t.tenant_id AND o.entity_id = t.entity_id AND o.ended_on IS NULL)
   ORDER BY t.tenant_id, t.entity_id, t.ended_on DESC, t.listed_on DESC, t.id DESC),
back AS (
  UPDATE public.target t SET ended_on = NULL, ended_reason = NULL FROM latest l WHERE t.id = l.id
  RETURNING t.tenant_id),
matters AS (
  UPDATE public.target_matter x SET ended_on = NULL, ended_reason = NULL FROM latest l
   WHERE x.tenant_id = l.tenant_id AND x.entity_id = l.entity_id
     AND x.ended_on >= l.since AND x.ended_reason = l.reason),
counted AS (SELECT b.tenant_id, count(*) AS targets FROM back b GROUP BY b.tenant_id),
noted AS (
  INSERT INTO public.library_update
    (id, tenant_id, library, at, actor_name, added, ended, total, note, note_said)
  SELECT gen_random_uuid(), n.tenant_id, 'targets', public.onedoor_now(),
         CASE WHEN n.tenant_id = i.tenant_id THEN i.undone_by ELSE b.name || ' ' || i.undone_by END,
         n.targets, 0, n.targets + (SELECT count(*) FROM public.target o
           WHERE o.tenant_id = n.tenant_id AND o.ended_on IS NULL),
         '登记部门撤销了一次导入，因此移出的恢复在库', jsonb_build_object('say', '登记部门撤销了一次导入，因此移出的恢复在库', 'with', '{}'::jsonb)
    FROM counted n, public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id),
logged AS (
  INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
         subject_kind, subject_name, after)
  SELECT gen_random_uuid(), n.tenant_id, public.onedoor_now(), i.undone_by, b.name, 'onedoor_bureau', 'together', '',
         'registry.targets.relist', 'target_library', '登记部门撤销了一次导入，因此移出的恢复在库', jsonb_build_object('count', n.targets)
    FROM counted n, public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id)
SELECT coalesce(sum(n.targets), 0)::bigint FROM counted n
$body$;
