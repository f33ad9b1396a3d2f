"""设置: the bureau's people and their roles, what each role may do, and the bureau's log."""

from onedoor.web.settings import log, people, person
from onedoor.web.settings.blueprint import pages

__all__ = ["log", "pages", "people", "person"]
