-- All the hall shows, in one read; what a bureau narrowed a surprise to is told when its result is; its hash tells
-- watchers that something changed. Of a draw that ended as void nobody is named as one who withheld unless there were five
-- minutes in which to reveal (`countdown.TO_REVEAL`).
CREATE OR REPLACE FUNCTION draw_board(the_draw uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $body$
SELECT jsonb_build_object(
  'id', d.id, 'line', d.line, 'seq', d.seq, 'number', d.number, 'title', d.title, 'reason', d.reason,
  'state', CASE WHEN d.state <> 'closed' THEN d.state
           WHEN d.beacon IS NOT NULL THEN
             CASE WHEN d.reveals_digest IS NULL THEN 'closed'
                  WHEN agreed.reading->>'value' IS NULL THEN 'awaiting' ELSE 'revealed' END
           WHEN NOT EXISTS (
             SELECT 1 FROM public.draw_committer c
              WHERE c.draw_id = d.id AND NOT EXISTS (
                SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name))
           THEN 'revealed' ELSE 'closed' END,
  'hash', d.hash, 'beacon', d.beacon || jsonb_build_object(
    'due', d.reveals_due, 'spoken', public.register_time() COLLATE "C" >= d.beacon->>'time',
    'value', agreed.reading->>'value', 'silent', coalesce(agreed.reading->'value' = 'null', false)),
  'readings', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', b.name, 'by', g.read_by, 'at', g.read_at, 'source', g.source, 'lead', b.id = d.tenant_id,
             'agrees', agreed.reading IS NOT NULL AND g.value IS NOT DISTINCT FROM agreed.reading->>'value',
             'value', CASE WHEN d.state = 'drawn' THEN g.value END)
             ORDER BY g.read_at)
      FROM public.draw_beacon_reading g JOIN public.bureau b ON b.id = g.tenant_id
     WHERE g.draw_id = d.id), '[]'),
  'withheld', CASE WHEN d.reveals_digest IS NOT NULL OR d.state = 'void' AND d.ended_at >= interval '5 minutes' + greatest(
    d.closed_at, (SELECT max(u.until) FROM public.draw_countdown u WHERE u.draw_id = d.id AND u.stage = 'reveals'))
        THEN coalesce((
    SELECT jsonb_agg(c.name ORDER BY c.position) FROM public.draw_committer c
     WHERE c.draw_id = d.id AND NOT EXISTS (
       SELECT 1 FROM public.draw_reveal v WHERE v.draw_id = d.id AND v.name = c.name)), '[]') ELSE '[]' END,
  'surprise', d.surprise, 'closed', d.closed, 'unit', d.unit, 'released_at', released.at, 'lead', (SELECT b.name
      FROM public.bureau b WHERE b.id = d.tenant_id), 'watchable', d.watchable,
  'opened_at', d.opened_at, 'closed_at', d.closed_at, 'ended_at', d.ended_at, 'void_reason', d.void_reason,
  'kept_waiting', to_jsonb(d.kept_waiting),
  'plan_digest', d.plan_digest, 'texts_digest', d.texts_digest,
  'reveals_digest', d.reveals_digest, 'proof_digest', d.proof_digest,
  'doors', d.doors, 'matters', d.matters, 'independent_doors', d.independent_doors::text,
  'lists', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
             'bureau', p.bureau_name, 'list', p.list_name, 'deposited_at', e.deposited_at,
             'digest', e.digest, 'root', e.root, 'n', e.n, 'reserve', e.reserve, 'mode', e.mode,
             'strata', CASE WHEN d.closed AND NOT taker.mine THEN (
               SELECT jsonb_agg(jsonb_build_object('stratum', s->'stratum', 'eligible', s->'eligible', 'quota', s->'quota')
                                ORDER BY s->>'stratum') FROM jsonb_array_elements(e.strata) AS s) ELSE e.strata END,
             'statuses', e.statuses, 'team', e.team, 'items', e.items, 'inspectors', e.inspectors,
             'recusals', e.recusals) || CASE WHEN NOT d.surprise OR released.at IS NOT NULL OR taker.mine THEN
               jsonb_build_object('scope', e.scope, 'scope_said', e.scope_said, 'narrowed', e.narrowed, 'narrowed_said',
                   e.narrowed_said, 'kept_in', e.kept_in)
               ELSE '{}' END ORDER BY p.position)
      FROM public.draw_party p
      LEFT JOIN public.draw_deposit e ON e.draw_id = d.id AND e.tenant_id = p.bureau_id
     WHERE p.draw_id = d.id AND p.list_name IS NOT NULL), '[]'),
  'holders', coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', h.bureau_name, 'received_at', (
             SELECT max(r.received_at) FROM public.draw_receipt r
              WHERE r.draw_id = d.id AND r.tenant_id = h.bureau_id HAVING count(*) = (
                SELECT count(*) FROM public.draw_party l WHERE l.draw_id = d.id AND l.list_name IS NOT NULL)))
             ORDER BY h.position)
      FROM public.draw_party h WHERE h.draw_id = d.id AND h.holds), '[]'),
  'committers', (
    SELECT jsonb_agg(jsonb_build_object(
             'name', c.name, 'keeper', c.keeper, 'commit', m.digest, 'committed_at', m.made_at,
             'reason', m.reason, 'revealed_at', v.made_at,
             'nonce', CASE WHEN NOT d.surprise OR released.at IS NOT NULL OR taker.mine
                 THEN v.nonce END) ORDER BY c.position)
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
  FROM public.draw d CROSS JOIN LATERAL (SELECT public.beacon_agreed(d.id) AS reading) AS agreed
 CROSS JOIN LATERAL (SELECT max(x.released_at) AS at FROM public.draw_release x WHERE x.draw_id = d.id) AS released
 CROSS JOIN LATERAL (
   SELECT d.tenant_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN __me__ END OR EXISTS (
     SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = CASE
         WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN __me__ END) AS mine) AS taker
 WHERE d.id = the_draw
   AND (d.tenant_id = CASE WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN __me__ END OR (d.watchable
       AND d.opened_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM public.draw_party p WHERE p.draw_id = d.id AND p.bureau_id = CASE
            WHEN pg_has_role(session_user, 'onedoor_bureau', 'MEMBER') THEN __me__ END))
$body$;
