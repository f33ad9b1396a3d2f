"""Cases for the browser's verifier, which node runs here: the same modules that the page's worker is bundled from."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.draws.vectors import evidence

NODE = Path(sys.executable).with_name("node")
RUNNER = Path(__file__).with_name("run.mjs")
Case = dict[str, Any]


def case(
    vector: Mapping[str, Any], *, logs: Sequence[bytes] = (), lots: Sequence[bytes] = (), **other: Any
) -> Case:
    """All files of a vector as the runner takes them, but for those given otherwise."""
    given = evidence(vector, **other)
    return {
        "proof": packed(given.proof),
        "pools": {name: packed(raw) for name, raw in given.pools.items()},
        "roster": packed(given.roster),
        "register": packed(given.register),
        "head": [given.head[0], given.head[1].hex()] if given.head else None,
        "logs": [packed(raw) for raw in logs],
        "lots": [packed(raw) for raw in lots],
    }


def packed(raw: bytes | None) -> str | None:
    return None if raw is None else b64encode(raw).decode()


def judge(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The verdicts on all cases, in one run of node."""
    asked = json.dumps(cases).encode()
    done = subprocess.run([NODE, RUNNER], input=asked, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
