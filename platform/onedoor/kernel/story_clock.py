"""A demo's clock, as the database keeps it: everybody asks `onedoor_now()`, its owner alone sets it (docs/adr/0017).

What `onedoor_now()` answers stands in its body, not in a table: so it costs nothing where there is no story, and nobody
but the role that owns it can say it anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

from onedoor.kernel import access
from onedoor.kernel.access import B, D, I, O, P, S

access.functions("kernel", onedoor_now=(P, B, S, O, I, D), has_story_clock=(D,), set_story_clock=())


def set_clock(owner: psycopg.Connection, moment: datetime) -> timedelta:
    """Set a demo's clock, by a connection of its database's owner; returns how far it is from the machine's.

    PostgreSQL refuses to set one back, and to give one to a database in which there are bureaus.
    """
    with owner.transaction():
        owner.execute("SET LOCAL ROLE onedoor_definer")
        row = owner.execute("SELECT set_story_clock(%s)", (moment,)).fetchone()
    assert row is not None
    offset: timedelta = row[0]
    return offset


def is_kept_by(link: psycopg.Connection) -> bool:
    """Whether the database of this connection is a demo's; one that is not migrated so far is not."""
    known = link.execute("SELECT to_regprocedure('public.has_story_clock()') IS NOT NULL").fetchone()
    if known is None or not known[0]:
        return False
    found = link.execute("SELECT public.has_story_clock()").fetchone()
    return bool(found and found[0])
