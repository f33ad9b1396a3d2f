"""Tables of the item list."""

from onedoor.items.models.items import (
    Item,
    ItemList,
)
from onedoor.items.models.qualifications import (
    Qualification,
    QualificationProposal,
)
from onedoor.items.models.rulebooks import (
    Rulebook,
)
from onedoor.items.models.templates import (
    ItemTemplate,
)

__all__ = [
    "Item", "ItemList", "ItemTemplate", "Qualification", "QualificationProposal", "Rulebook",
]  # fmt: skip
