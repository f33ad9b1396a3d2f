"""The blueprint of reports; every page works in the bureau's own scope."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from tenants.rules import Permission

pages = Blueprint("statistics", __name__, url_prefix="/statistics")
readers = allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
writers = allow(Permission.FILING_SEND, Permission.OVERSIGHT_ANSWER)
overseers = allow(Permission.OVERSIGHT_ANSWER)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """The pages of reports that the person has."""
    oversees, reads = current_user.may(Permission.OVERSIGHT_ANSWER), current_user.may(Permission.BUREAU_READ)
    found = [
        (_("本单位报表"), "statistics.return_list", reads),
        (_("联合检查进展"), "statistics.returns", reads),
        (_("全市（县）报表"), "statistics.place_list", oversees),
        (_("各部门报送情况"), "statistics.received", oversees),
    ]
    return [(label, url_for(endpoint), endpoint == current) for label, endpoint, shown in found if shown]
