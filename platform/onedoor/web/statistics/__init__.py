"""Pages of 报表: the live table of joint checks, and the returns that are filed (R-S1, R-S2)."""

from onedoor.web.statistics import place, returns
from onedoor.web.statistics.blueprint import pages
from onedoor.web.statistics.joint_checks import F8, F8_NOTE, f8_file, f8_page, objects_list

__all__ = ["F8", "F8_NOTE", "f8_file", "f8_page", "objects_list", "pages", "place", "returns"]
