"""What is done to a whole register or library in statements: a selection rule run and run again, and a review of the records."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from onedoor.commands.demo.cast import Cast
from onedoor.entities.service import quality
from onedoor.items.models import Item
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.targets import service

PLANNER = "scjg.planner"
# About a sixth of the made-up firms; those listed already are passed over.
RULE = {"scope": "餐饮服务 药品零售", "kinds": ["91", "92"]}


def measured(app: Flask) -> dict[str, float]:
    """Seconds of each, once, as its job does it, with what its commit takes."""
    cast = Cast(app, {})
    with cast.acting(PLANNER) as scope:
        assert scope.tenant_id is not None
        db.session.add(_item(scope.tenant_id))
        service.save_rule("量测", RULE)
        db.session.commit()
    work: dict[str, Callable[[], Any]] = {
        "selection rule": lambda: service.refresh_targets(_nobody),
        "selection rule, again": lambda: service.refresh_targets(_nobody),
        "review of the records": lambda: quality.review(_nobody),
    }
    figures = {}
    for name, act in work.items():
        began = time.perf_counter()
        with cast.acting(PLANNER):
            outcome = act()
            db.session.commit()
        figures[f"{name}: {outcome}"] = round(time.perf_counter() - began, 2)
    return figures


def _nobody(*_progress: Any) -> None:
    """Nobody watches."""


def _item(tenant: Any) -> Item:
    return Item(
        id=new_id(), tenant_id=tenant, number="SCJG-001", name="经营检查", basis="《行政处罚法》", enforcing_body="", inspecting_body="",
        object_kinds=["91", "92"], content="", checklist=[], method="", rate_bp=300, frequency=1, key=False, market=True,
        mode="random", qualifications=[], results_use="", remark="", state="published", version=1, updated_at=now(),
    )  # fmt: skip
