"""What a place decides: the declaration, the rules' text and the code say the same; values in force by place and day (R-S3)."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from pathlib import Path

import psycopg
import pytest

from onedoor.kernel.errors import ClerkError
from tenants import settings
from tenants.settings import SETTINGS, Kind, Setting
from tests.fixtures.city import City

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "docs" / "rules.md").read_text()


def _default(setting: Setting) -> str:
    if setting.default in (None, ()):
        return "none"
    if setting.kind is Kind.CODES:
        return ",".join(setting.default)
    return {True: "yes", False: "no"}[setting.default] if setting.kind is Kind.FLAG else str(setting.default)


def test_every_setting_stands_in_the_text_of_its_rule_with_its_default_and_no_other() -> None:
    said = {
        (key, rule, default)
        for rule, text in re.findall(r"^\| (R-[A-Z]\d+) \|(.*)$", RULES, re.M)
        for key, default in re.findall(r"⟨(\S+) (\S+)⟩", text)
    }
    assert said == {(one.key, one.rule, _default(one)) for one in SETTINGS}


def test_every_setting_is_read_by_code_and_nothing_else_is() -> None:
    read = set()
    for path in (
        file for folder in ("platform/onedoor", "tenants", "tasks") for file in (ROOT / folder).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("settings.value", "settings.day_of"):
                key = node.args[0]
                assert isinstance(key, ast.Constant), f"{path}: the key is written out"
                read.add(key.value)
    assert read == {one.key for one in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.key)
def test_a_default_is_a_value_that_could_be_entered_and_is_said_with_its_unit(setting: Setting) -> None:
    kept = list(setting.default) if setting.kind is Kind.CODES else setting.default
    assert setting.checked(kept) == kept
    assert setting.said(setting.default) and setting.words and setting.effect.endswith("。")


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("report_days", ""),
        ("report_days", "0"),
        ("report_days", "61"),
        ("report_days", "五"),
        ("report_days", "-1"),
        ("report_days", True),
        ("report_days", "9" * 30),
        ("draw.leave_out_drawn_this_year", "maybe"),
        ("caps.exempt_kinds", ["random", "nonsense"]),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_beside_the_field(key: str, wrong: object) -> None:
    with pytest.raises(ClerkError) as refused:
        settings.declared(key).checked(wrong)
    assert refused.value.fields["value"]


def test_a_key_that_nobody_declared_is_refused() -> None:
    with pytest.raises(ClerkError, match="没有名为"):
        settings.declared("nonsense")


def test_the_nearest_places_latest_value_is_in_force_and_the_default_where_none_is(
    city: City, owner: psycopg.Connection
) -> None:
    owner.execute("DELETE FROM jurisdiction_setting")
    with city.acting("scjg.planner"):
        assert settings.value("report_days") == 5
    for place, value, since in (
        ("990100", 7, "2026-01-01"),
        ("990100", 9, "2030-01-01"),
        ("990121", 3, "2026-06-01"),
    ):
        owner.execute(
            "INSERT INTO jurisdiction_setting (jurisdiction_code, key, value, provenance, since)"
            " VALUES (%s, 'report_days', %s, '示政办发〔2026〕1号', %s)",
            (place, json.dumps({"value": value}), since),
        )
    with city.acting("scjg.planner"):
        assert settings.value("report_days", on=date(2025, 12, 31)) == 5
        assert settings.value("report_days", on=date(2026, 7, 1)) == 7
        assert settings.value("report_days", on=date(2030, 1, 1)) == 9
        assert settings.value("report_days", on=date(2026, 7, 1), place="990121") == 3
        assert settings.value("report_days", on=date(2026, 5, 1), place="990121") == 7
