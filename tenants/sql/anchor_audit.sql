CREATE OR REPLACE FUNCTION anchor_audit(day date) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
WITH made AS (
  INSERT INTO public.audit_anchor (tenant_id, bureau_id, day, sequence, digest, made_at)
  SELECT holder.id, c.tenant_id, anchor_audit.day, c.sequence, c.digest, (public.onedoor_now() + (clock_timestamp() - now()))
    FROM public.audit_chain c, LATERAL public.supervisors_of(c.tenant_id) AS holder (id)
   WHERE c.sequence > 0
      ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*)::integer FROM made
$body$;
