"""平台运维: bureaus, how the platform is, and the code lists that all bureaus share."""

from onedoor.web.operator import bureaus, calendars, qualifications, settings
from onedoor.web.operator.blueprint import pages

__all__ = ["bureaus", "calendars", "pages", "qualifications", "settings"]
