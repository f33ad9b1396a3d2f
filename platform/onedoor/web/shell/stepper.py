"""The steps of a plan, a campaign, a draw or a visit: which is now, who acts, until when; one piece for all (`ui.stepper`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ProcessStep:
    """One step: its words, who acts in it, and until when (a date, or a deadline of the calendar)."""

    label: Any
    who: Any = ""
    until: Any = None


@dataclass(frozen=True)
class Stepper:
    """Steps in their order; `now` is the place of the one that is under way, beyond the last when all are done."""

    steps: Sequence[ProcessStep]
    now: int

    def state(self, place: int) -> str:
        """Of a step: done, now or to come."""
        return "done" if place < self.now else "now" if place == self.now else "ahead"
