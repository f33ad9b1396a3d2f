"""The room's definer functions: the register's one writer, and the public's few doors (access.md).

Texts of witnesses come in here by an invitation that expires; the hall's board goes out for those who
take part, and for everybody while the lead has opened it.
"""

from __future__ import annotations

from onedoor.kernel.access import ME, B, Function, P

MY_DRAWS = Function(
    "my_draws()",
    "SETOF uuid",
    f"SELECT p.draw_id FROM public.draw_party p WHERE p.bureau_id = {ME}",  # noqa: S608 - a constant
    (B,),
)

# The lead assembles roster and proof from what the parties deposited, and nobody else reads the files.
DRAW_FILES = Function(
    "draw_files(the_draw uuid)",
    "TABLE (list_name text, pool bytea, inspectors jsonb, recusals jsonb)",
    f"""
    SELECT p.list_name, f.pool, f.inspectors, f.recusals
      FROM public.draw d
      JOIN public.draw_party p ON p.draw_id = d.id AND p.list_name IS NOT NULL
      JOIN public.draw_deposit_file f ON f.draw_id = d.id AND f.tenant_id = p.bureau_id
     WHERE d.id = the_draw AND d.tenant_id = {ME}
       AND NOT EXISTS (SELECT 1 FROM public.draw_party q
                        WHERE q.draw_id = d.id AND q.list_name IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM public.draw_deposit e
                                           WHERE e.draw_id = d.id AND e.tenant_id = q.bureau_id))
     ORDER BY p.position
    """,  # noqa: S608 - a constant
    (B,),
)

# One lock for the deployment, held until commit, so that numbers, times and the chain follow each other.
APPEND_REGISTER = Function(
    "append_register(the_draw uuid, the_kind text, the_digest text)",
    "public.draw_register",
    f"""
    DECLARE
      d public.draw;
      before public.draw_register;
      entry public.draw_register;
      seen text[];
      document bytea;
    BEGIN
      PERFORM pg_advisory_xact_lock(hashtext('onedoor.draw_register'));
      SELECT * INTO d FROM public.draw WHERE id = the_draw AND tenant_id = {ME};
      IF NOT FOUND THEN
        RAISE EXCEPTION 'draw register: no such draw of this bureau' USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF the_digest !~ '^[0-9a-f]{{64}}$' THEN
        RAISE EXCEPTION 'draw register: a digest is 64 hex digits';
      END IF;
      seen := ARRAY(SELECT r.kind FROM public.draw_register r
                     WHERE r.line = d.line AND r.seq = d.seq ORDER BY r.n);
      IF the_kind = 'plan' THEN
        IF seen <> '{{}}' OR d.prev IS DISTINCT FROM
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
        -- After a void draw others commit, and the supervisor says why: else whoever withheld chose the result.
        IF EXISTS (SELECT 1 FROM public.draw_register r
                    WHERE r.line = d.line AND r.seq = d.seq - 1 AND r.kind = 'void')
           AND (NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                             AND c.tenant_id NOT IN (SELECT f.bureau_id FROM public.draw_committer f
                               JOIN public.draw b ON b.id = f.draw_id WHERE b.proof_digest = d.prev))
                OR NOT EXISTS (SELECT 1 FROM public.draw_commitment c WHERE c.draw_id = d.id
                                AND c.tenant_id <> d.tenant_id AND c.reason IS NOT NULL))
        THEN
          RAISE EXCEPTION 'draw register: after a void draw others commit, with the supervisor''s reason';
        END IF;
      ELSIF NOT (CASE the_kind
          WHEN 'texts' THEN seen = '{{plan}}'
          WHEN 'reveals' THEN seen = '{{plan,texts}}'
          WHEN 'proof' THEN seen IN ('{{plan,texts}}', '{{plan,texts,reveals}}')
          WHEN 'void' THEN seen IN ('{{plan,texts}}', '{{plan,texts,reveals}}')
          WHEN 'log' THEN 'proof' = ANY (seen)
          ELSE false END) THEN
        RAISE EXCEPTION USING MESSAGE = 'draw register: out of order: ' || the_kind;
      END IF;
      SELECT * INTO before FROM public.draw_register ORDER BY n DESC LIMIT 1;
      entry.n := coalesce(before.n, 0) + 1;
      entry.prev := coalesce(before.own, repeat('0', 64));
      entry.time := greatest(
        to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), before.time COLLATE "C");
      entry.line := d.line;
      entry.seq := d.seq;
      entry.kind := the_kind;
      entry.digest := the_digest;
      entry.draw_id := d.id;
      document := convert_to(
        '{{"digest":"' || entry.digest || '","kind":"' || entry.kind || '","line":"' || entry.line
        || '","n":' || entry.n || ',"prev":"' || entry.prev || '","seq":' || entry.seq
        || ',"time":"' || entry.time || '"}}', 'UTF8');
      entry.own := encode(sha256(int4send(20) || 'onedoor-draw/1/entry'::bytea
                                 || int4send(octet_length(document)) || document), 'hex');
      INSERT INTO public.draw_register SELECT entry.*;
      RETURN entry;
    END
    """,  # noqa: S608 - a constant
    (B,),
    language="plpgsql",
    volatility="VOLATILE",
)

PUBLIC_REGISTER = Function(
    "public_register(after bigint)",
    'TABLE (n bigint, prev text, "time" text, line text, seq integer, kind text, digest text, own text)',
    """
    SELECT r.n, r.prev, r.time, r.line, r.seq, r.kind, r.digest, r.own
      FROM public.draw_register r WHERE r.n > after ORDER BY r.n
    """,
    (B, P),
)

# All the hall shows, in one read; its hash tells watchers that something changed.
DRAW_BOARD = Function(
    "draw_board(the_draw uuid)",
    "jsonb",
    f"""
    SELECT jsonb_build_object(
      'id', d.id, 'line', d.line, 'seq', d.seq, 'number', d.number, 'title', d.title, 'reason', d.reason,
      'state', CASE WHEN d.state = 'closed' AND NOT EXISTS (
                 SELECT 1 FROM public.draw_committer c
                  WHERE c.draw_id = d.id AND NOT EXISTS (
                    SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name))
               THEN 'revealed' ELSE d.state END,
      'lead', (SELECT b.name FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
      'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
      'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest, 'proof_digest', d.proof_digest,
      'doors', d.doors, 'matters', d.matters, 'independent_doors', d.independent_doors::text,
      'lists', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
                 'bureau', p.bureau_name, 'list', p.list_name, 'deposited_at', e.deposited_at,
                 'digest', e.digest, 'root', e.root, 'n', e.n, 'reserve', e.reserve, 'strata', e.strata,
                 'statuses', e.statuses, 'team', e.team, 'items', e.items, 'inspectors', e.inspectors,
                 'recusals', e.recusals) ORDER BY p.position)
          FROM public.draw_party p
          LEFT JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
         WHERE p.draw_id = d.id AND p.list_name IS NOT NULL), '[]'),
      'committers', (
        SELECT jsonb_agg(jsonb_build_object(
                 'name', c.name, 'keeper', c.keeper, 'commit', m.digest, 'committed_at', m.made_at,
                 'reason', m.reason, 'revealed_at', v.made_at, 'nonce', v.nonce) ORDER BY c.position)
          FROM public.draw_committer c
          LEFT JOIN public.draw_commitment m ON m.draw_id = d.id AND m.name = c.name
          LEFT JOIN public.draw_reveal v ON v.draw_id = d.id AND v.name = c.name
         WHERE c.draw_id = d.id),
      'witnesses', coalesce((
        SELECT jsonb_agg(jsonb_build_object('who', i.who, 'text', t.text, 'position', t.position)
                         ORDER BY t.position, i.invited_at, i.id)
          FROM public.witness_invitation i LEFT JOIN public.witness_text t ON t.invitation_id = i.id
         WHERE i.draw_id = d.id), '[]'),
      'register', coalesce((
        SELECT jsonb_agg(jsonb_build_object('n', r.n, 'time', r.time, 'kind', r.kind, 'digest', r.digest,
                                            'own', r.own) ORDER BY r.n)
          FROM public.draw_register r WHERE r.draw_id = d.id), '[]'))
      FROM public.draw d
     WHERE d.id = the_draw
       AND (d.tenant_id = {ME} OR (d.watchable AND d.opened_at IS NOT NULL)
            OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = {ME}))
    """,  # noqa: S608 - a constant
    (B, P),
)

WITNESS_VIEW = Function(
    "witness_view(the_token text)",
    "jsonb",
    """
    SELECT jsonb_build_object(
      'who', i.who, 'draw_id', d.id, 'number', d.number, 'title', d.title, 'line', d.line, 'seq', d.seq,
      'lead', b.name, 'state', d.state, 'watchable', d.watchable, 'expired', i.expires_at <= now(),
      'expires_at', i.expires_at, 'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
      'proof_digest', d.proof_digest, 'text', t.text, 'position', t.position,
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

ALL = (
    MY_DRAWS,
    DRAW_FILES,
    APPEND_REGISTER,
    PUBLIC_REGISTER,
    DRAW_BOARD,
    WITNESS_VIEW,
    WITNESS_SAY,
)
