"""Tables of the item list."""

from onedoor.items.models.items import (
    Item,
    ItemList,
)
from onedoor.items.models.laws import (
    Law,
    LawChange,
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
    "Item", "ItemList", "ItemTemplate", "Law", "LawChange", "Qualification", "QualificationProposal", "Rulebook",
]  # fmt: skip
