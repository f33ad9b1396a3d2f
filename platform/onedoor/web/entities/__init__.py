"""Pages of the shared register (经营主体): entities, places, licences, merging, corrections, data quality."""

from onedoor.web.entities import corrections as corrections
from onedoor.web.entities import entities as entities
from onedoor.web.entities import history as history
from onedoor.web.entities import merge_pair as merge_pair
from onedoor.web.entities import merges as merges
from onedoor.web.entities import new_entity as new_entity
from onedoor.web.entities import premises as premises
from onedoor.web.entities import quality as quality
from onedoor.web.entities import suggestions as suggestions
from onedoor.web.registry_blueprint import pages as pages
