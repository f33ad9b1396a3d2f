"""What is kept of which entities a keeper's files had, so that none of them is called stale (data quality, R-L5).

A load writes a row for each chunk it writes (`chunks`). A large one says again what the loads before it said: of those
only the codes it has not are kept, so that a register that is loaded whole every month is kept once.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from onedoor.entities.models import Confirmation
from onedoor.entities.rules.quality import STALE_DAYS
from onedoor.imports.models import Import
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, joined_whole

_KEEP_THE_REST = sa.text(
    "WITH fresh AS MATERIALIZED (SELECT unnest(codes) AS code FROM register_confirmation"
    " WHERE tenant_id = :tenant AND import_id = :load),"
    " former AS (DELETE FROM register_confirmation WHERE tenant_id = :tenant AND import_id <> :load"
    " RETURNING import_id, at, codes)"
    " INSERT INTO register_confirmation (id, tenant_id, import_id, at, codes)"
    " SELECT gen_random_uuid(), :tenant, f.import_id, f.at, array_agg(c.code)"
    " FROM former f, unnest(f.codes) AS c (code)"
    " WHERE NOT EXISTS (SELECT FROM fresh x WHERE x.code = c.code) GROUP BY f.import_id, f.at"
)


def settle(run: Import, *, large: bool) -> None:
    """The load has ended: what is older than a year says nothing any more, and what a `large` one says again goes."""
    stale = now() - timedelta(days=STALE_DAYS)
    old = sa.and_(Confirmation.tenant_id == run.tenant_id, Confirmation.at < stale)
    db.session.execute(sa.delete(Confirmation).where(old))
    if large:
        with joined_whole():
            db.session.execute(_KEEP_THE_REST, {"tenant": run.tenant_id, "load": run.id})


def forget(run: Import) -> None:
    """The load is taken back: it confirms nothing."""
    db.session.execute(sa.delete(Confirmation).where(Confirmation.import_id == run.id))
