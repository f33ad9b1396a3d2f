-- Whether the lists of a draw have an entity in common with those of the same lead's other draws of twelve months, and with
-- every one that goes on or was void: by credit code, whatever the unit, former numbers followed. One at a time for a lead, until
-- commit, so that of two lists frozen at once the later one sees the earlier.
CREATE OR REPLACE FUNCTION compare_pools(the_draw uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  d public.draw;
  own public.draw_deposit;
BEGIN
  SELECT * INTO d FROM public.draw WHERE id = the_draw AND (tenant_id = __me__ OR EXISTS (
    SELECT 1 FROM public.draw_party p WHERE p.draw_id = the_draw AND p.bureau_id = __me__));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'draw comparison: no such draw of this bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('onedoor.draw_comparison'), hashtext(d.tenant_id::text));
  FOR own IN SELECT * FROM public.draw_deposit e WHERE e.draw_id = d.id LOOP
    CONTINUE WHEN NOT EXISTS (SELECT 1 FROM public.uncompared_deposits(d.id) u WHERE u.own_id = own.id);
    INSERT INTO public.draw_comparison (tenant_id, draw_id, deposit_id, other_draw_id, other_id, meets, compared_at)
    WITH renamed AS MATERIALIZED (SELECT r.code, r.stands FROM public.renamed_codes() r),
    ours AS MATERIALIZED (
      SELECT DISTINCT coalesce(r.stands, c.code) AS code
        FROM (SELECT public.pool_codes(f.pool) AS code FROM public.draw_deposit_file f
               WHERE f.draw_id = d.id AND f.tenant_id = own.tenant_id) c
        LEFT JOIN renamed r ON r.code = c.code)
    SELECT d.tenant_id, d.id, own.id, u.other_draw_id, u.other_id, EXISTS (
             SELECT 1 FROM (SELECT public.pool_codes(f.pool) AS code) c LEFT JOIN renamed r ON r.code = c.code
              WHERE coalesce(r.stands, c.code) IN (SELECT o.code FROM ours o)), public.onedoor_now()
      FROM public.uncompared_deposits(d.id) u
      JOIN public.draw_deposit e ON e.id = u.other_id
      JOIN public.draw_deposit_file f ON f.draw_id = e.draw_id AND f.tenant_id = e.tenant_id
     WHERE u.own_id = own.id;
  END LOOP;
END
$body$;
