"""`onedoor bench classes` runs, on a city small enough for a test; what it takes is never a test's business."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.long
def test_only_what_changed_is_written() -> None:
    command = [sys.executable, "-m", "onedoor", "bench", "classes", "--json", "--objects", "1000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    nights = {name: one["changed"] for name, one in report["nights"].items()}
    assert nights == {"first night": 1000, "nothing new": 0, "one in a thousand new": 1, "a rule tried": 200}
    assert report["classes"] == {"A": 800, "B": 200, "C": 0, "D": 0}
