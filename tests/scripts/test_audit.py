"""`make audit` says what it knows: a silence of the advisory source is never told as a clean result."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

_PATH = Path(__file__).parents[2] / "scripts" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> Any:
    spec = importlib.util.spec_from_file_location("audit", _PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": list(packages)})


CLEAN = {"name": "flask", "version": "3.1", "vulns": []}
SKIPPED = {"name": "celery", "skip_reason": "Dependency not found"}
FLAWED = {"name": "jinja2", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        (report(CLEAN), 0, "1 packages, no known vulnerability"),
        (report(CLEAN, FLAWED), 1, "jinja2 1: CVE-1, mended in 2"),
        (report(SKIPPED, SKIPPED), 2, "knows nothing of 2 of 2 packages"),
        (report(SKIPPED, FLAWED), 1, "CVE-1"),
        ("", 2, "can't be reached"),
        ("Traceback …", 2, "can't be reached"),
    ],
)
def test_python(audit: Any, answer: str, status: int, sentence: str) -> None:
    found, lines = audit.of_pip(answer)
    assert found == status and sentence in "\n".join(lines)


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        ({"message": "405 Method Not Allowed", "error": {"summary": ""}}, 2, "can't be reached"),
        (
            {"metadata": {"vulnerabilities": {"total": 0}, "dependencies": {"total": 9}}},
            0,
            "9 packages, 0 known",
        ),
        (
            {"metadata": {"vulnerabilities": {"total": 1}}, "vulnerabilities": {"x": {"severity": "high"}}},
            1,
            "npm: x: high",
        ),
    ],
)
def test_npm(audit: Any, answer: dict[str, Any], status: int, sentence: str) -> None:
    found, lines = audit.of_npm(json.dumps(answer))
    assert found == status and sentence in "\n".join(lines)


ADVISORY = """\
id: PYSEC-1
modified: '2024-10-10T17:35:05Z'
affected:
- ranges:
  - {type: ECOSYSTEM, events: [{introduced: '0'}, {fixed: 2.3.3}]}
  versions: ['1.0']
"""


@pytest.mark.parametrize(
    ("lock", "status", "sentence"),
    [
        ("Flask_X==2.3.2 \\\n  --hash=a", 1, "Flask_X 2.3.2: PYSEC-1"),
        ("flask-x==2.3.3", 0, "1 packages looked up"),
        ("other==1", 2, "nothing was audited"),
    ],
)
def test_a_folder_of_advisories(audit: Any, tmp_path: Path, lock: str, status: int, sentence: str) -> None:
    (tmp_path / "vulns" / "flask-x").mkdir(parents=True)
    (tmp_path / "vulns" / "flask-x" / "PYSEC-1.yaml").write_text(ADVISORY)
    found, lines = audit.of_folder(tmp_path, lock)
    assert found == status and sentence in "\n".join(lines)
    assert status == 2 or "2024-10-10" in lines[-1]
