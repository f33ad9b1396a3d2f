"""Targets that a mistaken state took out of libraries come back when the load that said it is taken back, or the keeper sets
the state right, by hand or with another load (R-L6, R-L11).

By night, or with the next update, whoever ceased leaves every bureau's library. The keeper of the state cannot write other
bureaus' rows; so a function does it, right after the undo or the correction and for what that gave back alone.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, B, Function
from onedoor.kernel.sentences import Sentence
from onedoor.registry.rules.codes import GONE, LISTABLE, STATUS_NAMES

NOTE = Sentence("登记部门撤销了一次导入，因此移出的恢复在库")
NOTE_BY_HAND = Sentence("登记部门把登记状态改回，因此移出的恢复在库")
_REASONS = ", ".join(f"('{status}', '{STATUS_NAMES[status]}')" for status in GONE)
_IN_BUSINESS = ", ".join(f"'{status}'" for status in LISTABLE)


def _relisted(mistaken: str, asker: str, note: str) -> str:
    """Targets, and what was listed with them, that left for a state which `mistaken` says was none: `entity_id`, the `reason`
    they left for, and `since` when. `asker` is `i`, the keeper's `tenant_id` and `undone_by`, with its bureau `b`."""
    return f"""
        WITH mistaken AS (
{mistaken}),
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
                 '{note}', jsonb_build_object('say', '{note}', 'with', '{{}}'::jsonb)
            FROM counted n, {asker}),
        logged AS (
          INSERT INTO public.audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,
                 subject_kind, subject_name, after)
          SELECT gen_random_uuid(), n.tenant_id, now(), i.undone_by, b.name, 'onedoor_bureau', 'together', '',
                 'registry.targets.relist', 'target_library', '{note}', jsonb_build_object('count', n.targets)
            FROM counted n, {asker})
        SELECT coalesce(sum(n.targets), 0)::bigint FROM counted n
        """  # noqa: S608 - our own names


def _returned(which: str, sources: str) -> str:
    """`_relisted` of entities whose state was set back in this transaction, by who wrote it so."""
    return _relisted(
        f"""          SELECT u.entity_id, s.reason, u.tenant_id, u.actor_id,
                 coalesce((SELECT (max(c.at) AT TIME ZONE 'Asia/Shanghai')::date FROM public.entity_change c
                            WHERE c.entity_id = u.entity_id AND c.id <> u.id AND c.after ->> 'status' = s.status),
                          '-infinity') AS since
            FROM public.entity_change u
            JOIN (VALUES {_REASONS}) AS s (status, reason) ON s.status = u.before ->> 'status'
           WHERE {which} AND u.tenant_id = {ME} AND u.what = 'changed'
             AND u.source IN ({sources}) AND u.xmin = pg_current_xact_id()::xid
             AND u.after ->> 'status' IN ({_IN_BUSINESS})""",  # noqa: S608
        """(SELECT m.tenant_id, coalesce(a.display_name, k.name) AS undone_by FROM mistaken m
                   JOIN public.bureau k ON k.id = m.tenant_id LEFT JOIN public.user_account a ON a.id = m.actor_id
                  LIMIT 1) i, public.bureau b WHERE b.id = i.tenant_id""",
        NOTE_BY_HAND,
    )


access.functions(
    "registry",
    # Whoever took a target out in words of their own, or before the load, meant it; those stay out.
    Function(
        "relist_undone(load uuid)",
        "bigint",
        _relisted(
            f"""          SELECT u.entity_id, s.reason, (min(c.at) AT TIME ZONE 'Asia/Shanghai')::date AS since
            FROM public.entity_change u
            JOIN public.entity_change c ON c.import_id = u.import_id AND c.entity_id = u.entity_id
                 AND c.what = 'changed' AND c.source <> 'undo'
            JOIN (VALUES {_REASONS}) AS s (status, reason) ON s.status = u.before ->> 'status'
           WHERE u.import_id = load AND u.tenant_id = {ME} AND u.what = 'changed' AND u.source = 'undo'
             AND u.xmin = pg_current_xact_id()::xid AND u.after ->> 'status' IN ({_IN_BUSINESS})
           GROUP BY u.entity_id, s.reason""",  # noqa: S608
            "public.import i, public.bureau b WHERE i.id = load AND b.id = i.tenant_id",
            NOTE,
        ),
        (B,),
        volatility="VOLATILE",
    ),
    # The same of one entity, whose state the keeper set back in this transaction; since it stood as it did before.
    Function(
        "relist_returned(asked uuid)",
        "bigint",
        _returned("u.entity_id = asked", "'hand', 'correction'"),
        (B,),
        volatility="VOLATILE",
    ),
    # And of all that a step of a load of the keeper's set back.
    Function(
        "relist_loaded(asked uuid[])",
        "bigint",
        _returned("u.entity_id = ANY (asked)", "'load', 'interface'"),
        (B,),
        volatility="VOLATILE",
    ),
)
