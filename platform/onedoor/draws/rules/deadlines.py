"""When the step at hand of a draw is over (draw.md, "Above the line")."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Days:
    """How many days each step has: until the plan is registered, for texts, for reveals, for reading the source."""

    freeze: int
    texts: int
    reveal: int
    beacon: int

    @property
    def together(self) -> timedelta:
        """How long a draw may take that goes through every step."""
        return timedelta(days=self.freeze + self.texts + self.reveal + self.beacon)


def due(
    *,
    state: str,
    created_at: datetime,
    opened_at: datetime | None,
    closed_at: datetime | None,
    announced: datetime | None,
    reveals_due: datetime | None,
    registered: bool,
    speaks_at: datetime | None,
    days: Days,
) -> datetime | None:
    """The end of the step; what was announced to the room is kept, and nothing goes beyond what a source leaves time for."""
    if state == "frozen":
        ends = created_at + timedelta(days=days.freeze)
        return min(ends, reveals_due) if reveals_due else ends
    if state == "open":
        assert opened_at is not None
        ends = max(opened_at + timedelta(days=days.texts), announced or opened_at)
        return min(ends, reveals_due) if reveals_due else ends
    if state == "closed":
        if speaks_at is not None:
            return speaks_at + timedelta(days=days.beacon) if registered else reveals_due
        assert closed_at is not None
        return max(closed_at, announced or closed_at) + timedelta(days=days.reveal)
    return None
