"""Under CI what failed is run once more by itself: what passes then is listed and fails nothing, unless there is much of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "ci_tests.py"
# A test that passes only when it is run a second time, as one does that depends on what runs beside it.
SHAKY = """
import pathlib
def test_shaky_{n}():
    seen = pathlib.Path(__file__).with_name("seen-{n}")
    known = seen.exists()
    seen.touch()
    assert known
"""
GREEN = "def test_green(): pass\n"
RED = "def test_red(): assert False, 'always'\n"
RUNS = """
import pathlib
def test_counted():
    with pathlib.Path(__file__).with_name("counted").open("a") as file:
        file.write("x")
"""


class Runner:
    """The script with a suite of these modules, as `.ci/run` and the Makefile call it."""

    def __init__(self, folder: Path) -> None:
        self.results, self.suites = folder / "results", folder / "suites"
        self.results.mkdir()
        self.suites.mkdir()
        (self.suites / "pytest.ini").write_text("[pytest]\n")

    def run(self, name: str, *arguments: str, **modules: str) -> int:
        folder = self.suites / name
        folder.mkdir()
        for module, source in modules.items():
            (folder / f"test_{module}.py").write_text(source)
        return self._script(["run", str(self.results), name, str(folder), *arguments]).returncode

    def close(self, *names: str) -> tuple[int, list[str]]:
        done = self._script(["close", str(self.results), *names])
        return done.returncode, done.stdout.splitlines()

    def _script(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        # What this run's own workers were told is nothing to that one.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        return subprocess.run(
            [sys.executable, str(SCRIPT), *arguments],
            cwd=self.suites,
            env={**inherited, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def closing(line: str) -> str:
    """What pytest's closing line counts."""
    found = re.fullmatch(r"=+ (.+) in \d+\.\d\ds =+", line)
    assert found is not None, line
    return found[1]


def test_a_green_run_is_run_once(runner: Runner) -> None:
    assert runner.run("first", green=GREEN, counted=RUNS) == 0
    assert (runner.suites / "first" / "counted").read_text() == "x"
    status, lines = runner.close("first")
    assert (status, [closing(lines[-1])], len(lines)) == (0, ["2 passed"], 1)


def test_what_passes_the_second_time_is_listed_and_fails_nothing(runner: Runner) -> None:
    assert runner.run("first", green=GREEN, counted=RUNS, shaky=SHAKY.format(n=1)) == 0
    assert (runner.suites / "first" / "counted").read_text() == "x", "only what failed is run again"
    status, lines = runner.close("first")
    assert status == 0 and closing(lines[-1]) == "2 passed, 1 unstable"
    assert lines[0] == "UNSTABLE first/test_shaky.py::test_shaky_1 (failed, then passed)"


def test_what_fails_twice_has_failed_and_all_suites_count(runner: Runner) -> None:
    assert runner.run("first", green=GREEN, shaky=SHAKY.format(n=1)) == 0
    assert runner.run("second", green=GREEN, red=RED) == 1
    status, lines = runner.close("first", "second")
    assert status == 1 and closing(lines[-1]) == "1 failed, 2 passed, 1 unstable"
    assert "FAILED second/test_red.py::test_red" in lines


@pytest.mark.parametrize(
    ("many", "status", "said"), [(3, 0, "1 passed, 3 unstable"), (4, 1, "4 failed, 1 passed")]
)
def test_more_than_three_unstable_ones_fail_the_run(
    runner: Runner, many: int, status: int, said: str
) -> None:
    half = many // 2
    runner.run("first", green=GREEN, **{f"shaky_{n}": SHAKY.format(n=n) for n in range(half)})
    runner.run("second", **{f"shaky_{n}": SHAKY.format(n=n) for n in range(half, many)})
    found, lines = runner.close("first", "second")
    assert (found, closing(lines[-1])) == (status, said)
    assert sum(line.startswith("UNSTABLE") for line in lines) == many


@pytest.mark.parametrize(
    "modules",
    [
        {"green": GREEN, "broken": "import nothing_of_this_name\n"},
        {"green": GREEN, "ended": "import pytest\ndef test_ended(): pytest.exit('no more', returncode=3)\n"},
    ],
    ids=["a module that cannot be read", "a run that ends before its end"],
)
def test_what_did_not_run_to_its_end_is_never_green(runner: Runner, modules: dict[str, str]) -> None:
    assert runner.run("first", **modules) != 0
    status, lines = runner.close("first")
    assert status == 1 and "error" in closing(lines[-1])


def test_a_suite_that_never_began_is_never_green(runner: Runner) -> None:
    assert runner.run("first", green=GREEN) == 0
    status, lines = runner.close("first", "second")
    assert status == 1 and closing(lines[-1]) == "1 passed, 1 error"
    assert lines[0] == "ERROR the suite second did not run to its end"


def test_an_empty_suite_is_no_failure_but_no_pass_either(runner: Runner) -> None:
    """`make test-long ARGS=tests/x` may find none; alone it is no green run."""
    assert runner.run("first", green="") == 5
    assert runner.run("second", green=GREEN) == 0
    assert runner.close("first", "second")[0] == 0
    status, lines = runner.close("first")
    assert status == 1 and closing(lines[-1]) == "no tests ran"


def test_on_several_workers_too(runner: Runner) -> None:
    assert runner.run("first", "-p", "xdist", "-n", "2", green=GREEN, red=RED, shaky=SHAKY.format(n=1)) == 1
    assert closing(runner.close("first")[1][-1]) == "1 failed, 1 passed, 1 unstable"
