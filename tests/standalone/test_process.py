"""`verify.py` as people run it: a process of its own, nothing of ours on its path; usage, output and exit codes."""

from __future__ import annotations

import json
import os
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
from tests.draws.builders import entered
from tests.draws.forgeries import STRANGERS, speaking
from tests.draws.test_commands import Folder
from tests.draws.vectors import READ_ALIKE, VECTORS
from tests.standalone.test_logs import JOINT, replaced, substituted
from tests.verifier.cases import case


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


def test_of_several_changes_the_one_that_is_no_log_is_named(joint: Folder) -> None:
    logs = [replaced(), substituted(2)]
    good = joint.put("log-1.json", canonical(logs[0]))
    bad = joint.put("log-2.json", canonical(logs[1]) + b"\n")
    options = [joint.proof(), *joint.pools, *joint.roster, "--log", good, "--log", bad]
    result = f"INVALID: log file {bad}: not canonical bytes"
    assert run(*options).stdout.splitlines()[0] == result
    assert CliRunner().invoke(verify, options).stdout.splitlines()[0] == result


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
    ("options", "message"),
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
def test_wrong_use_exits_with_2(joint: Folder, options: list[str], message: str) -> None:
    said = run(*(option.format(proof=joint.proof()) for option in options))
    assert said.returncode == 2 and message in said.stderr and "VALID" not in said.stdout


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


def _unicode(python: str) -> tuple[int, ...] | None:
    """The Unicode it reads by; None of a shim that is there without what it stands for."""
    asked = [python, "-c", "import unicodedata; print(unicodedata.unidata_version)"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    return tuple(map(int, said.stdout.split("."))) if said.returncode == 0 else None


def _pythons() -> list[str]:
    """Ours, and where there are others the oldest that the program is for and the newest, each with its own Unicode.

    That a Python 3.8 can read the file, tests/architecture holds everywhere.
    """
    names = [f"python3.{minor}" for minor in range(8, 16)]
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places = [
        *map(shutil.which, names),
        *(kept for name in names for kept in root.glob(f"versions/*/bin/{name}")),
    ]
    known = {str(place): _unicode(str(place)) for place in places if place}
    others = sorted((version, place) for place, version in known.items() if version)
    return [*dict.fromkeys([sys.executable, *(place for _version, place in (*others[:1], *others[-1:]))])]


PYTHONS = _pythons()


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).name)
def test_it_runs_on_each_python_there_is(joint: Folder, python: Any) -> None:
    said = run(joint.proof(), *joint.pools, *joint.roster, *joint.register(), python=python)
    assert (said.returncode, said.stdout.splitlines()[0], said.stderr) == (0, "VALID", "")


ASKED = """
import base64, hashlib, importlib.util, json, re, sys, unicodedata
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
sys.modules["verify"] = verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)
raw = lambda text: text and base64.b64decode(text)
for case in map(json.loads, sys.stdin):
    pools = {name: raw(data) for name, data in case["pools"].items()}
    head = case["head"] and tuple(case["head"])
    try:
        verify.check(raw(case["proof"]), pools, raw(case["roster"]), raw(case["register"]), head)
        print("VALID")
    except verify.Fault as fault:
        print(ascii(str(fault)))
every = "".join(chr(n) for n in range(0x110000) if not 0xD800 <= n < 0xE000)
read = hashlib.sha256()
for char in "".join(re.findall(verify.CHARACTERS, every)):
    for text in (char, "a" + char + "\\u0323", "a\\u0345" + char):
        read.update(unicodedata.normalize("NFC", text).encode())
print(read.hexdigest())
"""


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: Path(python).name)
def test_each_python_reads_all_vectors_and_every_text_alike(python: str) -> None:
    """Each has a Unicode of its own, and with it another mind about what is in NFC."""
    cases = [*map(case, VECTORS.values()), *(case(speaking(text)) for text in STRANGERS.values())]
    asked = "".join(json.dumps(each) + "\n" for each in cases)
    command = [python, "-X", "utf8", "-I", "-c", ASKED, str(FILE)]
    *said, read = subprocess.run(
        command, input=asked, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert said[: len(VECTORS)] == ["VALID"] * len(VECTORS)
    assert [each for each in said[len(VECTORS) :] if "none of the protocol's characters" not in each] == []
    assert read == READ_ALIKE
