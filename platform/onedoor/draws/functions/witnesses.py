"""What an invited witness sees and says, without an account (R-D4)."""

from __future__ import annotations

from onedoor.kernel.access import Function, P

WITNESS_VIEW = Function(
    "witness_view(the_token text)",
    "jsonb",
    """
    SELECT jsonb_build_object(
      'who', i.who, 'draw_id', d.id, 'number', d.number, 'title', d.title, 'line', d.line, 'seq', d.seq,
      'lead', b.name, 'state', d.state, 'watchable', d.watchable, 'expired', i.expires_at <= now(),
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
    """,
    (P,),
)

# The lock on the draw's row settles who was first, a last text or the closing.
WITNESS_SAY = Function(
    "witness_say(the_token text, the_text text)",
    "text",
    """
    DECLARE
      i public.witness_invitation;
      d public.draw;
      answer text;
    BEGIN
      SELECT * INTO i FROM public.witness_invitation
       WHERE token_digest = encode(sha256(convert_to(the_token, 'UTF8')), 'hex');
      IF NOT FOUND THEN
        RETURN 'unknown';
      END IF;
      SELECT * INTO d FROM public.draw WHERE id = i.draw_id FOR UPDATE;
      answer := CASE
        WHEN i.expires_at <= now() THEN 'expired'
        WHEN (SELECT count(*) FROM public.witness_attempt a WHERE a.invitation_id = i.id) >= 20 THEN 'too often'
        WHEN d.state = 'frozen' THEN 'early'
        WHEN d.state <> 'open' THEN 'closed'
        WHEN clock_timestamp() >= (SELECT max(c.until) FROM public.draw_countdown c
                                    WHERE c.draw_id = d.id AND c.stage = 'texts') THEN 'closed'
        WHEN EXISTS (SELECT 1 FROM public.witness_text t WHERE t.invitation_id = i.id) THEN 'spoken'
        WHEN the_text = '' OR char_length(the_text) > 200 OR the_text ~ E'[\\u0001-\\u001f\\u007f-\\u009f]'
             OR the_text IS NOT NFC NORMALIZED THEN 'unfit'
        ELSE 'taken' END;
      IF answer <> 'too often' THEN
        INSERT INTO public.witness_attempt (tenant_id, invitation_id, at, outcome)
        VALUES (i.tenant_id, i.id, now(), answer);
      END IF;
      IF answer = 'taken' THEN
        INSERT INTO public.witness_text (tenant_id, draw_id, invitation_id, position, who, text, at)
        SELECT i.tenant_id, d.id, i.id, count(*) + 1, i.who, the_text, now()
          FROM public.witness_text t WHERE t.draw_id = d.id;
      END IF;
      RETURN answer;
    END
    """,
    (P,),
    language="plpgsql",
    volatility="VOLATILE",
)
