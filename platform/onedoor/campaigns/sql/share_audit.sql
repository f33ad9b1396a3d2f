CREATE OR REPLACE FUNCTION share_audit(entry uuid, bureaus uuid[]) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH copied AS (
  INSERT INTO public.audit_entry (tenant_id, at, actor_id, actor_name, bureau_name, role, origin, request,
                                  event, subject_kind, subject_id, subject_name, after)
  SELECT b.id, e.at, e.actor_id, e.actor_name, e.bureau_name, e.role, 'together', e.request,
         e.event, e.subject_kind, e.subject_id, e.subject_name, jsonb_build_object('entry', e.id)
    FROM public.audit_entry e, public.bureau b
   WHERE e.id = share_audit.entry AND e.tenant_id = __me__ AND e.sequence IS NULL
     AND b.id = ANY (share_audit.bureaus) AND b.id <> e.tenant_id
     AND (EXISTS (SELECT FROM public.participation mine JOIN public.participation theirs USING (campaign_id)
                   WHERE mine.tenant_id = __me__ AND theirs.tenant_id = b.id)
          -- What is done at a draw reaches all who have to do with it: who commits, or holds closed lists, too.
          OR e.subject_kind = 'draw' AND EXISTS (
            SELECT FROM public.draw_party mine JOIN public.draw_party theirs USING (draw_id)
             WHERE mine.draw_id = e.subject_id AND mine.bureau_id = __me__ AND theirs.bureau_id = b.id)
          OR b.id IN (SELECT public.supervised_bureaus()))
  RETURNING 1)
SELECT count(*)::integer FROM copied
$body$;
