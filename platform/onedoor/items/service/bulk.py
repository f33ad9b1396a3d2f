"""What may be done to many items at once: always to the draft of the next version of the list (R-L4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from onedoor.imports.service.bulk_actions import Action, Refused, one_by_one
from onedoor.items import queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemMode
from onedoor.items.service.items import discard_draft, end_item, save_item, set_item_unit
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict


def _found(ids: Sequence[UUID]) -> list[Item]:
    return list(db.session.scalars(queries.items().where(Item.id.in_(ids)).order_by(Item.number)))


def _names(ids: Sequence[UUID]) -> Mapping[UUID, str]:
    return {one.id: f"{one.number} {one.name}" for one in _found(ids)}


def _random(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return one_by_one(_found(ids), _under_random)


def _under_random(item: Item) -> None:
    if item.ending:
        raise Conflict("已拟退出清单。")
    if item.mode == ItemMode.RANDOM:
        raise Conflict("已列入双随机抽查。")
    save_item(item.number, {"mode": ItemMode.RANDOM.value})


def _end(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return one_by_one(_found(ids), lambda item: end_item(item, params["reason"]))


def _discard(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return one_by_one(_found(ids), discard_draft)


def _unit(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    unit = UUID(params["unit_id"]) if params["unit_id"] else None
    return one_by_one(_found(ids), lambda item: set_item_unit(item, unit))


ITEMS: dict[str, Action] = {
    "unit": Action("设定检查事项的科室", _unit, _names),
    "random": Action("列入双随机抽查", _random, _names),
    "end": Action("拟退出清单", _end, _names),
    "discard": Action("放弃未公布的修改", _discard, _names),
}
