"""Pages of files brought in (R-L11), and of what is done to many records at once."""

from onedoor.web.imports import columns as columns
from onedoor.web.imports import imports as imports
from onedoor.web.imports import library_updates as library_updates
from onedoor.web.registry_blueprint import pages as pages
