"""Pages of the registry (名录): the register of entities, items, targets, inspectors, files brought in."""

from onedoor.web.registry import (
    belongings,
    checklists,
    choosing,
    corrections,
    coverage,
    entities,
    imports,
    inspectors,
    item_lists,
    items,
    officers,
    personal,
    previews,
    rulebooks,
    settling,
    tagging,
    targets,
)
from onedoor.web.registry.blueprint import pages

__all__ = [
    "belongings",
    "checklists",
    "choosing",
    "corrections",
    "coverage",
    "entities",
    "imports",
    "inspectors",
    "item_lists",
    "items",
    "officers",
    "pages",
    "personal",
    "previews",
    "rulebooks",
    "settling",
    "tagging",
    "targets",
]
