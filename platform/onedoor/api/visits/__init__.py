"""Visits over the interface: each module adds its addresses to the one blueprint."""

from onedoor.api.visits import arrangement, at_the_door, batches, combinations, papers, results
from onedoor.api.visits.visits import blp

__all__ = ["arrangement", "at_the_door", "batches", "blp", "combinations", "papers", "results"]
