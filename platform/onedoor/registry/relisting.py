"""Targets that a mistaken state took out of libraries come back when the load that said it is taken back (R-L6, R-L11).

By night, or with the next update, whoever ceased leaves every bureau's library. The keeper who loaded the state cannot
write other bureaus' rows; so a function does it, right after the undo and for what the undo gave back alone.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, B, Function
from onedoor.kernel.sentences import Sentence
from onedoor.registry.rules.codes import GONE, LISTABLE, STATUS_NAMES

NOTE = Sentence("登记部门撤销了一次导入，因此移出的恢复在库")
_REASONS = ", ".join(f"('{status}', '{STATUS_NAMES[status]}')" for status in GONE)
_IN_BUSINESS = ", ".join(f"'{status}'" for status in LISTABLE)

access.functions(
    "registry",
    # Whoever took a target out in words of their own, or before the load, meant it; those stay out.
    Function(
        "relist_undone(load uuid)",
        "bigint",
        f"""
        WITH mistaken AS (
          SELECT u.entity_id, s.reason, (min(c.at) AT TIME ZONE 'Asia/Shanghai')::date AS since
            FROM public.entity_change u
            JOIN public.entity_change c ON c.import_id = u.import_id AND c.entity_id = u.entity_id
                 AND c.what = 'changed' AND c.source <> 'undo'
            JOIN (VALUES {_REASONS}) AS s (status, reason) ON s.status = u.before ->> 'status'
           WHERE u.import_id = load AND u.tenant_id = {ME} AND u.what = 'changed' AND u.source = 'undo'
             AND u.xmin = pg_current_xact_id()::xid AND u.after ->> 'status' IN ({_IN_BUSINESS})
           GROUP BY u.entity_id, s.reason),
        latest AS (
          SELECT DISTINCT ON (t.tenant_id, t.entity_id) t.id, t.tenant_id, t.entity_id, w.reason, w.since
            FROM public.target t JOIN mistaken w ON w.entity_id = t.entity_id
           WHERE t.ended_on >= w.since AND t.ended_reason = w.reason AND NOT EXISTS (
             SELECT FROM public.target o
              WHERE o.tenant_id = t.tenant_id AND o.entity_id = t.entity_id AND o.ended_on IS NULL)
           ORDER BY t.tenant_id, t.entity_id, t.ended_on DESC, t.listed_on DESC, t.id DESC),
        back AS (
          UPDATE public.target t SET ended_on = NULL, ended_reason = NULL FROM latest l WHERE t.id = l.id
          RETURNING t.tenant_id),
        matters AS (
          UPDATE public.target_matter x SET ended_on = NULL, ended_reason = NULL FROM latest l
           WHERE x.tenant_id = l.tenant_id AND x.entity_id = l.entity_id
             AND x.ended_on >= l.since AND x.ended_reason = l.reason),
        counted AS (SELECT b.tenant_id, count(*) AS targets FROM back b GROUP BY b.tenant_id),
        noted AS (
          INSERT INTO public.library_update
            (id, tenant_id, library, at, actor_name, added, ended, total, note, note_said)
          SELECT gen_random_uuid(), n.tenant_id, 'targets', now(),
                 CASE WHEN n.tenant_id = i.tenant_id THEN i.undone_by ELSE b.name || ' ' || i.undone_by END,
                 n.targets, 0, n.targets + (SELECT count(*) FROM public.target o
                   WHERE o.tenant_id = n.tenant_id AND o.ended_on IS NULL),
                 '{NOTE}', jsonb_build_object('say', '{NOTE}', 'with', '{{}}'::jsonb)
            FROM counted n, public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id),
        logged AS (
          INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
                 subject_kind, subject_name, after)
          SELECT gen_random_uuid(), n.tenant_id, now(), i.undone_by, b.name, 'onedoor_bureau', 'together', '',
                 'registry.targets.relist', 'target_library', '{NOTE}', jsonb_build_object('count', n.targets)
            FROM counted n, public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id)
        SELECT coalesce(sum(n.targets), 0)::bigint FROM counted n
        """,  # noqa: S608 - our own names
        (B,),
        volatility="VOLATILE",
    ),
)
