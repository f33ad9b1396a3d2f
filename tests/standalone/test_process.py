"""`verify.py` as people run it: a process of its own, nothing of ours on its path; usage, output and exit codes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onedoor.commands.draw_files import verify
from onedoor.draws.rules import canonical
from onedoor.verifier import FILE
from tests.draws.making import entered
from tests.draws.test_commands import Folder
from tests.draws.vectors import VECTORS
from tests.standalone.test_logs import JOINT, replaced, substituted


def run(*options: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    command = [python, "-X", "utf8", "-I", str(FILE), *options]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def joint(tmp_path: Path) -> Folder:
    return Folder(tmp_path, VECTORS["joint"])


def test_a_valid_draw_with_a_lot_and_its_changes(joint: Folder) -> None:
    logs = [replaced(), substituted(2)]
    files = [joint.put(f"log-{log['n']}.json", canonical(log)) for log in logs]
    known = JOINT["lots"][0]
    options = [
        joint.proof(),
        *joint.pools,
        *joint.roster,
        "--register",
        joint.put("register", entered(JOINT, logs)),
    ]
    options += ["--log", files[0], "--log", files[1], "--lot", joint.put("lot.json", canonical(known["lot"]))]
    said = run(*options)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[:2] == ["VALID", "DRAWN" if known["drawn"] else "NOT DRAWN"]
    assert "核验通过" in said.stdout
    same = CliRunner().invoke(verify, options)
    assert same.exit_code == 0
    assert same.stdout.splitlines()[:2] == said.stdout.splitlines()[:2]
    left = {line.partition("（")[0] for line in said.stdout.splitlines()[2:-1]}
    assert left == set(same.stdout.splitlines()[2:])


def test_a_tampered_file_is_found_each(joint: Folder) -> None:
    files = [*(option.partition("=")[2] for option in joint.pools[1::2]), joint.roster[1]]
    for file in map(Path, files):
        raw = file.read_bytes()
        place = raw.index(b"\t", 100) + 1
        file.write_bytes(raw[:place] + (b"Y" if raw[place:][:1] != b"Y" else b"Z") + raw[place + 1 :])
        said = run(joint.proof(), *joint.pools, *joint.roster)
        assert said.returncode == 1 and said.stdout.startswith("INVALID: ") and said.stderr == ""
        file.write_bytes(raw)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "PROOF"),
        (["/no/such/file"], "No such file"),
        (["{proof}", "--pool", "990100-SCJG"], "LIST=FILE"),
        (["{proof}", "--pool", "990100-ZZZZ={proof}"], "no list 990100-ZZZZ"),
        (["{proof}", "--register", "{proof}", "--head", "1:" + "A" * 64], "N:HEX"),
        (["{proof}", "--head", "1:" + "a" * 64], "--register"),
        (["{proof}", "--lot"], "--lot"),
        (["{proof}", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_use_exits_with_2(joint: Folder, options: list[str], told: str) -> None:
    said = run(*(option.format(proof=joint.proof()) for option in options))
    assert said.returncode == 2 and told in said.stderr and "VALID" not in said.stdout


def test_a_roster_that_the_plan_does_not_ask_for_is_wrong_use(tmp_path: Path) -> None:
    folder = Folder(tmp_path, VECTORS["uniform"])
    said = run(folder.proof(), "--roster", folder.put("roster.txt", b""))
    assert said.returncode == 2 and "no roster" in said.stderr


def test_a_terminal_without_chinese_gets_a_verdict(joint: Folder) -> None:
    command = [sys.executable, "-X", "utf8=0", "-c", _LATIN, str(FILE), joint.proof()]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0 and done.stdout.startswith(b"VALID") and b"\\u6838" in done.stdout


_LATIN = """
import runpy, sys
sys.stdout.reconfigure(encoding="latin-1")
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def _works(python: str | None) -> bool:
    """A shim may be there without what it stands for."""
    return (
        bool(python) and subprocess.run([str(python), "-V"], capture_output=True, check=False).returncode == 0
    )


# Where there is a Python 3.8 it is tried too; that it can read the file, tests/architecture holds everywhere.
PYTHONS = [sys.executable, *filter(_works, [shutil.which("python3.8")])]


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).name)
def test_it_runs_on_each_python_there_is(joint: Folder, python: Any) -> None:
    said = run(joint.proof(), *joint.pools, *joint.roster, *joint.register(), python=python)
    assert (said.returncode, said.stdout.splitlines()[0], said.stderr) == (0, "VALID", "")
