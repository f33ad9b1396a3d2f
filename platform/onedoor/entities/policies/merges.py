"""Entities that are one (R-T4): who may say so, and how the database makes whatever hangs on them follow, in every bureau.

A keeper cannot write other bureaus' rows; so they are moved by a function that runs only right after the keeper's own
merge, and each step of it is kept, for the trace and for taking it back (`unmerging`). Draws, visits, results and the
ledger are not touched: they keep the code under which they were made, and who counts goes by `queries.merges`.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, S, can

_BOTH_MINE = (
    f"{MINE} AND 2 = (SELECT count(*) FROM entity e WHERE e.id IN (gone_id, survivor_id)"  # noqa: S608
    " AND e.kind = ANY (ARRAY(SELECT my_entity_kinds())))"
)


def highest_number(entity: str) -> str:
    """The highest number that a place of `entity`, an expression, ever had, also one that a merge took there or away, or a
    load brought that was taken back: a number is never given twice, not even after the merge was taken back. 0 without any."""
    return f"""coalesce(greatest(
                     (SELECT max(q.number) FROM public.premises q WHERE q.entity_id = {entity}),
                     (SELECT max((b.before ->> 'number')::integer) FROM public.belonging_change b
                       WHERE b.entity_id = {entity} AND b.part = 'premises' AND b.what = 'removed'),
                     (SELECT max((s.said ->> CASE x.survivor_id WHEN {entity} THEN 'now' ELSE 'number' END)::integer)
                        FROM public.merge_step s JOIN public.entity_merge x ON x.id = s.merge_id
                       WHERE s.part = 'premises' AND {entity} IN (x.survivor_id, x.gone_id))), 0)"""  # noqa: S608


# Whoever reads an entity reads what it was merged into; only the keeper of both merges, and takes it back (R-T4).
access.rules(
    "entity_merge",
    can("entity_merge", B, "select"),
    can("entity_merge", S, "select"),
    can("entity_merge", B, "insert", check=_BOTH_MINE),
    can("entity_merge", B, "update", _BOTH_MINE, columns=("undone_at", "undone_by", "undone_reason")),
)
# A bureau reads what became of its own rows, and everybody of what all share; only the functions write.
access.rules(
    "merge_step",
    can("merge_step", B, "select", f"{MINE} OR shared"),
    can("merge_step", S, "select", "shared"),
)
access.functions(
    "entities",
    follow_merge=(B,),
)
