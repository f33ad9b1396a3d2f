"""平台运维: bureaus, places and grants, how the platform is, and the code lists that all bureaus share."""

from onedoor.web.operator import (
    backups,
    bureau_changes,
    bureaus,
    calendars,
    grants,
    jobs,
    laws,
    listing_bases,
    outside_platforms,
    places,
    qualifications,
    settings,
)
from onedoor.web.operator.blueprint import pages

__all__ = [
    "backups",
    "bureau_changes",
    "bureaus",
    "calendars",
    "grants",
    "jobs",
    "laws",
    "listing_bases",
    "outside_platforms",
    "pages",
    "places",
    "qualifications",
    "settings",
]
