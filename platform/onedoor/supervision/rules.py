"""What a supervisor asks of a bureau, where that stands, and what an assessment counts (R-S4, R-S5); pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

# So that the receiver can work through them; more records than that are an order each.
MOST_RECORDS = 500


@dataclass(frozen=True)
class DutyLine:
    """A duty of a bureau as a column of the overview: which records it is, those done, those that went wrong (R-S4).

    `whole` is all that there was to do. `needed`: to have none at all is wrong too.
    """

    name: str
    kind: str
    done: str
    wrong: str = ""
    needed: bool = False
    whole: str = "all"


# In the order of the year: what a bureau keeps, files, draws, checks, tells, sends out and learns.
DUTIES = (
    DutyLine("lists", "items", "all", needed=True),
    DutyLine("rulebooks", "rulebooks", "all", needed=True),
    DutyLine("plans", "owed_plans", "done", "wanting"),
    DutyLine("filings", "filings", "accepted", "returned"),
    DutyLine("draws", "draws", "run", "hanging"),
    DutyLine("visits", "visits", "done", "overdue", whole="due"),
    DutyLine("reports", "results", "reported", "report_overdue"),
    DutyLine("disclosures", "results", "public", "public_overdue"),
    DutyLine("exports", "exports", "accepted", "rejected"),
    DutyLine("followups", "followups", "done", "overdue"),
    DutyLine("returns", "owed_returns", "done", "wanting"),
    DutyLine("training", "trainees", "trained", "untrained"),
)
# Each of these is a trace of somebody working here; a bureau without any does not use the platform.
WORK = ("campaigns", "draws", "visits", "results", "filings")


class DutyState(StrEnum):
    """How a bureau stands with a duty: nothing to do, under way, done, wrong, or wanting altogether."""

    NONE = "none"
    GOING = "going"
    DONE = "done"
    WRONG = "wrong"
    WANTING = "wanting"


@dataclass(frozen=True)
class DutyCell:
    """A cell of the overview: its state, the number that it shows and the state of the records that this opens."""

    state: DutyState
    number: int
    total: int
    opens: str


def duty_cell(duty: DutyLine, counts: Mapping[str, int]) -> DutyCell:
    """From how many records of the duty's kind are in each state; what went wrong outweighs what was done."""
    total, done = counts.get(duty.whole, 0), counts.get(duty.done, 0)
    wrong = counts.get(duty.wrong, 0) if duty.wrong else 0
    if wrong:
        return DutyCell(DutyState.WRONG, wrong, total, duty.wrong)
    if not total:
        return DutyCell(DutyState.WANTING if duty.needed else DutyState.NONE, 0, 0, duty.whole)
    return DutyCell(DutyState.DONE if done >= total else DutyState.GOING, done, total, duty.done)


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


class Audience(StrEnum):
    """Whom an alert is told: the supervisor's people, the bureau's, or both."""

    SUPERVISOR = "supervisor"
    BUREAU = "bureau"
    BOTH = "both"


# What a supervisor watches until it says otherwise: cell, days in it, whom it is told.
FIRST_ALERTS = (
    ("results", "report_overdue", 0, Audience.BOTH),
    ("results", "public_overdue", 0, Audience.BOTH),
    ("visits", "overdue", 0, Audience.BOTH),
    ("visits", "made_up_late", 0, Audience.BOTH),
    ("followups", "overdue", 0, Audience.BOTH),
    ("draws", "hanging", 0, Audience.BOTH),
    ("owed_plans", "missing", 0, Audience.BOTH),
    ("owed_returns", "missing", 0, Audience.BOTH),
    ("exports", "rejected", 10, Audience.BOTH),
    ("owed", "standing", 30, Audience.BOTH),
    ("capped", "broken", 0, Audience.SUPERVISOR),
)


class TaskState(StrEnum):
    """Where a line of a bureau's timetable stands; derived, never stored."""

    COMING = "coming"
    GOING = "going"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"
    DROPPED = "dropped"


def task_state(
    outcome: str | None, starts_on: date | None, due_on: date, ended_on: date | None, today: date
) -> TaskState:
    """From how it ended, else from the day."""
    if outcome == "dropped":
        return TaskState.DROPPED
    if outcome == "done":
        return TaskState.LATE if ended_on is not None and ended_on > due_on else TaskState.DONE
    if today > due_on:
        return TaskState.OVERDUE
    return TaskState.COMING if starts_on is not None and today < starts_on else TaskState.GOING
