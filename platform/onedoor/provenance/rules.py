"""The way of a thing, from the list to the supervisor's order, in the order a reader expects (R-D9); pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from onedoor.kernel.text.source_strings import N_

STAGES: Mapping[str, str] = {
    "list": N_("事项清单"),
    "item": N_("检查事项"),
    "plan": N_("检查计划"),
    "line": N_("计划安排"),
    "task": N_("工作安排"),
    "campaign": N_("抽查任务"),
    "pool": N_("抽取名单"),
    "draw": N_("抽取和证明"),
    "visit": N_("检查"),
    "team": N_("检查组"),
    "owed": N_("待补查"),
    "record": N_("检查记录"),
    "followup": N_("后续处置"),
    "transfer": N_("移送"),
    "penalty": N_("行政处罚"),
    "result": N_("公示"),
    "export": N_("报送批次"),
    "receipt": N_("报送和回执"),
    "return": N_("统计报表"),
    "alert": N_("预警"),
    "inspection": N_("联合督查"),
    "order": N_("督办"),
    "circular": N_("通报"),
}
# So many of a stage are named; of more the number is said.
NAMED = 4
# So many visits of a way are followed on to what came of them.
FOLLOWED = 200


@dataclass(frozen=True)
class Thing:
    """One thing on the way; `kind` is a stage, `page` opens it inside, `public` on the public site, if it is there; `owner` is its bureau."""

    kind: str
    id: UUID
    name: str
    page: UUID
    public: UUID | None = None
    owner: UUID | None = None


@dataclass(frozen=True)
class Stage:
    """The things of one stage, the first of them, and how many there are."""

    key: str
    things: Sequence[Thing]
    total: int

    @property
    def more(self) -> int | None:
        """How many are not named; None of more than are followed."""
        return self.total - len(self.things) if self.total < FOLLOWED else None
