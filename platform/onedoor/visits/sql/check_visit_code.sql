-- What anyone with the code may know (R-V2), as one document; the look is counted, and more than sixty
-- a minute from one place are held back.
CREATE OR REPLACE FUNCTION check_visit_code(asked text, who text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  v public.visit;
  -- What whoever scanned reads out to the officer (`enter_shown_number`); nobody signed in here is shown one.
  shown text := CASE WHEN left(who, 7) = 'inside:' THEN NULL
    ELSE lpad(mod(('x' || left(replace(gen_random_uuid()::text, '-', ''), 8))::bit(32)::bigint, 1000000)::text, 6, '0') END;
BEGIN
  SELECT * INTO v FROM public.visit WHERE code = asked;
  -- What nobody enters for has no code: whoever stands at a door with one has no business there (R-V3).
  IF NOT FOUND OR NOT coalesce((SELECT bool_or(coalesce(h.entry, a.entry)) FROM public.visit_matter a
      JOIN public.visit_party p ON p.visit_id = a.visit_id AND p.bureau_id = a.bureau_id AND p.deferred_reason IS NULL
      LEFT JOIN public.matter_method h ON h.matter_id = a.id WHERE a.visit_id = v.id), true) THEN
    RETURN NULL;
  END IF;
  IF (SELECT count(*) FROM public.code_check c
       WHERE c.visit_id = v.id AND c.origin = who AND c.at > public.onedoor_now() - interval '1 minute') >= 60 THEN
    RETURN '{"held_back": true}'::jsonb;
  END IF;
  INSERT INTO public.code_check (id, tenant_id, visit_id, at, origin, number)
  VALUES (gen_random_uuid(), v.tenant_id, v.id, public.onedoor_now(), who, shown);
  RETURN jsonb_build_object(
    'shown', shown, 'number', v.number, 'entity_name', v.entity_name, 'entity_code', v.entity_code,
    'address', v.entity_address, 'announced', v.announced, 'state', CASE WHEN EXISTS (
        SELECT FROM public.campaign c WHERE c.id = v.campaign_id AND c.state = 'cancelled')
      THEN 'cancelled' ELSE v.state END,
    'starts_on', v.starts_on, 'ends_on', v.ends_on,
    'on', GREATEST(v.scheduled_on, (SELECT max(p.postponed_to) FROM public.visit_part p WHERE p.visit_id = v.id)),
    'cancel_reason', v.cancel_reason, 'cancel_reason_said', v.cancel_reason_said, 'approved_at', v.approved_at,
    'lead', (SELECT b.name FROM public.bureau b WHERE b.id = v.tenant_id),
    'campaign', (SELECT c.name FROM public.campaign c WHERE c.id = v.campaign_id),
    'draw_number', (SELECT d.number FROM public.draw d WHERE d.id = v.draw_id),
    -- Who else comes on that day with a check of its own, so that the object opens its door once (R-J4).
    'together', (SELECT coalesce(jsonb_agg(b.name || '（' || o.number || '）' ORDER BY o.number), '[]'::jsonb)
      FROM public.visit_combination k JOIN public.visit_combination_answer a ON a.combination_id = k.id AND a.accepted
      JOIN public.visit o ON o.id = CASE WHEN k.visit_id = v.id THEN a.visit_id ELSE k.visit_id END
      JOIN public.bureau b ON b.id = o.tenant_id
     WHERE v.id IN (k.visit_id, a.visit_id) AND o.state <> 'cancelled' AND o.scheduled_on = v.scheduled_on),
    'kind', v.kind, 'source', v.source, 'exceptional', v.exceptional,
    -- What it refers to and was published; never the reason, in which somebody may be named (R-V9).
    'line', (SELECT l.name FROM public.visit_source s JOIN public.plan_line l ON l.id = s.line_id WHERE s.visit_id = v.id),
    'special', (SELECT s.special_number FROM public.visit_source s WHERE s.visit_id = v.id),
    'checks', (SELECT count(*) FROM public.code_check c WHERE c.visit_id = v.id),
    'parties', (SELECT jsonb_agg(jsonb_build_object(
        'bureau', p.bureau_name, 'deferred', p.deferred_reason,
        'submitted', EXISTS (SELECT FROM public.visit_part t WHERE t.visit_id = v.id
                              AND t.tenant_id = p.bureau_id AND t.submitted_at IS NOT NULL),
        'members', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', m.name, 'certificate', i.certificate_number, 'leader', m.leader,
            'expires_on', i.certificate_expires_on,
            'fit', i.status = 'active' AND i.certificate_expires_on >= __today__)
            ORDER BY m.slot), '[]'::jsonb)
          FROM public.visit_member m JOIN public.inspector i ON i.id = m.inspector_id
         WHERE m.visit_id = v.id AND m.bureau_id = p.bureau_id AND m.left_at IS NULL),
        -- Whose names an older notice has: they do not come any more (R-D6). Why is not for the door.
        'left', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', l.name, 'certificate', l.certificate_number, 'at', l.left_at,
            'comes', (SELECT n.name FROM public.visit_member n WHERE n.visit_id = v.id AND n.slot = l.slot
                       AND n.since >= l.left_at ORDER BY n.since LIMIT 1))
            ORDER BY l.left_at, l.slot), '[]'::jsonb)
          FROM public.visit_member l
         WHERE l.visit_id = v.id AND l.bureau_id = p.bureau_id AND l.left_at IS NOT NULL),
        'matters', (SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'basis', a.basis)
            ORDER BY a.position), '[]'::jsonb)
          FROM public.visit_matter a WHERE a.visit_id = v.id AND a.bureau_id = p.bureau_id)
        ) ORDER BY p.position) FROM public.visit_party p WHERE p.visit_id = v.id));
END
$body$;
