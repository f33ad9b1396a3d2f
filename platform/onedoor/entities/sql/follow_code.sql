-- Right after the keeper's own correction, and of that alone: recusals in every bureau, with an entry in its log.
CREATE OR REPLACE FUNCTION follow_code(asked uuid, former text, actor text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  fresh text;
  moved bigint;
BEGIN
  SELECT e.code INTO fresh FROM public.entity e JOIN public.entity_change c ON c.entity_id = e.id
   WHERE e.id = asked AND c.tenant_id = __me__ AND c.at = public.onedoor_now() AND c.what = 'changed'
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
    SELECT gen_random_uuid(), f.tenant_id, public.onedoor_now(), actor, b.name, 'onedoor_bureau', 'together', '',
           'registry.entity.code', 'entity', e.id, e.name, jsonb_build_object('code', former),
           jsonb_build_object('code', fresh, 'count', f.steps)
      FROM touched f, public.bureau b, public.entity e
     WHERE f.tenant_id <> __me__ AND b.id = __me__ AND e.id = asked)
  SELECT coalesce(sum(f.steps), 0) INTO moved FROM touched f;
  RETURN moved;
END
$body$;
