"""R-D9: a long trace is told by stages, from the list to the export; the newest stage is open."""

from __future__ import annotations

from datetime import UTC, datetime

from onedoor.web.shell.pieces import Step, stages_of


def _steps(*stages: str) -> list[Step]:
    return [
        Step(f"第{n}步", datetime(2026, 3, 2, 1, n, tzinfo=UTC), stage=stage)
        for n, stage in enumerate(stages)
    ]


def test_a_short_trace_is_one_plain_list() -> None:
    (only,) = stages_of(_steps("plan", "draw"))
    assert only.label == "" and [step.text for step in only.steps] == ["第0步", "第1步"]


def test_a_long_trace_goes_by_stages_and_opens_the_newest() -> None:
    found = stages_of(_steps("draw", "plan", "plan", "pool", "draw", "visit", "pool", "visit", "draw"))
    assert [len(stage.steps) for stage in found] == [2, 2, 3, 2]
    assert [stage.open for stage in found] == [False, False, True, False]


def test_nothing_done_has_no_stage() -> None:
    assert stages_of([]) == []
