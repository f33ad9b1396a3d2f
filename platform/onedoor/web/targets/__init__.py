"""Pages of the target library (检查对象名录库): its rules, what it lists, tags and risk levels."""

from onedoor.web.registry_blueprint import pages as pages
from onedoor.web.targets import library as library
from onedoor.web.targets import preview as preview
from onedoor.web.targets import risk as risk
from onedoor.web.targets import selection as selection
from onedoor.web.targets import tags as tags
from onedoor.web.targets import targets as targets
