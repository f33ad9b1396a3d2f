"""Visits over the interface: each module adds its addresses to the one blueprint."""

from onedoor.api.visits import at_the_door, batches
from onedoor.api.visits.visits import blp

__all__ = ["at_the_door", "batches", "blp"]
