"""Tables of target libraries."""

from onedoor.targets.models.risk import RiskFactor, RiskScale, TargetMatter, TargetRisk
from onedoor.targets.models.suggestions import ListingSuggestion
from onedoor.targets.models.tags import (
    EntityTag,
    Tag,
)
from onedoor.targets.models.targets import (
    Target,
    TargetRule,
)

__all__ = [
    "EntityTag", "ListingSuggestion", "RiskFactor", "RiskScale", "Tag", "Target", "TargetMatter", "TargetRisk", "TargetRule",
]  # fmt: skip
