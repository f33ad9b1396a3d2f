"""Files of target libraries, and what stands after one was loaded, for the tests of libraries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db
from onedoor.registry import queries, service
from onedoor.registry.models import Entity, ImportProblem, Target
from onedoor.registry.rules.targets import HEAD
from tests.fixtures.city import City
from tests.registry.files import as_csv

Jobs = Callable[[], int]
MAKER = "wsjk.planner"


def row(number: int, prefix: str = "91990100", **cells: str) -> list[str]:
    """A row of a library; `cells` by their heads."""
    given = {"统一社会信用代码": made_up_credit_code(number, prefix), **cells}
    return [given.get(head, "") for head in HEAD]


def load(
    city: City, run_jobs: Jobs, rows: Sequence[Sequence[str]], mode: str = "good", who: str = MAKER
) -> tuple[UUID, Any, list[tuple[int, str, str]]]:
    with city.acting(who):
        run_id = service.begin_import("targets", "名录库.csv", as_csv(rows, HEAD), mode).id
    run_jobs()
    with city.acting(who):
        problems = db.session.scalars(queries.problems(run_id).order_by(ImportProblem.number))
        told = [(one.number, one.column, one.message % one.params) for one in problems]
        return run_id, queries.import_run(run_id).outcome, told


def figures(outcome: Any) -> list[int]:
    return [outcome[word] for word in ("added", "changed", "unchanged", "rejected", "gone")]


def standing(number: int) -> tuple[Target, Entity, str | None, list[str]]:
    entity = queries.entity_by_code(made_up_credit_code(number))
    target = queries.target_of(entity.id)
    assert target is not None
    risk = next((one.level for one in queries.risk_of(entity.id) if one.until is None), None)
    return target, entity, risk, sorted(one.name for one in queries.tags_of(entity.id))


MATTER_HEAD = (
    "统一社会信用代码", "类别", "名称", "编号", "性质", "行业", "所在地", "说明", "列入日期", "移出",
)  # fmt: skip


def matter(number: int, name: str = "糕点", kind: str = "产品", **cells: str) -> list[str]:
    given = {"统一社会信用代码": made_up_credit_code(number), "类别": kind, "名称": name, **cells}
    return [given.get(head, "") for head in MATTER_HEAD]


def load_matters(city: City, run_jobs: Jobs, rows: Sequence[Sequence[str]]) -> tuple[UUID, Any, list[str]]:
    with city.acting(MAKER):
        run_id = service.begin_import("matters", "产品.csv", as_csv(rows, MATTER_HEAD), "good").id
    run_jobs()
    with city.acting(MAKER):
        problems = db.session.scalars(queries.problems(run_id).order_by(ImportProblem.number))
        return run_id, queries.import_run(run_id).outcome, [one.message % one.params for one in problems]
