-- For whoever sees the board, and nobody else; a countdown that its stage has left behind is none.
CREATE OR REPLACE FUNCTION draw_moment(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object(
  'until', (SELECT max(c.until) FROM public.draw_countdown c
             WHERE c.draw_id = d.id
               AND c.stage = CASE d.state WHEN 'open' THEN 'texts' WHEN 'closed' THEN 'reveals' END),
  'progress', (SELECT jsonb_build_object('done', p.done, 'total', p.total, 'note', p.note, 'found', p.found,
                        'interrupted', j.lease_until < now())
                 FROM public.job j LEFT JOIN public.job_progress p ON p.job_id = j.id AND p.attempt = j.attempt
                WHERE j.subject_id = d.id AND j.name = 'campaigns.run_draw' AND j.state = 'running'
                ORDER BY j.created_at DESC LIMIT 1))
  FROM public.draw d
 WHERE d.id = the_draw AND public.draw_board(d.id) IS NOT NULL
$body$;
