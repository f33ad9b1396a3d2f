"""Advisory locks: taken by name, given back by PostgreSQL when the transaction ends, however it ends.

For work that has no row to lock, or only one that others own: a running number, a library, a party's part of a campaign.
A name says what is locked and whose: `"campaign <id>"`. SQL functions that take part use `hashtextextended(name, 0)` too.
"""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.kernel.db import db


def hold(name: str, *, shared: bool = False) -> None:
    """Hold the lock of this name until the end of the transaction; whoever holds it now is waited for.

    `shared`: beside others who share it, but not beside who holds it alone. Take locks before rows, or two may wait for
    each other, which PostgreSQL ends with an error for one of them.
    """
    take = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
    db.session.execute(sa.select(take(sa.func.hashtextextended(name, 0))))
