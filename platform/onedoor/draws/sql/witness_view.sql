CREATE OR REPLACE FUNCTION witness_view(the_token text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object(
  'who', i.who, 'draw_id', d.id, 'number', d.number, 'title', d.title, 'line', d.line, 'seq', d.seq,
  'lead', b.name, 'state', d.state, 'watchable', d.watchable, 'expired', i.expires_at <= public.onedoor_now(),
  'expires_at', i.expires_at, 'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'proof_digest', d.proof_digest, 'text', t.text, 'position', t.position,
  'until', (SELECT max(c.until) FROM public.draw_countdown c
             WHERE c.draw_id = d.id
               AND c.stage = CASE d.state WHEN 'open' THEN 'texts' WHEN 'closed' THEN 'reveals' END),
  'beacon', d.beacon, 'due', d.reveals_due,
  'head', (SELECT jsonb_build_object('n', r.n, 'own', r.own, 'time', r.time)
             FROM public.draw_register r ORDER BY r.n DESC LIMIT 1))
  FROM public.witness_invitation i
  JOIN public.draw d ON d.id = i.draw_id
  JOIN public.bureau b ON b.id = d.tenant_id
  LEFT JOIN public.witness_text t ON t.invitation_id = i.id
 WHERE i.token_digest = encode(sha256(convert_to(the_token, 'UTF8')), 'hex')
$body$;
