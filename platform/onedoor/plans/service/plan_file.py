"""A plan from a spreadsheet as bureaus have it (F6, F9): read row by row, shown, then written (R-P1, R-P2, R-L11).

A row whose line the plan has already, by its name, changes that line; what F6 has no column for stays as it is. It goes
out equal (`publication.workbook`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from onedoor.imports.rules.rows import is_foot
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import Column, Limits, SourceRow, in_turn, read_table
from onedoor.plans import queries
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.rules import f6_cells
from onedoor.plans.rules.by_risk import read_by_risk
from onedoor.plans.rules.states import OPEN
from onedoor.plans.service.lines import add_line, change_line, checked_rates
from onedoor.targets.rules.codes import Stratify
from tenants import queries as bureaus

COLUMNS = (
    Column("序号"),
    Column("检查事项", aliases=("抽查事项", "检查事项名称", "抽查事项名称"), required=True),
    Column("检查依据", aliases=("抽查依据", "法律依据")),
    Column("检查对象范围", aliases=("检查对象", "抽查对象", "抽查对象范围")),
    Column("抽查比例", aliases=("抽查比例或数量", "抽查数量", "比例"), required=True),
    Column("频次", aliases=("抽查频次", "检查频次")),
    Column("检查方式", aliases=("抽查方式",)),
    Column("检查时间", aliases=("抽查时间", "实施时间", "检查时限"), required=True),
    Column("牵头部门", aliases=("发起部门", "组织部门")),
    Column("参与部门", aliases=("配合部门", "联合部门")),
    Column("备注"),
)
LIMITS = Limits(size=2 << 20, workbook=16 << 20, rows=500)


@dataclass(frozen=True)
class PlanRow:
    """A row as it was read: what its line would be, what becomes of it, and what stands against it by column."""

    number: int
    name: str
    outcome: str
    given: Mapping[str, Any]
    cells: Mapping[str, str]
    problems: list[tuple[str, str]] = field(default_factory=list)


def read_plan(plan_id: UUID, content: bytes) -> list[PlanRow]:
    """What each row of a file would make of the plan; nothing is written. Raises ClerkError for a file nobody can read."""
    plan = _plan(plan_id)
    with in_turn():
        source = [row for row in read_table(content, COLUMNS, LIMITS).rows if not is_foot(row)]
    source = [row for row in source if row.cells.get("检查事项")]
    if not source:
        raise ClerkError(
            "文件里没有检查事项，请核对是不是计划表。", fields={"file": ["文件里没有检查事项。"]}
        )
    reading = _Reading(plan)
    rows = [reading.row(each) for each in source]
    for row in rows:
        if not row.problems:
            row.problems.extend(_tried(plan, row, reading.lines))
    return rows


def load_plan(plan_id: UUID, content: bytes) -> list[PlanLine]:
    """Write every row, or none: raises Conflict with the first row that something stands against."""
    rows = read_plan(plan_id, content)
    wrong = next((row for row in rows if row.problems), None)
    if wrong is not None:
        raise Conflict(
            "第 %(number)s 行：%(problem)s", number=wrong.number, problem=Sentence(wrong.problems[0][1])
        )
    lines = _Reading(_plan(plan_id)).lines
    return [_write(plan_id, row, lines) for row in rows]


def _plan(plan_id: UUID) -> Plan:
    plan = queries.my_plan(plan_id)
    if plan.state not in OPEN:
        raise Conflict("《%(title)s》已经提交，不能再从文件读入。", title=plan.title)
    return plan


def _tried(plan: Plan, row: PlanRow, lines: Mapping[str, PlanLine]) -> list[tuple[str, str]]:
    """What the service would refuse: found by doing it, in a savepoint that is given up again."""
    with db.session.begin_nested() as savepoint:
        try:
            _write(plan.id, row, lines)
            found: list[tuple[str, str]] = []
        except ClerkError as error:
            texts = [text for each in (error.fields or {}).values() for text in each]
            found = [("", text) for text in texts or [Sentence(error.message, **error.params)]]
        savepoint.rollback()
    db.session.expire_all()
    return found


def _write(plan_id: UUID, row: PlanRow, lines: Mapping[str, PlanLine]) -> PlanLine:
    there = lines.get(row.name)
    if there is None:
        who = current_scope().actor_name
        return add_line(plan_id, person_responsible=who, **row.given)
    kept = {name: getattr(there, name) for name in ("person_responsible", "unit_id", "team_size", "reserve")}
    return change_line(there.id, **{**kept, **row.given})


def _times(text: str) -> Mapping[str, Any]:
    plain, levels = read_by_risk(text)
    return {"times_a_year": f6_cells.times(plain), "by_risk": levels}


class _Reading:
    """What the cells of one plan's file are looked up in."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.bureau = bureaus.my_bureau()
        self.lines = {line.name: line for line in queries.lines(plan.id)}
        self.items = item_queries.published_items()
        self.places = {place.name: place.code for place in bureaus.places()}
        self.names = {one.name: one.id for one in bureaus.bureaus()} | {
            one.short_name: one.id for one in bureaus.bureaus()
        }
        self.seen: dict[str, int] = {}

    def row(self, source: SourceRow) -> PlanRow:
        """One row with all that is wrong with it."""
        cells = {name: str(value or "") for name, value in source.cells.items()}
        problems: list[tuple[str, str]] = [
            (each.column, Sentence(each.error.message, **each.error.params)) for each in source.problems
        ]
        given: dict[str, Any] = {}

        def take(column: str, read: Callable[[str], Mapping[str, Any]]) -> None:
            try:
                given.update(read(cells.get(column, "")))
            except ClerkError as error:
                problems.append((column, Sentence(error.message, **error.params)))

        take("检查事项", lambda text: self._items(text, cells.get("参与部门", "")))
        take("检查对象范围", lambda text: {"conditions": f6_cells.scope(text, self.places)})
        take("抽查比例", self._rates)
        take("频次", _times)
        take("检查方式", lambda text: dict(zip(("method", "kind"), f6_cells.method(text), strict=True)))
        take(
            "检查时间",
            lambda text: dict(
                zip(("starts_on", "ends_on"), f6_cells.period(text, self.plan.year), strict=True)
            ),
        )
        take("备注", lambda text: dict(zip(("remark", "fill_days"), f6_cells.remark(text), strict=True)))
        take("牵头部门", self._lead)
        name = str(given.get("name", cells.get("检查事项", "").partition("\n")[0]))
        if name in self.seen:
            text = Sentence("与第 %(row)s 行是同一行，请合并。", row=self.seen[name])
            problems.append(("检查事项", text))
        self.seen.setdefault(name, source.number)
        outcome = "change" if name in self.lines else "new"
        return PlanRow(source.number, name, outcome, given, cells, problems)

    def _rates(self, text: str) -> Mapping[str, Any]:
        rules = f6_cells.rate_rules(text, self.places)
        if rules is not None:
            return checked_rates(Stratify.RULES, {}, rules) | {"stratify": Stratify.RULES.value}
        return dict(zip(("stratify", "rates"), f6_cells.rate_table(text, self.places), strict=True))

    def _lead(self, text: str) -> Mapping[str, Any]:
        if text.strip() and self.names.get(text.strip()) != self.bureau.id:
            raise ClerkError("牵头部门是%(bureau)s，请由牵头部门报送。", bureau=text.strip())
        return {}

    def _items(self, text: str, partners: str) -> Mapping[str, Any]:
        """The line's name and its items: the name on the first line, the items below, or one for both."""
        words = [word.strip() for word in text.splitlines() if word.strip()]
        name, *listed = words
        found = [self._item(word, partners) for word in listed or [name]]
        return {"name": name, "items": [item.id for item in found]}

    def _item(self, word: str, partners: str) -> Item:
        whose = {self.bureau.id} | {
            self.names[each.strip()] for each in partners.split("、") if each.strip() in self.names
        }
        plain, _, bracket = word.removesuffix("）").rpartition("（")
        named = self.names.get(bracket) if word.endswith("）") else None
        for item in self.items:
            exact = item.name == word and item.tenant_id in whose
            of_named = named is not None and item.tenant_id == named and item.name == plain
            if exact or of_named or (item.number == word and item.tenant_id in whose):
                return item
        raise ClerkError("“%(item)s”不在公布的检查事项清单里，请按清单的名称填写。", item=word)
