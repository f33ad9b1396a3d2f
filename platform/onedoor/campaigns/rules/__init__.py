"""Pure rules of campaigns: states, numbers, quotas, and what would fail, said before the draw (R-J5)."""

from onedoor.campaigns.rules.numbers import campaign_code, document_number, qualification_name
from onedoor.campaigns.rules.problems import Level, Problem
from onedoor.campaigns.rules.quotas import StratumQuota, quotas_of
from onedoor.campaigns.rules.rates import asks_levels, check_rates, check_weights, is_private, levels_moved
from onedoor.campaigns.rules.states import (
    AnswerState,
    CampaignState,
    Disposition,
    FilingDecision,
    PartyState,
    Unit,
    party_state,
)

__all__ = [
    "AnswerState",
    "CampaignState",
    "Disposition",
    "FilingDecision",
    "Level",
    "PartyState",
    "Problem",
    "StratumQuota",
    "Unit",
    "asks_levels",
    "campaign_code",
    "check_rates",
    "check_weights",
    "document_number",
    "is_private",
    "levels_moved",
    "party_state",
    "qualification_name",
    "quotas_of",
]
