"""How many branches their tests take: of the draw's rules all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("package", "tests", "percent"),
    [
        (
            "onedoor.draws.rules",
            ["tests/draws", "tests/standalone/test_logs.py", "tests/draws_room/test_beacon_at_once.py"],
            100,
        ),
    ],
)
def test_branches_are_taken(tmp_path: Path, package: str, tests: list[str], percent: int) -> None:
    data = f"--data-file={tmp_path / 'coverage'}"
    # What this run's own workers were told is nothing to that one; its servers are its own.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ONEDOOR_TEST_"))
    }
    tested = _run(
        ["run", "--branch", f"--source={package}", data, "-m", "pytest", "-q", "-n", "0", *tests], environment
    )
    assert tested.returncode == 0, tested.stdout[-3000:]
    report = _run(
        ["report", "--show-missing", "--skip-covered", f"--fail-under={percent}", data], environment
    )
    assert report.returncode == 0, report.stdout


def _run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
