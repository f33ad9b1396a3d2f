"""Turns of those who list targets and those who merge (`targets.policies.listing_after_merge`): a library is updated by many at once, and
an entity is merged while none of them is under way (R-T4)."""

from __future__ import annotations

import sqlalchemy as sa
from psycopg.errors import LockNotAvailable

from onedoor.kernel import locks
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict

# So long a merge waits for libraries that are being updated, and whoever would list something waits behind it.
PATIENCE = "5s"
# The name that the trigger `target_in_turn` uses too.
MERGES = "onedoor.merges"
_SETTING = sa.text("SELECT set_config('lock_timeout', :value, true)")


def listing() -> None:
    """Until the end of the transaction nothing is merged. To be called before it changes any target, else two could wait
    for each other; who only inserts has it from the database."""
    locks.hold(MERGES, shared=True)


def merging() -> None:
    """Until the end of the transaction nobody lists a target. Raises Conflict where somebody does and goes on with it."""
    known = db.session.scalar(sa.text("SELECT current_setting('lock_timeout')"))
    try:
        with db.session.begin_nested():
            db.session.execute(_SETTING, {"value": PATIENCE})
            locks.hold(MERGES)
            db.session.execute(_SETTING, {"value": known})
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Conflict("有单位正在更新检查对象名录库，现在不能合并或撤回合并，请过几分钟再试。") from error
