"""Pages of the item list (事项清单), of shared items, rulebooks and the vocabulary of qualifications."""

from onedoor.web.items import checklists as checklists
from onedoor.web.items import coverage as coverage
from onedoor.web.items import item_lists as item_lists
from onedoor.web.items import items as items
from onedoor.web.items import printed_forms as printed_forms
from onedoor.web.items import qualifications as qualifications
from onedoor.web.items import rulebooks as rulebooks
from onedoor.web.items import templates as templates
from onedoor.web.registry_blueprint import pages as pages
