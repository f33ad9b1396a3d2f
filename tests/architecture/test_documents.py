"""What the documents on security count and cite is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERDICTS = ("已实现", "部分实现", "部署单位", "不适用")
# Control points of GB/T 22239-2019, 8.1.1 to 8.1.10, at level 3.
POINTS = {1: 10, 2: 3, 3: 6, 4: 11, 5: 4, 6: 4, 7: 5, 8: 4, 9: 10, 10: 14}


def test_every_control_of_level_three_has_a_verdict_and_the_figures_are_right() -> None:
    found: dict[str, set[str]] = {}
    point, result = "", {}
    for line in (ROOT / "docs/graded-protection.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if figure := re.fullmatch(r"\d+", cells[-1]) if len(cells) == 2 else None:
            result[cells[0]] = int(figure[0])
        if begins := re.match(r"8\.1\.\d+\.\d+", cells[0]):
            point = begins[0]
        if line.startswith("|") and point:
            found.setdefault(point, set()).update(cell for cell in cells if cell in VERDICTS)
    assert {n: sum(name.startswith(f"8.1.{n}.") for name in found) for n in POINTS} == POINTS
    assert all(found.values())
    whole = {verdict: sum(each == {verdict} for each in found.values()) for verdict in VERDICTS}
    mixed = sum(len(each) > 1 or each == {"部分实现"} for each in found.values())
    assert list(result.values()) == [whole["已实现"], mixed, whole["部署单位"], whole["不适用"]]


def test_what_the_threat_model_cites_exists() -> None:
    text = (ROOT / "docs/security.md").read_text()
    cited = set(re.findall(r"`((?:tests|deploy|edge)/[\w./*-]+)`", text)) | {
        f"docs/{link}" for link in re.findall(r"\]\(([\w./-]+\.md)\)", text)
    }
    assert len(cited) > 20
    places = {name: ROOT / ("platform/onedoor" if name.startswith("edge") else "") for name in cited}
    assert [name for name, folder in places.items() if not list(folder.glob(name))] == []


def test_the_compose_file_hands_on_every_setting() -> None:
    """A setting that the configuration reads and the compose file does not pass on could be set and do nothing."""
    read = set(re.findall(r'"(ONEDOOR_[A-Z_]+)"', (ROOT / "platform/onedoor/config.py").read_text()))
    passed = set(re.findall(r"^ +(ONEDOOR_[A-Z_]+):", (ROOT / "docker-compose.yml").read_text(), re.M))
    assert len(read) > 15
    assert read - passed == {"ONEDOOR_TESTING", "ONEDOOR_DEMO"}
