"""What may be done to many records of a list at once, in words and fields; `bulk` shows and begins it (pages.md, "List")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from onedoor.edge.identity import current_user
from onedoor.imports.schemas.bulk import (
    GivenTagSchema,
    GradeSchema,
    NothingSchema,
    ReasonToManySchema,
    ResponsibleSchema,
    UnitSchema,
)
from onedoor.targets import queries
from onedoor.web.shell.lists import Bulk, Filter
from tenants import queries as tenants
from tenants.rules import Permission

Choices = Sequence[tuple[Any, Any]]


@dataclass(frozen=True)
class Field:
    """A field that an action asks for; without choices it is a text of some lines."""

    name: str
    label: Any
    required: bool = True
    choices: Callable[[], Choices] | None = None
    blank: Any = None


@dataclass(frozen=True)
class Ask:
    """An action of `service.ACTIONS` by its name: its button, what it does in a sentence, and what it asks for."""

    label: Any
    about: Any
    schema: type[Schema] = NothingSchema
    fields: Sequence[Field] = ()


def units() -> Choices:
    """The bureau's units to choose from."""
    return [(unit.id, unit.name) for unit in tenants.units()]


def unit_filter(column: Any) -> Filter:
    """A list's filter by the bureau's units, and by none."""
    return Filter(
        "unit",
        _l("科室"),
        lambda: [*units(), ("none", _l("没有科室"))],
        apply=lambda query, value: query.where(
            column.is_(None) if value == "none" else column == UUID(value)
        ),
    )


def tags() -> Choices:
    """The bureau's words to choose from."""
    return [(tag.id, tag.name) for tag in queries.my_tags()]


def own_tags() -> Choices:
    """Those that are the bureau's own."""
    return [(tag.id, tag.name) for tag in queries.my_tags() if not tag.shared]


def tags_to_take_off() -> Choices:
    """The bureau's words, those that are not given any more too."""
    every = queries.my_tags(active=False)
    return [(tag.id, tag.name if tag.active else _("%(tag)s（已停用）", tag=tag.name)) for tag in every]


def own_tags_to_take_off() -> Choices:
    """Those of them that are the bureau's own."""
    own = {tag.id for tag in queries.my_tags(active=False) if not tag.shared}
    return [(tag_id, name) for tag_id, name in tags_to_take_off() if tag_id in own]


def other_bureaus() -> Choices:
    """The bureaus that could be responsible."""
    mine = tenants.my_bureau().id
    return [(bureau.id, bureau.short_name) for bureau in tenants.bureaus() if bureau.id != mine]


def levels() -> Choices:
    """The levels of the bureau's scale."""
    return [(level, level) for level in queries.risk_levels()]


_UNIT = Field("unit_id", _l("科室"), required=False, choices=units, blank=_l("不属于任何科室"))
_REASON = Field("reason", _l("理由"))
_TAG = Field("tag_id", _l("标签"), choices=tags)
_OWN_TAG = Field("tag_id", _l("标签"), choices=own_tags)
_WORN = Field("tag_id", _l("标签"), choices=tags_to_take_off)
_OWN_WORN = Field("tag_id", _l("标签"), choices=own_tags_to_take_off)
_LEVEL = Field("level", _l("风险等级"), choices=levels)
_MARKED = _l("已有这个标签的不变。")
_UNMARKED = _l("没有这个标签的不变。")
_ENTITIES = {
    "add": Ask(_l("列入名录库"), _l("列入本单位的检查对象名录库。")),
    "tag": Ask(_l("加标签"), _MARKED, GivenTagSchema, [_TAG]),
    "untag": Ask(_l("取下标签"), _UNMARKED, GivenTagSchema, [_WORN]),
}
# By list (`bulk.LISTS`): what is done to the whole of one reads the query of that one.
ASKS: dict[str, dict[str, Ask]] = {
    "entities": _ENTITIES,
    "uncovered": {
        **_ENTITIES,
        "suggest": Ask(
            _l("提请有关单位列入"),
            _l("不归本单位监管的，说明应由哪个单位列入名录库；该单位会收到消息，列入或者说明不列入的理由。"),
            ResponsibleSchema,
            [Field("bureau_id", _l("应由哪个单位监管"), choices=other_bureaus), _REASON],
        ),
    },
    "targets": {
        "unit": Ask(_l("设定科室"), _l("由所选的科室维护。"), UnitSchema, [_UNIT]),
        "end": Ask(_l("移出名录库"), _l("移出后不再参加抽取。"), ReasonToManySchema, [_REASON]),
        "tag": Ask(_l("加标签"), _MARKED, GivenTagSchema, [_OWN_TAG]),
        "untag": Ask(_l("取下标签"), _UNMARKED, GivenTagSchema, [_OWN_WORN]),
        "grade": Ask(
            _l("评定风险等级"), _l("手工评定的在重新计算时保持不变。"), GradeSchema, [_LEVEL, _REASON]
        ),
    },
    "inspectors": {
        "unit": Ask(_l("设定科室"), _l("他们将属于所选的科室。"), UnitSchema, [_UNIT]),
        "suspend": Ask(_l("暂停执法"), _l("暂停期间不参加抽取。"), ReasonToManySchema, [_REASON]),
        "resume": Ask(_l("恢复在岗"), _l("执法证有效的重新参加抽取。"), ReasonToManySchema, [_REASON]),
        "exit": Ask(_l("提请离库"), _l("由负责人批准，批准后离库。"), ReasonToManySchema, [_REASON]),
    },
    "items": {
        "unit": Ask(_l("设定科室"), _l("由所选的科室维护；不改变清单内容。"), UnitSchema, [_UNIT]),
        "random": Ask(_l("列入双随机抽查"), _l("改为双随机抽查，下一版清单公布后生效。")),
        "end": Ask(_l("拟退出清单"), _l("下一版清单公布后生效。"), ReasonToManySchema, [_REASON]),
        "discard": Ask(_l("放弃修改"), _l("未公布的修改会被删去，不能恢复。")),
    },
}


def bulk_of(kind: str) -> tuple[Bulk, ...]:
    """The buttons of a list, for who may use them."""
    if not current_user.may(Permission.REGISTRY_WRITE):
        return ()
    return tuple(
        Bulk(ask.label, url_for("registry.bulk_ask", kind=kind, action=action), whole=True)
        for action, ask in ASKS[kind].items()
        if kind != "targets" or action != "unit" or units()
    )
