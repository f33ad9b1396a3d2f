"""Checks that were made outside the platform: what the tests of the ledger stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onedoor.kernel.clock import today
from onedoor.ledger.service import Outside

PAPER = Outside(
    kind="daily",
    source="plan_line",
    entity_code="",
    checked_on=today(),
    inspectors=["张三", "李四"],
    matters=["食品经营许可"],
    methods=["on_site"],
    results=["nothing"],
    cause="down",
    cause_note="平台升级停机两天",
)


def outside(code: str, **more: Any) -> Outside:
    """A daily check on paper while the platform was down."""
    return replace(PAPER, entity_code=code, **more)
