"""Turns of those who list targets and those who merge (`registry.late_listing`): a library is updated by many at once, and
an entity is merged while none of them is under way (R-T4)."""

from __future__ import annotations

import sqlalchemy as sa
from psycopg.errors import LockNotAvailable

from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.registry.late_listing import TURN

# So long a merge waits for libraries that are being updated, and whoever would list something waits behind it.
PATIENCE = "5s"
_TOGETHER = f"SELECT pg_advisory_xact_lock_shared({TURN})"
_ALONE = f"SELECT pg_advisory_xact_lock({TURN})"
_SETTING = sa.text("SELECT set_config('lock_timeout', :value, true)")


def listing() -> None:
    """Until the end of the transaction nothing is merged. To be called before it changes any target, else two could wait
    for each other; who only inserts has it from the database."""
    db.session.execute(sa.text(_TOGETHER))


def merging() -> None:
    """Until the end of the transaction nobody lists a target. Raises Conflict where somebody does and goes on with it."""
    known = db.session.scalar(sa.text("SELECT current_setting('lock_timeout')"))
    try:
        with db.session.begin_nested():
            db.session.execute(_SETTING, {"value": PATIENCE})
            db.session.execute(sa.text(_ALONE))
            db.session.execute(_SETTING, {"value": known})
    except sa.exc.OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Conflict("有单位正在更新检查对象名录库，现在不能合并或撤回合并，请过几分钟再试。") from error
