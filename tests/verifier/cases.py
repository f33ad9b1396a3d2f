"""Cases for the browser's verifier, which node runs here: the same modules that the page's worker is bundled from."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.draws.vectors import evidence, named

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
        "logs": {name: packed(raw) for name, raw in named(logs).items()},
        "lots": [packed(raw) for raw in lots],
    }


def packed(raw: bytes | None) -> str | None:
    return None if raw is None else b64encode(raw).decode()


class Browser:
    """The browser's verifier in a process of node that stays, to be asked one case after another."""

    def __init__(self) -> None:
        self.node = subprocess.Popen([NODE, RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def judge(self, asked: Case) -> dict[str, Any]:
        """The verdict on a case."""
        assert self.node.stdin is not None and self.node.stdout is not None
        self.node.stdin.write(json.dumps(asked).encode() + b"\n")
        self.node.stdin.flush()
        said = self.node.stdout.readline()
        assert said, "node has broken off; what it said of it stands above"
        found: dict[str, Any] = json.loads(said)
        return found

    def close(self) -> None:
        """Its input ends, so it does."""
        self.node.communicate(timeout=60)
        assert self.node.returncode == 0


def judge(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The verdicts on all cases, in one run of node."""
    asked = "".join(json.dumps(each) + "\n" for each in cases).encode()
    done = subprocess.run([NODE, RUNNER], input=asked, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]
