"""What officers in the library lack (data quality, R-L7)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from onedoor.officers.queries.inspectors import in_library, inspectors

# What an officer in the library may lack.
LACKS = ("certificate", "expiry", "unit", "account", "area")


def lacking(what: str) -> sa.ColumnElement[bool]:
    """Officers in the library that lack something: certificate, expiry, unit, account or area; as a condition."""
    missing = {
        "certificate": Inspector.certificate_number.is_(None),
        "expiry": sa.and_(
            Inspector.certificate_number.is_not(None), Inspector.certificate_expires_on.is_(None)
        ),
        "unit": Inspector.unit_id.is_(None),
        "account": Inspector.user_id.is_(None),
        "area": sa.or_(Inspector.area == "", Inspector.kinds == ""),
    }
    return sa.and_(in_library(), missing[what])


def officers_lacking() -> dict[str, int]:
    """How many officers of the current bureau lack what."""
    counts = [sa.func.count().filter(lacking(what)).label(what) for what in LACKS]
    row = db.session.execute(inspectors().with_only_columns(*counts)).one()
    return dict(zip(LACKS, row, strict=True))
