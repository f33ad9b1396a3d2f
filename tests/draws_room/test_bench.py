"""`onedoor bench draw` runs, on a draw small enough for a test; what it takes is never a test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onedoor.commands.bench import LEAD, own_draws, report
from onedoor.commands.bench.command import NAMES
from onedoor.commands.bench.stopwatch import Watch, peak_mb
from onedoor.draws.rules import Evidence, verify
from tests.campaigns.builders import World
from tests.fixtures.city import City


def test_the_ceremony_that_is_measured_is_a_draw_like_any_other(city: City, tmp_path: Path) -> None:
    """From the registers to the stored proof; its files verify, and the selection alone gives the same."""
    World(city).fill()
    ceremony = own_draws.Ceremony(city.app, city.bureaus["SCJG"])
    ceremony.run()
    # 3 % of 60 and of 20 firms in the two strata of the library
    assert ceremony.files(tmp_path) == 2 + 1
    pool, proof, register = (
        (tmp_path / name).read_bytes() for name in (f"pool-{LEAD}.txt", "proof.json", "register.jsonl")
    )
    verdict = verify(Evidence(proof, {LEAD: pool}, register=register))
    assert verdict.valid, verdict.reason
    assert own_draws.selection({"folder": tmp_path})["seconds"] > 0


def test_teams_are_measured_on_a_case_that_can_be_filled() -> None:
    result = own_draws.teaming({"teamed": 40, "inspectors": 16})
    assert (result["slots"], result["unfilled"]) == (80, 0)


@pytest.mark.long
def test_the_command_runs_all_that_is_installed_and_skips_the_rest() -> None:
    sizes = ["--objects", "400", "--repeat", "1", "--teamed", "40", "--inspectors", "16"]
    command = [sys.executable, "-m", "onedoor", "bench", "draw", "--json", *sizes]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["objects"] == 400 and report["machine"]["cores"] >= 1
    assert list(report["contestants"]) == list(NAMES)
    ours_alone = ("whole", "selection", "order_by_random", "teaming")
    ran = {name: each for name, each in report["contestants"].items() if "skipped" not in each}
    assert set(ours_alone) <= ran.keys()
    assert all(each["seconds"] > 0 and each["peak_mb"] > 0 for each in ran.values())
    assert "publication, not counted" in ran["whole"]["parts"]
    assert bool(report["ratios"]) == ("consistent_sampler" in ran)


def run_of(seconds: float) -> dict[str, float]:
    return {"seconds": seconds, "peak_mb": 100.4}


def test_a_report_has_medians_ratios_and_who_was_skipped() -> None:
    runs = {
        "whole": [run_of(3.0) | {"parts": {"read": each}} for each in (1.0, 2.0, 9.0)],
        "consistent_sampler": [run_of(4.0), run_of(6.0), run_of(5.0)],
        "verify_py": [{"skipped": "not here"}],
    }
    result = report.of(runs, {"objects": 1_000_000, "teamed": 1, "inspectors": 1}, "18.1")  # type: ignore[arg-type]
    assert result["contestants"]["whole"]["parts"] == {"read": 2.0}
    assert result["contestants"]["consistent_sampler"] == {
        "seconds": 5.0,
        "runs": [4.0, 6.0, 5.0],
        "peak_mb": 100,
    }
    assert result["ratios"] == {"whole": {"ratio": 0.6, "floor": 0.6, "aim": 0.35}}
    text = report.table(result)
    assert "0.60 of (d)" in text and "skipped: not here" in text


def test_below_a_million_nothing_is_asked() -> None:
    runs = {"whole": [run_of(3.0)], "consistent_sampler": [run_of(4.0)]}
    result = report.of(runs, {"objects": 10_000, "teamed": 1, "inspectors": 1}, "18.1")  # type: ignore[arg-type]
    assert result["ratios"] == {"whole": {"ratio": 0.75}}


def test_what_is_taken_apart_does_not_count_for_the_part_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 4.0, 6.0])
    monkeypatch.setattr("onedoor.commands.bench.stopwatch.time.perf_counter", lambda: next(times))
    watch = Watch()
    with watch.taking("job"):
        with watch.apart("publication"):
            pass
    assert watch.parts == {"publication": 3.0, "job": 3.0}


def test_a_process_knows_its_peak() -> None:
    assert 1 < peak_mb() < 100_000
