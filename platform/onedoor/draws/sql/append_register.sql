-- One lock for the deployment, held until commit, so that numbers, times and the chain follow each other.
CREATE OR REPLACE FUNCTION append_register(the_draw uuid, the_kind text, the_digest text) RETURNS public.draw_register
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  d public.draw;
  before public.draw_register;
  entry public.draw_register;
  seen text[];
  document bytea;
  spoken boolean;
  agreed jsonb;
  obstacle record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('onedoor.draw_register'));
  SELECT * INTO d FROM public.draw WHERE id = the_draw AND tenant_id = __me__;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'draw register: no such draw of this bureau' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF the_digest !~ '^[0-9a-f]{64}$' THEN
    RAISE EXCEPTION 'draw register: a digest is 64 hex digits';
  END IF;
  seen := ARRAY(SELECT r.kind FROM public.draw_register r
                 WHERE r.line = d.line AND r.seq = d.seq ORDER BY r.n);
  entry.time := public.register_time();
  spoken := entry.time COLLATE "C" >= d.beacon->>'time';
  agreed := public.beacon_agreed(d.id);
  IF the_kind = 'plan' THEN
    IF seen <> '{}' OR d.prev IS DISTINCT FROM
       (SELECT r.digest FROM public.draw_register r
         WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind IN ('proof', 'void'))
       OR EXISTS (SELECT 1 FROM public.draw_register r WHERE r.line = d.line AND r.seq > d.seq) THEN
      RAISE EXCEPTION 'draw register: plan out of order';
    END IF;
    IF NOT EXISTS (
      SELECT 1 FROM public.draw_commitment c
       WHERE c.draw_id = d.id AND c.tenant_id <> d.tenant_id
         AND (c.tenant_id IN (SELECT public.supervisors_of(d.tenant_id))
              OR NOT EXISTS (SELECT 1 FROM public.supervisors_of(d.tenant_id) s WHERE s <> d.tenant_id)))
    THEN
      RAISE EXCEPTION 'draw register: the supervisor has not opened this line';
    END IF;
    -- After a void draw a beacon speaks, or others commit and the supervisor says why: else whoever withheld chose.
    IF d.beacon IS NULL AND EXISTS (SELECT 1 FROM public.draw_register r
                WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind = 'void')
       AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                         AND c.tenant_id NOT IN (SELECT f.bureau_id FROM public.draw_committer f
                           JOIN public.draw b ON b.id = f.draw_id WHERE b.proof_digest = d.prev))
            OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                            AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL))
    THEN
      RAISE EXCEPTION 'draw register: after a void draw others commit, with the supervisor''s reason';
    END IF;
    SELECT o.what, o.number INTO obstacle FROM public.draw_obstacles(d.id) o LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING MESSAGE = 'draw register: above the line: ' || obstacle.what || ': ' || obstacle.number;
    END IF;
    -- The files of a closed draw are with the supervisor and one more, neither of whom has a list, and both signed for all.
    IF d.closed AND (
         (SELECT count(*) FROM public.draw_party h
           WHERE h.draw_id = d.id AND h.holds AND h.bureau_id <> d.tenant_id) < 2
         OR NOT EXISTS (
           SELECT 1 FROM public.draw_party h WHERE h.draw_id = d.id AND h.holds AND h.bureau_id <> d.tenant_id
              AND (h.bureau_id IN (SELECT public.supervisors_of(d.tenant_id))
                   OR NOT EXISTS (SELECT 1 FROM public.supervisors_of(d.tenant_id) s WHERE s <> d.tenant_id)))
         OR EXISTS (
           SELECT 1 FROM public.draw_party l
             JOIN public.draw_party h ON h.draw_id = l.draw_id AND h.holds
             LEFT JOIN public.draw_deposit e ON e.draw_id = l.draw_id AND e.tenant_id = l.bureau_id
            WHERE l.draw_id = d.id AND l.list_name IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM public.draw_receipt r WHERE r.draw_id = l.draw_id AND r.tenant_id = h.bureau_id
                 AND r.list_name = l.list_name AND r.digest = e.digest)))
    THEN
      RAISE EXCEPTION 'draw register: the closed pools are not with two holders who signed for them';
    END IF;
  ELSIF NOT (CASE the_kind
      WHEN 'texts' THEN seen = '{plan}'
      WHEN 'reveals' THEN d.beacon IS NOT NULL AND seen = '{plan,texts}' AND NOT spoken
      WHEN 'proof' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NOT NULL END
      -- With a beacon: it did not speak, the reveals were not here before it did, or nobody settled a day later what it said.
      WHEN 'void' THEN CASE WHEN d.beacon IS NULL THEN seen = '{plan,texts}'
        WHEN seen = '{plan,texts}' THEN spoken
        ELSE seen = '{plan,texts,reveals}' AND spoken AND agreed->>'value' IS NULL
             AND (agreed IS NOT NULL OR entry.time::timestamptz >= (d.beacon->>'time')::timestamptz + interval '24 hours') END
      WHEN 'log' THEN 'proof' = ANY (seen)
      ELSE false END) THEN
    RAISE EXCEPTION USING MESSAGE = 'draw register: out of order: ' || the_kind;
  END IF;
  SELECT * INTO before FROM public.draw_register ORDER BY n DESC LIMIT 1;
  entry.n := coalesce(before.n, 0) + 1;
  entry.prev := coalesce(before.own, repeat('0', 64));
  entry.line := d.line;
  entry.seq := d.seq;
  entry.kind := the_kind;
  entry.digest := the_digest;
  entry.draw_id := d.id;
  document := convert_to(
    '{"digest":"' || entry.digest || '","kind":"' || entry.kind || '","line":"' || entry.line
    || '","n":' || entry.n || ',"prev":"' || entry.prev || '","seq":' || entry.seq
    || ',"time":"' || entry.time || '"}', 'UTF8');
  entry.own := encode(sha256(int4send(20) || 'onedoor-draw/1/entry'::bytea
                             || int4send(octet_length(document)) || document), 'hex');
  INSERT INTO public.draw_register SELECT entry.*;
  RETURN entry;
END
$body$;
