-- In how many frozen pools of draws that are not drawn yet one of these numbers stands, itself or with a place: whoever
-- gives a provisional number up waits (R-T4). To who gave one of them alone.
CREATE OR REPLACE FUNCTION frozen_pools_with(numbers text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT count(*) FROM public.draw_deposit_file f JOIN public.draw d ON d.id = f.draw_id
 WHERE d.state IN ('frozen', 'open', 'closed')
   AND EXISTS (SELECT FROM public.provisional_number p WHERE p.tenant_id = __me__ AND p.number = ANY (numbers))
   AND EXISTS (
       SELECT FROM unnest(numbers) AS n (code)
        WHERE position(convert_to(E'\n' || n.code || E'\t', 'UTF8') IN f.pool) > 0
           OR position(convert_to(E'\n' || n.code || ':', 'UTF8') IN f.pool) > 0)
$body$;
