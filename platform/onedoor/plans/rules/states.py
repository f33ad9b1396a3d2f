"""What a plan is, where it stands and when it is due (R-P1, R-P2, R-P7); pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class CapState(StrEnum):
    """A cap on visits (R-P6) until it is decided."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class PlanKind(StrEnum):
    """Which plan: its day of filing differs."""

    YEARLY = "yearly"
    FIRST_HALF = "first_half"
    SECOND_HALF = "second_half"
    JOINT = "joint"
    SPECIAL = "special"
    SUPPLEMENT = "supplement"


class PlanState(StrEnum):
    """Draft, with the unit, with the head, returned, approved, published, replaced."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    REPLACED = "replaced"


OPEN = frozenset({PlanState.DRAFT, PlanState.RETURNED})
PUBLIC = frozenset({PlanState.PUBLISHED, PlanState.REPLACED})
# These say in a sentence why they are needed, since the yearly plan does not hold them.
# Checks outside the market domain alone, on the form F9 (R-P2).
HALF_YEARLY = frozenset({PlanKind.FIRST_HALF, PlanKind.SECOND_HALF})
WITH_REASON = frozenset({PlanKind.SPECIAL, PlanKind.SUPPLEMENT})

KIND_NAMES: dict[PlanKind, str] = {
    PlanKind.YEARLY: "年度检查计划",
    PlanKind.FIRST_HALF: "上半年检查计划",
    PlanKind.SECOND_HALF: "下半年检查计划",
    PlanKind.JOINT: "年度部门联合抽查计划",
    PlanKind.SPECIAL: "专项检查计划",
    PlanKind.SUPPLEMENT: "年中增补计划",
}
METHODS: tuple[str, ...] = (
    "实地检查",
    "书面检查",
    "网络监测",
    "行政部门检查结果或专业意见",
    "检验检测",
    "委托专业机构",
)


def title_of(bureau: str, year: int, kind: PlanKind) -> str:
    """The title a plan has unless its planner gives another."""
    return f"{bureau}{year}{'' if kind in (PlanKind.YEARLY, PlanKind.JOINT) else '年'}{KIND_NAMES[kind]}"


def number_of(abbreviation: str, year: int, running: int) -> str:
    """Numbered by bureau and year: 示市监计〔2026〕3号."""
    return f"{abbreviation}计〔{year}〕{running}号"


def line_code(bureau_code: str, year: int, running: int) -> str:
    """The code a line keeps through all versions: 990100-SCJG-2026-07."""
    return f"{bureau_code}-{year}-{running:02d}"


def due_on(kind: PlanKind, first: date, second: date) -> date | None:
    """The last day of filing a first version: `first` of the year's and the first half's, `second` of the second half's
    (R-P1, R-P2; the place's settings). None where no rule sets a day: joint and special plans, supplements.
    """
    days = {PlanKind.YEARLY: first, PlanKind.FIRST_HALF: first, PlanKind.SECOND_HALF: second}
    return days.get(kind)


class DueState(StrEnum):
    """Where a plan that has to be filed stands: on time, late, returned, coming, near its last day, missing after it."""

    FILED = "filed"
    LATE = "late"
    RETURNED = "returned"
    COMING = "coming"
    NEAR = "near"
    MISSING = "missing"


def due_state(filed_on: date | None, returned: bool, due: date, warn_from: date, today: date) -> DueState:
    """Warned before, counted after (R-S3): `warn_from` is the first day of the warning."""
    if returned:
        return DueState.RETURNED
    if filed_on is not None:
        return DueState.LATE if filed_on > due else DueState.FILED
    if today > due:
        return DueState.MISSING
    return DueState.NEAR if today >= warn_from else DueState.COMING


def needs_review(joint: bool, lead_domain: str) -> bool:
    """备案审核 rather than 备案: joint checks that market regulation does not organise (R-J1, R-P4)."""
    return joint and lead_domain != "market"
