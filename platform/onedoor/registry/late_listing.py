"""Who lists an entity while it is being merged (R-T4): the two take turns, and who comes second has the survivor.

A merge holds its turn alone, whoever lists together with others; so neither looks past what the other has not committed
yet, and neither waits for the rows of the other, of which a library may have a million. What was listed in the turn
after a merge follows it as everything before did: with a step, so that it can be taken back, and an entry in the log.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, B, Function, Trigger
from onedoor.registry.merges import entry, targets

# The key of the advisory lock; who also changes rows that a merge changes takes its turn before (`service.turns`).
TURN = "hashtextextended('onedoor.merges', 0)"
_AT_GONE = f"m.undone_at IS NULL AND t.entity_id = m.gone_id AND t.tenant_id = {ME} AND t.ended_on IS NULL"
# Taking a merge back lists the bureau's entity again: once, however often it was listed.
_KEPT = (
    " WHERE NOT EXISTS (SELECT FROM public.merge_step d"
    " WHERE d.merge_id = m.id AND d.part = 'target' AND d.tenant_id = o.tenant_id)"
)

access.triggers(
    "registry",
    Trigger(
        "target",
        "target_in_turn",
        "BEFORE INSERT",
        f"""
        BEGIN
          PERFORM pg_advisory_xact_lock_shared({TURN});
          RETURN NULL;
        END
        """,
        "STATEMENT",
    ),
    # Whoever of its own is looked at; of merges there are few.
    Trigger(
        "target",
        "target_of_merged",
        "AFTER INSERT",
        f"""
        BEGIN
          IF EXISTS (SELECT FROM public.entity_merge m, public.target t WHERE {_AT_GONE}) THEN
            PERFORM public.follow_listing();
          END IF;
          RETURN NULL;
        END
        """,
        "STATEMENT",
    ),
)
access.functions(
    "registry",
    # A bureau's own targets alone; returns how many were at an entity that is gone.
    Function(
        "follow_listing()",
        "bigint",
        f"""
        DECLARE
          m public.entity_merge;
          gone uuid;
          stays uuid;
          listed bigint;
          moved bigint := 0;
        BEGIN
          LOOP
            SELECT x.* INTO m FROM public.entity_merge x, public.target t WHERE {_AT_GONE.replace("m.", "x.")} LIMIT 1;
            EXIT WHEN NOT FOUND;
            gone := m.gone_id;
            stays := m.survivor_id;
            moved := moved + 1;
{targets(f" AND t.tenant_id = {ME}", _KEPT)}
{entry("registry.entity.merge", "merged", f"SELECT {ME} AS tenant_id, 1 AS steps")}
          END LOOP;
          RETURN moved;
        END
        """,  # noqa: S608
        (B,),
        language="plpgsql",
        volatility="VOLATILE",
    ),
)
