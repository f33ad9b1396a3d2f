"""What a register holds beside its files, of made-up firms only: places, licences, tags, risk levels, a correction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from onedoor.commands.demo.cast import Cast
from onedoor.entities import queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import EntityStatus
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.targets import service as target_service
from onedoor.targets.models import Target

_SCALE = "低 0\n一般 20\n较高 40\n高 60"
_FACTORS: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("餐饮服务", 20, {"scope": "餐饮"}),
    ("许可证已过期", 30, {"licences": ["expired"]}),
    ("列为重点监管", 20, {"tags": ["重点监管"]}),
)
# Days from today to the end of the licences of the first firms; the last has none.
_ENDS = (-40, 15, 70, 400, 900, None)


def add(cast: Cast) -> None:
    """Fill them in, each by who may."""
    with cast.acting("scjg.planner"):
        listed = sa.select(Target.entity_id).where(Target.ended_on.is_(None))
        query = sa.select(Entity).where(
            Entity.id.in_(listed), Entity.kind == "91", Entity.status == EntityStatus.ACTIVE
        )
        found = list(db.session.scalars(query.order_by(Entity.code).limit(len(_ENDS))))
        for number, (firm, days) in enumerate(zip(found, _ENDS, strict=False), 1):
            _licence(firm, number, days)
        for firm in found[:3]:
            _premises(firm)
        tag = target_service.add_tag("重点监管", "省市挂牌的重点监管单位", shared=True)
        for firm in found[:2]:
            target_service.set_tags(firm, [tag.id])
        target_service.save_scale(_SCALE)
        for name, points, conditions in _FACTORS:
            target_service.save_factor(name, points, conditions)
    with cast.acting("scjg.planner"):
        target_service.compute_risk(lambda *_said: None)
    if found:
        with cast.acting("wsjk.planner"):
            firm = queries.entity(found[-1].id)
            entity_service.correct(
                firm, "address", f"{firm.address}（二楼）", "日常巡查时发现实际在二楼", "巡查记录"
            )


def _licence(firm: Entity, number: int, days: int | None) -> None:
    entity_service.save_licence(
        firm,
        {
            "kind": "食品经营许可证",
            "number": f"JY{number:06}",
            "issued_by": "示范市市场监督管理局",
            "issued_on": today() - timedelta(days=1500),
            "valid_to": None if days is None else today() + timedelta(days=days),
            "premises_number": None,
            "cancelled_on": None,
            "note": "",
        },
    )


def _premises(firm: Entity) -> None:
    place = {"jurisdiction_code": firm.jurisdiction_code, "closed_on": None, "note": ""}
    entity_service.save_premises(firm, {**place, "name": "总店", "address": firm.address})
    entity_service.save_premises(firm, {**place, "name": "分店", "address": f"{firm.address}东侧"})
