"""``onedoor verify`` and ``onedoor draw``: what they print, and with what they exit."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onedoor.commands.draw_files import draw, verify
from onedoor.draws.rules import canonical
from tests.draws.vectors import GOLDEN, VECTORS, register

Vector = dict[str, Any]
EVERY = pytest.mark.parametrize("case", GOLDEN["vectors"], ids=[case["name"] for case in GOLDEN["vectors"]])


class Folder:
    """A vector's files on disk, and the options that name them."""

    def __init__(self, folder: Path, case: Vector) -> None:
        self.folder, self.case = folder, case
        self.pools: list[str] = []
        for name, text in case["pools"].items():
            self.pools += ["--pool", f"{name}={self.put(f'{name}.tsv', text.encode())}"]
        self.roster = ["--roster", self.put("roster.tsv", case["roster"].encode())] if case["roster"] else []

    def put(self, name: str, raw: bytes) -> str:
        path = self.folder / name
        path.write_bytes(raw)
        return str(path)

    def proof(self) -> str:
        raw = self.case["proof"]
        return self.put("proof.json", raw.encode() if isinstance(raw, str) else canonical(raw))

    def register(self) -> list[str]:
        n, digest = self.case["head"]
        return [
            "--register",
            self.put("register.jsonl", register(self.case["register"])),
            "--head",
            f"{n}:{digest}",
        ]

    def drawing(self) -> list[str]:
        """The options of ``draw`` that make the vector's proof."""
        proof = self.case["proof"]
        options = ["--plan", self.put("plan.json", canonical(proof["plan"])), *self.pools, *self.roster]
        for party, nonce in proof["reveals"]:
            options += ["--reveal", f"{party}={nonce}"] if nonce else []
        for who, text in proof["witness"]:
            options += ["--witness", f"{who}={text}"]
        options += ["--beacon", proof["beacon"]] if proof["beacon"] else []
        options += ["--void", proof["void"]] if proof["void"] else []
        return [*options, "--out", str(self.folder / "made.json")]


def run(command: Any, *options: str) -> Result:
    result = CliRunner().invoke(command, options)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@EVERY
def test_draw_makes_the_published_bytes(case: Vector, tmp_path: Path) -> None:
    folder = Folder(tmp_path, case)
    options = folder.drawing()
    if "public" in case:
        options += ["--public", str(tmp_path / "public.json")]
        assert run(draw, *options).exit_code == 0
        assert (tmp_path / "public.json").read_bytes() == canonical(case["public"])
    result = run(draw, *options)
    assert result.exit_code == 0
    assert case["digests"]["proof"] in result.stdout
    assert (tmp_path / "made.json").read_bytes() == canonical(case["proof"])
    assert not list(tmp_path.glob(".*")), "no draft is left behind"


@EVERY
def test_verify_says_valid_and_what_it_could_not_check(case: Vector, tmp_path: Path) -> None:
    folder = Folder(tmp_path, case)
    whole = run(verify, folder.proof(), *folder.pools, *folder.roster, *folder.register())
    assert (whole.exit_code, whole.stdout.splitlines()[0]) == (0, "VALID")
    assert "precedence not checked" not in whole.stdout
    bare = run(verify, folder.proof())
    assert (bare.exit_code, bare.stdout.splitlines()[0]) == (0, "VALID")
    assert "precedence not checked" in bare.stdout
    beacon, void = case["proof"]["plan"]["beacon"], case["proof"]["void"]
    assert ("beacon not checked" in bare.stdout) == bool(beacon)
    assert ("the parties together could have steered it" in bare.stdout) == (not beacon and not void)


@EVERY
def test_verify_tells_each_its_lot(case: Vector, tmp_path: Path) -> None:
    folder = Folder(tmp_path, case)
    for known in case.get("lots", []):
        lot = folder.put("lot.json", canonical(known["lot"]))
        result = run(verify, folder.proof(), "--lot", lot)
        assert result.exit_code == 0
        assert result.stdout.splitlines()[:2] == ["VALID", "DRAWN" if known["drawn"] else "NOT DRAWN"]


@pytest.mark.parametrize("case", GOLDEN["bad"], ids=[case["name"] for case in GOLDEN["bad"]])
def test_verify_says_invalid_and_why(case: Vector, tmp_path: Path) -> None:
    folder = Folder(tmp_path, case)
    result = run(verify, folder.proof(), *folder.pools, *folder.roster)
    assert result.exit_code == 1
    assert result.stdout.startswith("INVALID: ") and len(result.stdout) > len("INVALID: \n")


@pytest.fixture
def joint(tmp_path: Path) -> Folder:
    return Folder(tmp_path, VECTORS["joint"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--pool", "990100-SCJG"], "LIST=FILE"),
        (["--pool", "=x"], "LIST=FILE"),
        (["--pool", "990100-SCJG=/no/such/file"], "cannot be read"),
        (["--pool", "990100-SCJG=/"], "cannot be read"),
        (["--pool", "990100-ZZZZ={pool}"], "no list 990100-ZZZZ"),
        (["--pool", "990100-SCJG={pool}", "--pool", "990100-SCJG={pool}"], "twice"),
        (["--roster", "/no/such/file"], "does not exist"),
        (["--register", "{pool}", "--head", "1"], "N:HEX"),
        (["--register", "{pool}", "--head", "0:" + "a" * 64], "N:HEX"),
        (["--register", "{pool}", "--head", "1:" + "A" * 64], "N:HEX"),
        (["--head", "1:" + "a" * 64], "--register"),
        (["--lot"], "argument"),
        (["--nonsense"], "No such option"),
        (["another"], "unexpected"),
    ],
)
def test_verify_used_wrongly_exits_with_2(joint: Folder, options: list[str], message: str) -> None:
    pool = joint.pools[1].partition("=")[2]
    result = run(verify, joint.proof(), *(option.format(pool=pool) for option in options))
    assert result.exit_code == 2 and message in result.stderr
    assert "VALID" not in result.stdout


def test_verify_without_a_proof_exits_with_2() -> None:
    assert run(verify).exit_code == 2
    assert run(verify, "/no/such/file").exit_code == 2


def test_a_roster_that_the_plan_does_not_ask_for_is_wrong_usage(tmp_path: Path) -> None:
    folder = Folder(tmp_path, VECTORS["uniform"])
    result = run(verify, folder.proof(), "--roster", folder.put("roster.tsv", b""))
    assert result.exit_code == 2 and "no roster" in result.stderr


def without(options: list[str], option: str) -> list[str]:
    """The options without the first of that name."""
    at = options.index(option)
    return options[:at] + options[at + 2 :]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--reveal", "nobody=" + "0" * 64], "no party nobody"),
        (["--reveal", "市司法局=" + "0" * 63], "64 digits"),
        (["--reveal", "市司法局=" + "A" * 64], "lower-case"),
        (["--reveal", "市司法局"], "PARTY=HEX"),
        (["--reveal", "市司法局=" + "0" * 64], "twice"),
        (["--witness", "记者"], "WHO=TEXT"),
        (["--beacon", "xyz"], "hex"),
        (["--pool", "990100-ZZZZ={pool}"], "no list"),
        (["--public", "public.json"], "open draw"),
        (["--out", "/no/such/folder/proof.json"], "cannot be written"),
    ],
)
def test_draw_used_wrongly_exits_with_2(joint: Folder, more: list[str], message: str) -> None:
    pool = joint.pools[1].partition("=")[2]
    result = run(draw, *joint.drawing(), *(option.format(pool=pool) for option in more))
    assert result.exit_code == 2 and message in result.stderr
    assert not (joint.folder / "made.json").exists()


@pytest.mark.parametrize("option", ["--plan", "--pool", "--roster", "--out"])
def test_draw_without_a_file_that_the_plan_names_exits_with_2(joint: Folder, option: str) -> None:
    assert run(draw, *without(joint.drawing(), option)).exit_code == 2


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("joint", ["--beacon", "ab" * 32], "beacon"),
        ("joint", ["--void", "没有理由"], "nothing makes this draw void"),
        ("void", ["--beacon", "ab" * 32], "beacon"),
        ("beacon", ["--void", "信标未发布"], "beacon"),
        ("joint", ["--witness", "记者=a\tb"], "control"),
        ("joint", ["--witness", "记者=e\u0301"], "NFC"),
    ],
)
def test_draw_refuses_what_contradicts_the_plan(
    tmp_path: Path, name: str, change: list[str], message: str
) -> None:
    folder = Folder(tmp_path, VECTORS[name])
    result = run(draw, *folder.drawing(), *change)
    assert result.exit_code == 1
    assert result.stdout.startswith("INVALID: ") and message in result.stdout
    assert not (tmp_path / "made.json").exists()


def test_a_party_not_named_has_withheld(joint: Folder) -> None:
    """R-D7: without a beacon such a draw can only be void, with the reason, and stays."""
    options = without(joint.drawing(), "--reveal")
    result = run(draw, *options)
    assert result.exit_code == 1 and "运行平台 withheld and no beacon" in result.stdout
    assert run(draw, *options, "--void", "运行平台未揭示").exit_code == 0
    made = str(joint.folder / "made.json")
    assert run(verify, made, *joint.pools, *joint.roster).stdout.startswith("VALID")


def test_draw_names_the_line_of_a_malformed_pool(joint: Folder) -> None:
    options = joint.drawing()
    file = Path(joint.pools[1].partition("=")[2])
    file.write_bytes(file.read_bytes().replace(b"\tE\n", b"\te\n", 1))
    result = run(draw, *options)
    assert result.exit_code == 1 and "pool of 990100-SCJG: line 2: the line's status 'e'" in result.stdout


def test_draw_names_the_line_of_a_malformed_plan(joint: Folder) -> None:
    options = joint.drawing()
    file = Path(options[options.index("--plan") + 1])
    file.write_bytes(file.read_bytes().replace(b",", b",\n").replace(b'"reserve":2', b'"reserve":-2', 1))
    line = file.read_bytes().split(b'"reserve":-2')[0].count(b"\n") + 1
    result = run(draw, *options)
    assert result.exit_code == 1
    assert f"INVALID: plan: line {line}: lists[0].reserve: must be an integer from 0" in result.stdout


def test_a_terminal_without_chinese_gets_a_verdict_not_a_traceback(tmp_path: Path) -> None:
    case = next(bad for bad in GOLDEN["bad"] if bad["name"] == "another nonce")
    folder = Folder(tmp_path, case)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from onedoor.cli import main; main()",
            "verify",
            folder.proof(),
            *folder.pools,
        ],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert done.returncode == 1 and done.stderr == b""
    assert done.stdout.startswith(b"INVALID: commitment of \\u8fd0")
