"""What a file of targets says more than their page, so that it comes in again as it went out (R-L11)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from onedoor.entities.models import EntityContact
from onedoor.kernel.text.masking import masked_number
from onedoor.targets import service
from onedoor.web.shell.lists import Column


def _grounds(row: Any) -> str:
    return row.TargetRisk.reason if row.TargetRisk else ""


def _person(row: Any) -> str:
    return row.EntityContact.person if row.EntityContact else ""


def _phone(row: Any) -> str:
    """Enough to recognise; a load knows it again by it (R-T7)."""
    contact: EntityContact | None = row.EntityContact
    return masked_number(service.phone_of(contact)) if contact else ""


COLUMNS = (
    Column("grounds", _l("评定理由"), value=_grounds, file_only=True),
    Column("person", _l("联系人"), value=_person, file_only=True),
    Column("phone", _l("联系电话"), value=_phone, file_only=True),
)
