-- The lock on the draw's row settles who was first, a last text or the closing.
CREATE OR REPLACE FUNCTION witness_say(the_token text, the_text text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
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
    WHEN i.expires_at <= public.onedoor_now() THEN 'expired'
    WHEN (SELECT count(*) FROM public.witness_attempt a WHERE a.invitation_id = i.id) >= 20 THEN 'too often'
    WHEN d.state = 'frozen' THEN 'early'
    WHEN d.state <> 'open' THEN 'closed'
    WHEN (public.onedoor_now() + (clock_timestamp() - now())) >= (SELECT max(c.until) FROM public.draw_countdown c
                                WHERE c.draw_id = d.id AND c.stage = 'texts') THEN 'closed'
    WHEN EXISTS (SELECT 1 FROM public.witness_text t WHERE t.invitation_id = i.id) THEN 'spoken'
    WHEN the_text = '' OR char_length(the_text) > 200 OR the_text ~ E'[\u0001-\u001f\u007f-\u009f]'
         OR the_text IS NOT NFC NORMALIZED THEN 'unfit'
    ELSE 'taken' END;
  IF answer <> 'too often' THEN
    INSERT INTO public.witness_attempt (tenant_id, invitation_id, at, outcome)
    VALUES (i.tenant_id, i.id, public.onedoor_now(), answer);
  END IF;
  IF answer = 'taken' THEN
    INSERT INTO public.witness_text (tenant_id, draw_id, invitation_id, position, who, text, at)
    SELECT i.tenant_id, d.id, i.id, count(*) + 1, i.who, the_text, public.onedoor_now()
      FROM public.witness_text t WHERE t.draw_id = d.id;
  END IF;
  RETURN answer;
END
$body$;
