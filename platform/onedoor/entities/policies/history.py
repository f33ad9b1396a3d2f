"""The history of the shared register: kept by the statement that writes, set by set, and by nobody else (R-T6).

Whoever writes entities, a load of a million rows or a hand, is seen by these triggers. From where it was done stands in
settings of the transaction (`onedoor.source`, `onedoor.import`, `onedoor.correction`), as who acts does.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, S, can

access.rules(
    "entity_change",
    can("entity_change", B, "select"),
    # By the triggers below alone.
    can("entity_change", B, "insert", check=f"{MINE} AND pg_trigger_depth() > 0"),
    can("entity_change", S, "select"),
)
access.triggers(
    "entities",
    "entity_added",
    "entity_changed",
    "entity_removed",
    *access.append_only("entity_change", "the history of the register is only ever added to"),
)
