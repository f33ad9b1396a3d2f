"""Reads of officers."""

from onedoor.officers.queries import entrusted_bodies, experts, gaps
from onedoor.officers.queries.duties import duties, duties_now, my_training, training_years, trainings
from onedoor.officers.queries.inspectors import (
    bureau_inspectors,
    initials,
    inspector,
    inspectors,
    my_inspector,
    my_inspectors,
    my_recusals,
    private_of,
    recusals_of,
)
from onedoor.officers.queries.leave import (
    away_on,
    days_away,
    leaves_between,
    leaves_of,
    own_inspector,
    waiting_requests,
    warned_of,
)
from onedoor.officers.queries.proposals import proposal, proposed_officers

__all__ = [
    "away_on", "bureau_inspectors", "days_away", "duties", "duties_now", "entrusted_bodies", "experts", "gaps", "initials",
    "inspector", "inspectors", "leaves_between", "leaves_of", "my_inspector", "my_inspectors", "my_recusals",
    "my_training", "own_inspector", "private_of", "proposal", "proposed_officers", "recusals_of",
    "training_years", "trainings", "waiting_requests", "warned_of",
]  # fmt: skip
