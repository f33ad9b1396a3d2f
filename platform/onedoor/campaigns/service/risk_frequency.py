"""How often a plan line has its targets checked by risk level, as its draws keep to it (R-P5).

The levels are the lead's own, so the lead's list alone is drawn by them. Whom a later draw of the year may draw again tells the level,
so such a list is drawn closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import is_private
from onedoor.campaigns.rules.rates import Divided
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.targets import queries as target_queries
from onedoor.targets.rules.codes import RISK_NAMES


class Asked(Divided, Protocol):
    """What of a list says whether its pool must be closed."""

    @property
    def conditions(self) -> Mapping[str, Any]:
        """Those it adds of its own."""

    @property
    def skip_drawn(self) -> bool:
        """Whether what was drawn earlier in the year is left out."""


def by_risk(campaign: Campaign) -> Mapping[str, Any]:
    """What the line says of each level that has its own, for the lead; nothing for partners, and outside the plan."""
    if campaign.plan_line_id is None or campaign.tenant_id != current_scope().tenant_id:
        return {}
    return plans.line(campaign.plan_line_id).by_risk or {}


def has_frequency(campaign: Campaign) -> bool:
    """Whether some level is to be checked more often than once a year by draws of this line."""
    drawn = campaign.source == "plan" and campaign.kind == "random"
    return drawn and any(own["times"] > 1 for own in by_risk(campaign).values())


def must_close(campaign: Campaign, own: Asked) -> bool:
    """Whether the pool of this list would tell a private class of a firm if it were open."""
    asks = own.skip_drawn and has_frequency(campaign)
    return asks or is_private(own, campaign.conditions, own.conditions)


def still_due(campaign: Campaign, drawn: Counter[str]) -> set[str]:
    """Of entities by how often they were drawn this year those whose level is to be checked more often."""
    if not has_frequency(campaign):
        return set()
    times = {level: own["times"] for level, own in by_risk(campaign).items() if level in RISK_NAMES}
    levels = target_queries.risk_codes(drawn)
    return {code for code, count in drawn.items() if count < times.get(levels.get(code, ""), 1)}
