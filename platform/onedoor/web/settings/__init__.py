"""设置: the bureau's people and their roles, what each role may do, and the bureau's log."""

from onedoor.web.settings import api_tokens, events, log, people, people_file, person, stand_ins, units
from onedoor.web.settings.blueprint import pages

__all__ = ["api_tokens", "events", "log", "pages", "people", "people_file", "person", "stand_ins", "units"]
