"""The browser's part of the protocol against the vectors: commitments, plan, texts, the register's chain (draw.md)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from onedoor.draws import rules
from onedoor.draws.rules.wire.sm3 import sm3
from tests.draws.vectors import GOLDEN, register

MODULE = Path(__file__).parents[3] / "platform/onedoor/web/static/src/modules/protocol.js"
SCRIPT = """
import { readFileSync } from "node:fs";
const { bytes, commit, planDigest, readRegister, textsDigest } = await import(process.argv[1]);
const encoder = new TextEncoder();
const told = [];
for (const { plan, canonical, reveals, witness, register } of JSON.parse(readFileSync(0, "utf8"))) {
  const commits = [];
  for (const [party, nonce] of reveals) {
    commits.push(nonce && (await commit(plan.line, plan.seq, plan.draw, party, bytes(nonce), plan.hash)));
  }
  const digest = await planDigest(encoder.encode(canonical), plan.hash);
  const chain = await readRegister(encoder.encode(register)).then((all) => all.map((one) => one.own), () => null);
  told.push({ commits, plan: digest, texts: await textsDigest(digest, witness, plan.hash), chain });
}
process.stdout.write(JSON.stringify(told));
"""
CASES = GOLDEN["vectors"]


def ask(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the module makes of the cases, in Node."""
    node = shutil.which("node") or str(Path(__file__).parents[3] / ".venv/bin/node")
    done = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, MODULE.as_uri()],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def case(proof: dict[str, Any], entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "plan": proof["plan"],
        "canonical": rules.canonical(proof["plan"]).decode(),
        "reveals": proof["reveals"],
        "witness": proof["witness"],
        "register": register(entries).decode(),
    }


def test_commitments_and_digests_are_those_of_the_vectors() -> None:
    for vector, wanted in zip(CASES, ask([case(v["proof"], v["register"]) for v in CASES]), strict=True):
        parties = vector["proof"]["plan"]["parties"]
        committed = [party["commit"] for party in parties]
        revealed = [nonce is not None for _, nonce in vector["proof"]["reveals"]]
        assert wanted["commits"] == [c if r else None for c, r in zip(committed, revealed, strict=True)]
        assert wanted["plan"] == vector["digests"]["plan"]
        assert wanted["texts"] == vector["digests"]["texts"]
        assert wanted["chain"] == [rules.entry_digest(entry).hex() for entry in vector["register"]]


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000])
def test_sm3_of_every_length_around_a_block(length: int) -> None:
    module = MODULE.parents[1] / "verifier" / "hash.js"
    data = bytes(number * 7 % 256 for number in range(length))
    script = (
        "const { hashOf } = await import(process.argv[1]);"
        "const data = Uint8Array.from(Buffer.from(process.argv[2], 'hex'));"
        "process.stdout.write(Buffer.from(hashOf('sm3').of(data)).toString('hex'));"
    )
    node = shutil.which("node") or str(Path(__file__).parents[3] / ".venv/bin/node")
    done = subprocess.run(
        [node, "--input-type=module", "-e", script, module.as_uri(), data.hex()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == sm3(data).hex()


@pytest.mark.parametrize("change", ["digest", "prev", "time", "n"])
def test_a_changed_entry_breaks_the_chain(change: str) -> None:
    vector = CASES[0]
    entries = [dict(entry) for entry in vector["register"]]
    entries[0] |= {"digest": "0" * 64, "prev": "1" * 64, "time": "2020-01-01T00:00:00Z", "n": 7}
    entries[0] |= {
        key: vector["register"][0][key] for key in ("digest", "prev", "time", "n") if key != change
    }
    (result,) = ask([case(vector["proof"], entries)])
    assert result["chain"] is None
