"""What a plan is, where it stands and when it is due (R-P1, R-P2, R-P7); pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class PlanKind(StrEnum):
    """Which plan: its day of filing differs."""

    YEARLY = "yearly"
    FIRST_HALF = "first_half"
    SECOND_HALF = "second_half"
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
WITH_REASON = frozenset({PlanKind.SPECIAL, PlanKind.SUPPLEMENT})

KIND_NAMES: dict[PlanKind, str] = {
    PlanKind.YEARLY: "年度检查计划",
    PlanKind.FIRST_HALF: "上半年检查计划",
    PlanKind.SECOND_HALF: "下半年检查计划",
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
    return f"{bureau}{year}{'' if kind is PlanKind.YEARLY else '年'}{KIND_NAMES[kind]}"


def number_of(abbreviation: str, year: int, running: int) -> str:
    """Numbered by bureau and year: 示市监计〔2026〕3号."""
    return f"{abbreviation}计〔{year}〕{running}号"


def line_code(bureau_code: str, year: int, running: int) -> str:
    """The code a line keeps through all versions: 990100-SCJG-2026-07."""
    return f"{bureau_code}-{year}-{running:02d}"


def due_on(kind: PlanKind, year: int, version: int) -> date | None:
    """The last day of filing: 15 January, for the second half 15 June (R-P1, R-P2).

    None where no rule sets a day: special plans, supplements, and changes to a published plan.
    """
    if version > 1 or kind in WITH_REASON:
        return None
    return date(year, 6 if kind is PlanKind.SECOND_HALF else 1, 15)


def needs_review(joint: bool, lead_domain: str) -> bool:
    """备案审核 rather than 备案: joint checks that market regulation does not organise (R-J1, R-P4)."""
    return joint and lead_domain != "market"
