"""What changed in the library of officers, the experts and the certificates since a cursor (`change_feed`)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.imports.queries.change_feed import Page, of_renamed_units, own_rows_since, rows_since
from onedoor.officers.models import Certificate, Expert, Inspector
from onedoor.officers.queries.certificates import certificates as kept_certificates


def inspectors(cursor: str, limit: int) -> Page:
    """The own officers, those who left among them."""
    return own_rows_since(Inspector, sa.select(Inspector), cursor, limit, of_renamed_units(Inspector))


def experts(cursor: str, limit: int) -> Page:
    """The own experts and institutes, those who left among them."""
    return own_rows_since(Expert, sa.select(Expert), cursor, limit, of_renamed_units(Expert))


def certificates(cursor: str, limit: int) -> Page:
    """The certificates that count for the current bureau, whoever keeps them, and its own."""
    return rows_since(Certificate, kept_certificates(), cursor, limit)
