-- The lots of the firm that is visited, where the draw's lists are not public: its own line and no other (R-D8).
CREATE OR REPLACE FUNCTION visit_lots(asked text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_agg(jsonb_build_object('draw', l.draw_id, 'list', l.list_name, 'object', l.object_code,
                                    'lot', convert_from(l.content, 'UTF8')) ORDER BY l.list_name)
  FROM public.visit v JOIN public.draw_lot l ON l.draw_id = v.draw_id
      AND l.object_code = v.entity_code || coalesce(':' || v.place_number, '')
 WHERE v.code = asked
$body$;
