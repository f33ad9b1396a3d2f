"""What a supervisor asks of a bureau, where that stands, and what an assessment counts (R-S4, R-S5); pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

# So that the receiver can work through them; more records than that are an order each.
MOST_RECORDS = 500


class OrderKind(StrEnum):
    """A reminder asks to be read, an order (督办) to be answered by its day."""

    REMINDER = "reminder"
    ORDER = "order"


class OrderState(StrEnum):
    """Where an order stands; derived, never stored."""

    SENT = "sent"
    ANSWERED = "answered"
    ENDED = "ended"


def state_of(
    answered_at: datetime | None, asked_again_at: datetime | None, ended_at: datetime | None
) -> OrderState:
    """From the receiver's last answer and what the supervisor did after it."""
    if ended_at is not None:
        return OrderState.ENDED
    if answered_at is not None and (asked_again_at is None or asked_again_at < answered_at):
        return OrderState.ANSWERED
    return OrderState.SENT


def is_overdue(state: OrderState, due_on: date | None, today: date) -> bool:
    """Whether an answer is still out after its last day."""
    return state is OrderState.SENT and due_on is not None and due_on < today


@dataclass(frozen=True)
class Deduction:
    """One line of an assessment: each record of `kind` in `state` costs `points`, all of them at most `most` (None: no limit).

    Negative points are a merit.
    """

    kind: str
    state: str
    points: Decimal
    most: Decimal | None

    @property
    def key(self) -> str:
        """The cell of the overview that it counts."""
        return f"{self.kind}.{self.state}"

    def cost(self, records: int) -> Decimal:
        """What so many records cost: below zero for a merit."""
        whole = self.points * records
        if self.most is None:
            return whole
        return min(whole, self.most) if self.points > 0 else max(whole, -self.most)


@dataclass(frozen=True)
class Line:
    """What a deduction came to for one bureau: so many records, so many points."""

    key: str
    records: int
    cost: Decimal


def score(
    full: Decimal, deductions: Sequence[Deduction], counts: Mapping[str, int]
) -> tuple[Decimal, list[Line]]:
    """The score of a bureau and its lines; `counts` are records by the key of the deduction. Never below zero (R-S5)."""
    lines = [
        Line(each.key, counts.get(each.key, 0), each.cost(counts.get(each.key, 0))) for each in deductions
    ]
    return max(Decimal(0), full - sum((line.cost for line in lines), Decimal(0))), lines
