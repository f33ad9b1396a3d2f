"""How many branches their tests take: of the draw's rules all, of what keeps bureaus and people apart 95 per cent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.long
# They compare declarations with the catalogue and take no branch that others do not.
DECLARATIONS = {"test_access_document", "test_access_matrix", "test_catalogue", "test_functions"}


@pytest.mark.parametrize(
    ("package", "tests", "percent"),
    [
        (
            "onedoor.draws.rules",
            ["tests/draws", "tests/standalone/test_logs.py", "tests/draws_room/test_beacon_at_once.py"],
            100,
        ),
        (
            "tenants",
            [
                *(
                    str(path)
                    for path in sorted((ROOT / "tests/tenants").glob("test_*.py"))
                    if path.stem not in DECLARATIONS
                ),
                *(f"tests/web/settings/test_{name}.py" for name in ("settings", "people", "log")),
                "tests/web/operator",
                "tests/web/test_single_sign_on.py",
                "tests/web/test_sign_in.py",
                "tests/web/test_account.py",
                "tests/web/test_delegation.py",
                "tests/api/test_tokens.py",
            ],
            95,
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
