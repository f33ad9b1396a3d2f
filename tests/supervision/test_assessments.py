"""The assessment of a year: tried, announced with what cost it, objected to once, final (R-S5)."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.supervision import queries, rules, service
from onedoor.supervision.models import AssessmentScore
from onedoor.supervision.rules import Deduction
from tests.supervision.scene import Scene

FULL = Decimal(100)
LATE = Deduction("results", "report_overdue", Decimal(5), Decimal(20))
FILED = Deduction("filings", "accepted", Decimal("-2"), Decimal(4))
POINTS = st.decimals(min_value=-20, max_value=20, places=2).filter(bool)


@given(st.lists(st.tuples(POINTS, st.integers(0, 50), st.one_of(st.none(), st.integers(1, 30))), max_size=6))
def test_a_score_is_the_full_points_less_each_line_and_never_below_zero(
    lines: list[tuple[Decimal, int, int | None]],
) -> None:
    deductions = [
        Deduction("visits", str(place), points, None if most is None else Decimal(most))
        for place, (points, _n, most) in enumerate(lines)
    ]
    counts = {each.key: lines[place][1] for place, each in enumerate(deductions)}
    found, result = rules.score(FULL, deductions, counts)
    assert found == max(Decimal(0), FULL - sum((one.cost for one in result), Decimal(0)))
    for each, line in zip(deductions, result, strict=True):
        assert each.most is None or abs(line.cost) <= each.most
        assert line.cost == 0 or (line.cost > 0) == (each.points > 0)


@pytest.fixture(scope="module")
def announced(scene: Scene) -> UUID:
    with scene.city.acting("sfj.supervisor"):
        made = service.freeze(today().year, FULL, [LATE, FILED], "按考核办法")
        return service.announce(made.id, today() + timedelta(days=7)).id


def _score(scene: Scene, who: str = "scjg.planner") -> AssessmentScore:
    with scene.city.acting(who):
        found: AssessmentScore = db.session.scalars(queries.assessments.my_scores()).one()
        return found


def test_a_trial_keeps_nothing_and_counts_what_the_overview_counts(scene: Scene) -> None:
    with scene.city.acting("sfj.supervisor"):
        tried = {one.bureau.code: one for one in service.trial(today().year, FULL, [LATE, FILED])}
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AssessmentScore)) in (0, len(tried))
    with scene.city.acting("sfj.supervisor", supervisor=True):
        seen = queries.overview(today().year)
    for bureau in seen.bureaus:
        if bureau.code in tried:
            lines = {line.key: line.records for line in tried[bureau.code].lines}
            assert lines["results.report_overdue"] == seen.of("results", "report_overdue", bureau.code)
    assert tried["990100-SCJG"].score == FULL - 5 + 2


def test_each_point_opens_its_records_and_each_bureau_sees_its_own(scene: Scene, announced: UUID) -> None:
    mine = _score(scene)
    late = next(line for line in mine.lines if line["key"] == LATE.key)
    assert [one["id"] for one in late["records"]] == [str(scene.found_problem)]
    with scene.city.acting("yjgl.planner"):
        assert len(db.session.scalars(sa.select(AssessmentScore)).all()) == 1
    with scene.city.acting("sfj.supervisor"):
        content = service.workbook(announced, {LATE.key: "报告逾期"})
        count = len(queries.assessments.scores(announced))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None and sheet.max_row == 2 + count


def test_one_objection_one_answer_then_final(scene: Scene, announced: UUID, owner: Any) -> None:
    mine = _score(scene)
    with scene.city.acting("yjgl.planner"), pytest.raises(ClerkError):
        service.object_to_score(mine.id, "不是我的")
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="没有提出异议"):
        service.adjust_score(mine.id, FULL, "照顾")
    with scene.city.acting("scjg.planner"):
        service.object_to_score(mine.id, "报告已于当日补交。")
    with scene.city.acting("scjg.head"), pytest.raises(Conflict, match="已经提出过"):
        service.object_to_score(mine.id, "再提一次")
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="异议没有处理"):
        service.finish(announced)
    with scene.city.acting("scjg.planner"), pytest.raises(Forbidden):
        service.adjust_score(mine.id, FULL, "自己改分")
    with scene.city.acting("sfj.supervisor"):
        service.adjust_score(mine.id, Decimal(99), "核实后只扣一分")
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="异议期限"):
        service.finish(announced)
    owner.execute("SET session_replication_role = replica")
    owner.execute("UPDATE assessment SET objections_until = %s", (today() - timedelta(days=1),))
    owner.execute("SET session_replication_role = origin")
    with scene.city.acting("sfj.supervisor"):
        service.finish(announced)
    assert _score(scene).final == 99
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="定稿"):
        service.adjust_score(mine.id, FULL, "再改")
    with scene.city.acting("yjgl.planner"), pytest.raises(Conflict, match="期限"):
        found = db.session.scalars(queries.assessments.my_scores()).one()
        service.object_to_score(found.id, "晚了")


def test_an_announced_year_keeps_its_rules(scene: Scene, announced: UUID) -> None:
    with scene.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="已经公布"):
        service.freeze(today().year, FULL, [LATE], "换一套")


@pytest.mark.parametrize(
    ("deductions", "what"),
    [
        ([], "至少写一条"),
        ([LATE, LATE], "两条"),
        ([Deduction("results", "report_overdue", Decimal(0), None)], "不能为 0"),
        ([Deduction("results", "nonsense", Decimal(1), None)], "没有这类"),
        ([Deduction("nonsense", "all", Decimal(1), None)], "没有这类"),
    ],
)
def test_bad_rules_are_refused(scene: Scene, deductions: list[Deduction], what: str) -> None:
    with scene.city.acting("sfj.supervisor"), pytest.raises(ClerkError, match=what):
        service.freeze(today().year - 1, FULL, deductions, "试")
    with scene.city.acting("sfj.supervisor"), pytest.raises(ClerkError, match=what):
        service.trial(today().year - 1, FULL, deductions)
