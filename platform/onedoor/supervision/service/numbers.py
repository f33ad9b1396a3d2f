"""Numbers of a supervisor's papers: 〈机关简称〉督〔年〕n号, counted by bureau and year (forms.md, "Documents of one check")."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.kernel import locks
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants


def next_number(model: Any, word: str) -> dict[str, Any]:
    """Year, serial and number of the next paper; held until commit, so that no number is given twice."""
    me, year = current_scope().tenant_id, today().year
    locks.hold(f"{model.__tablename__} numbers {me}")
    last = db.session.scalar(
        sa.select(sa.func.max(model.serial)).where(model.tenant_id == me, model.year == year)
    )
    serial = (last or 0) + 1
    return {
        "year": year,
        "serial": serial,
        "number": f"{tenants.my_bureau().abbreviation}{word}〔{year}〕{serial}号",
    }
