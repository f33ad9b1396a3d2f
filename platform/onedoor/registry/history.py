"""The history of the shared register: kept by the statement that writes, set by set, and by nobody else (R-T6).

Whoever writes entities, a load of a million rows or a hand, is seen by these triggers. From where it was done stands in
settings of the transaction (`onedoor.source`, `onedoor.import`, `onedoor.correction`), as who acts does.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ACTOR, ME, MINE, B, S, Trigger, can

# What changes with every write, or never, is no change of its own.
_UNTOLD = "'{created_at,updated_at,kept_by,id}'::text[]"
# From where the statement at hand writes.
SOURCE = "coalesce(nullif(current_setting('onedoor.source', true), ''), 'hand')"
IMPORT = "nullif(current_setting('onedoor.import', true), '')::uuid"
_CORRECTION = "nullif(current_setting('onedoor.correction', true), '')::uuid"
_COLUMNS = "entity_id, tenant_id, at, actor_id, what, source, import_id, correction_id"


def _values(entity: str, what: str) -> str:
    return f"{entity}.id, coalesce({ME}, {entity}.kept_by), now(), {ACTOR}, '{what}', {SOURCE}, {IMPORT}, {_CORRECTION}"


access.rules(
    "entity_change",
    can("entity_change", B, "select"),
    # By the triggers below alone.
    can("entity_change", B, "insert", check=f"{MINE} AND pg_trigger_depth() > 0"),
    can("entity_change", S, "select"),
)
access.triggers(
    "registry",
    Trigger(
        "entity",
        "entity_added",
        "AFTER INSERT",
        f"""
        BEGIN
          INSERT INTO public.entity_change ({_COLUMNS})
          SELECT {_values("n", "added")} FROM fresh n;
          RETURN NULL;
        END
        """,  # noqa: S608 - our own names
        "STATEMENT",
        "REFERENCING NEW TABLE AS fresh",
    ),
    Trigger(
        "entity",
        "entity_changed",
        "AFTER UPDATE",
        f"""
        BEGIN
          INSERT INTO public.entity_change ({_COLUMNS}, before, after)
          SELECT {_values("n", "changed")}, d.before, d.after
            FROM former o JOIN fresh n ON n.id = o.id,
                 LATERAL (SELECT jsonb_object_agg(b.key, b.value) AS before, jsonb_object_agg(b.key, a.value) AS after
                            FROM jsonb_each(to_jsonb(o) - {_UNTOLD}) b
                            JOIN jsonb_each(to_jsonb(n) - {_UNTOLD}) a ON a.key = b.key
                           WHERE a.value <> b.value) d
           WHERE d.before IS NOT NULL;
          RETURN NULL;
        END
        """,  # noqa: S608
        "STATEMENT",
        "REFERENCING OLD TABLE AS former NEW TABLE AS fresh",
    ),
    Trigger(
        "entity",
        "entity_removed",
        "AFTER DELETE",
        f"""
        BEGIN
          INSERT INTO public.entity_change ({_COLUMNS}, before)
          SELECT {_values("o", "removed")}, to_jsonb(o) FROM former o;
          RETURN NULL;
        END
        """,  # noqa: S608
        "STATEMENT",
        "REFERENCING OLD TABLE AS former",
    ),
    *access.append_only("entity_change", "the history of the register is only ever added to"),
)
