"""What the rooms declare to what serves them all: kinds of list to the load engine, actions on many records, libraries.

Whoever offers them imports this module, and so does the application: a worker has them all.
"""

from __future__ import annotations

from onedoor.credit.service.load_listings import LISTINGS
from onedoor.entities.service.loads import ENTITIES, LICENCES, PREMISES
from onedoor.imports.service import bulk, library_updates, load_kinds
from onedoor.items.service.bulk import ITEMS as ITEM_ACTIONS
from onedoor.items.service.loads import ITEMS
from onedoor.ledger.service.loads import CHECKS
from onedoor.officers.service.bulk import INSPECTORS as INSPECTOR_ACTIONS
from onedoor.officers.service.libraries import EXPERTS as EXPERT_LIBRARY
from onedoor.officers.service.libraries import INSPECTORS as INSPECTOR_LIBRARY
from onedoor.officers.service.loads import CERTIFICATES, EXPERTS, INSPECTORS
from onedoor.targets.service.bulk import ENTITIES as ENTITY_ACTIONS
from onedoor.targets.service.bulk import TARGETS as TARGET_ACTIONS
from onedoor.targets.service.bulk import UNCOVERED as UNCOVERED_ACTIONS
from onedoor.targets.service.libraries import TARGETS as TARGET_LIBRARY
from onedoor.targets.service.loads import DETAILS, MATTERS, TARGETS

load_kinds.declare(
    (
        ENTITIES,
        ITEMS,
        INSPECTORS,
        EXPERTS,
        TARGETS,
        MATTERS,
        CERTIFICATES,
        DETAILS,
        PREMISES,
        LICENCES,
        CHECKS,
        LISTINGS,
    )
)
bulk.declare(
    {
        "entities": ENTITY_ACTIONS,
        "uncovered": UNCOVERED_ACTIONS,
        "inspectors": INSPECTOR_ACTIONS,
        "items": ITEM_ACTIONS,
        "targets": TARGET_ACTIONS,
    }
)
library_updates.declare((TARGET_LIBRARY, INSPECTOR_LIBRARY, EXPERT_LIBRARY))

LOAD_KINDS = load_kinds.KINDS
LIBRARIES = (TARGET_LIBRARY.name, INSPECTOR_LIBRARY.name, EXPERT_LIBRARY.name)
