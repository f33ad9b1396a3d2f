"""Settings that cannot be right are told to the operator in one sentence, whatever the command."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from onedoor.cli import main

GOOD = {
    "ONEDOOR_DATABASE_URL": "postgresql+psycopg://a@127.0.0.1/a",
    "ONEDOOR_PUBLIC_DATABASE_URL": "postgresql+psycopg://p@127.0.0.1/a",
    "ONEDOOR_REDIS_URL": "redis://127.0.0.1/0",
    "ONEDOOR_SECRET_KEY": "s" * 32,
    "ONEDOOR_FIELD_KEYS": "1:" + "0" * 64,
}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ONEDOOR_METRICS_TOKEN", "short"),
        ("ONEDOOR_SECRET_KEY", "short"),
        ("ONEDOOR_FIELD_KEYS", "1:zz"),
        ("ONEDOOR_FIELD_KEY_WRITES", "7"),
        ("ONEDOOR_DATABASE_URL", ""),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for key, good in {**GOOD, name: value}.items():
        monkeypatch.setenv(key, good)
    said = CliRunner().invoke(main, ["migrate"])
    assert said.exit_code == 1
    assert said.output.startswith("Error: ") and name in said.output
    assert len(said.output.splitlines()) == 1
