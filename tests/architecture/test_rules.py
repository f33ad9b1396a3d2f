"""What code, tests and documents cite is there: rules of docs/rules.md, documents, decisions, founding texts.

And the other way round: each rule is cited by a test, or stands below with what is still to be built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("platform/onedoor", "tenants", "tasks", "migrations", "tests", "scripts", "docs", "deploy")
SUFFIXES = {".py", ".md", ".html", ".txt", ".js", ".mjs", ".css", ".sql", ".yml", ".toml", ".example"}
MADE = {"build", "node_modules", "__pycache__", "founding", "golden"}
RULE = re.compile(r"\bR-[A-Z]\d+\b")
DOCUMENT = re.compile(r"(?<![\w/.*{-])(?:\.{1,2}/)*(?:[\w-]+/)*[\w.-]*\w\.md\b")
DECISION = re.compile(r"\bADR (\d{4})\b")
FOUNDING = re.compile(r"\bdocument (0\d\d)\b|\b(0\d\d) §")

# Rules that no test cites yet: what is missing. Whoever builds one cites it in its tests and takes its line away.
NOT_BUILT = {
    "R-V8": "withdrawal, statements, ratings, complaints and objections have no tables",
}


@cache
def written() -> dict[Path, str]:
    """Every text of the project that people wrote, by its path."""
    return {path: path.read_text(encoding="utf-8") for path in _texts()}


def _texts() -> Iterator[Path]:
    for place in (*(ROOT / folder for folder in FOLDERS), ROOT):
        for path in sorted(place.glob("*") if place == ROOT else place.rglob("*")):
            if path.suffix in SUFFIXES and path.is_file() and not MADE & set(path.relative_to(ROOT).parts):
                yield path


@cache
def rules() -> frozenset[str]:
    """The numbers of docs/rules.md."""
    return frozenset(re.findall(r"^\| (R-[A-Z]\d+) \|", (ROOT / "docs/rules.md").read_text(), re.M))


def cited_by_tests() -> dict[str, list[str]]:
    """Which test modules cite a rule."""
    found: dict[str, list[str]] = {}
    for path, text in written().items():
        if path.is_relative_to(ROOT / "tests") and path.suffix == ".py" and path != Path(__file__):
            for rule in RULE.findall(text):
                found.setdefault(rule, []).append(str(path.relative_to(ROOT)))
    return found


def test_every_cited_rule_exists() -> None:
    assert len(rules()) > 50
    missing = {
        f"{path.relative_to(ROOT)} cites {rule}, which docs/rules.md does not have"
        for path, text in written().items()
        for rule in RULE.findall(text)
        if rule not in rules()
    }
    assert sorted(missing) == []


def test_every_rule_is_tested_or_said_not_to_be_built() -> None:
    unsaid = sorted(rules() - set(cited_by_tests()) - set(NOT_BUILT))
    assert unsaid == [], f"cite {unsaid} in the tests that show them, or say in NOT_BUILT what is missing"


def test_what_is_said_not_to_be_built_is_a_rule() -> None:
    assert sorted(set(NOT_BUILT) - rules()) == []


@pytest.mark.parametrize("rule", sorted(NOT_BUILT))
def test_what_is_said_not_to_be_built_is_not_tested(rule: str) -> None:
    tests = cited_by_tests().get(rule, [])
    assert tests == [], f"{rule} is built, {tests} cites it: take its line out of NOT_BUILT in {__file__}"


def test_every_cited_document_exists() -> None:
    missing = {
        f"{path.relative_to(ROOT)} cites {cited}, which is nowhere"
        for path, text in written().items()
        for cited in DOCUMENT.findall(text)
        if not _document(path, cited)
    }
    assert sorted(missing) == []


def _document(path: Path, cited: str) -> bool:
    """Whether it stands beside the text, or below docs/ or the project by the path that is cited."""
    return (
        (path.parent / cited).exists()
        or (ROOT / cited).exists()
        or any(f"/{found.relative_to(ROOT)}".endswith(f"/{cited}") for found in ROOT.glob("docs/**/*.md"))
    )


def test_every_cited_decision_and_founding_text_exists() -> None:
    decisions = {path.name[:4] for path in (ROOT / "docs/adr").glob("*.md")}
    founding = {path.name[:3] for path in (ROOT / "docs/founding").glob("*.txt")}
    assert len(founding) == 5
    missing = {
        f"{path.relative_to(ROOT)} cites {number}, which is nowhere"
        for path, text in written().items()
        for number in (*DECISION.findall(text), *("".join(pair) for pair in FOUNDING.findall(text)))
        if number not in decisions | founding
    }
    assert sorted(missing) == []
