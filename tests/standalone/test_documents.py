"""What the book of the protocol shows a programmer computes what it says; its twins have the same parts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from onedoor.draws.rules import canonical
from tests.draws.vectors import GOLDEN, VECTORS

DOCS = Path(__file__).parents[2] / "docs"


def test_six_lines_compute_a_ticket(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (DOCS / "draw-protocol.md").read_text("utf-8"), re.S)
    proof = VECTORS["uniform"]["proof"]
    (tmp_path / "proof.json").write_bytes(canonical(proof))
    [stratum] = [each for each in proof["result"][0]["strata"] if each["stratum"] == "B"]
    run = [sys.executable, "-I", "-c", code.replace("91990100929929895A", stratum["drawn"][-1])]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == stratum["cutoff"]
    assert len([line for line in code.splitlines() if line]) == 6


def test_the_vectors_are_counted_right() -> None:
    bad = sum(len(GOLDEN[key]) for key in ("bad", "bad_registers", "bad_lots"))
    assert f"{len(GOLDEN['vectors'])} 组好的，{bad} 组坏的" in (DOCS / "draw-protocol.md").read_text("utf-8")


def test_the_twins_have_the_same_tables() -> None:
    one, two = ((DOCS / name).read_text("utf-8") for name in ("draw-protocol.md", "draw-protocol.en.md"))
    assert one.count("\n| ") == two.count("\n| ")
    assert re.findall(r"^\| (`[^`]+`)", one, re.M) == re.findall(r"^\| (`[^`]+`)", two, re.M)
    assert json.dumps(one).count("--head") == json.dumps(two).count("--head")
