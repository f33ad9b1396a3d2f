"""The value of a setting in force: the place's own, else that of the nearest place above, else the rules' default."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from tenants.models import Bureau
from tenants.settings.declaration import declared

_NEAREST = sa.text(
    """
    WITH RECURSIVE up (code, parent_code, height) AS (
      SELECT code, parent_code, 0 FROM jurisdiction WHERE code = :place
      UNION ALL
      SELECT j.code, j.parent_code, up.height + 1 FROM jurisdiction j JOIN up ON j.code = up.parent_code)
    SELECT s.value -> 'value' AS value FROM up JOIN jurisdiction_setting s ON s.jurisdiction_code = up.code
     WHERE s.key = :key AND s.since <= :day ORDER BY up.height, s.since DESC LIMIT 1
    """
)


def value(key: str, *, on: date | None = None, place: str | None = None) -> Any:
    """What a declared setting is on a day (today) at a place (the current bureau's); raises ClerkError if nobody declared it."""
    setting = declared(key)
    asked = {"key": key, "place": place or _my_place(), "day": on or today()}
    found = db.session.execute(_NEAREST, asked).one_or_none()
    return setting.default if found is None else found.value


def day_of(key: str, year: int, *, on: date | None = None, place: str | None = None) -> date:
    """The day of a year that a setting of kind DAY names."""
    return date.fromisoformat(f"{year}-{value(key, on=on, place=place)}")


def _my_place() -> str:
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return str(db.session.get_one(Bureau, tenant_id).jurisdiction_code)
