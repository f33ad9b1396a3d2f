"""Entities that were merged, as their page tells it: what moved, what both had and which was kept (R-T4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.identity import current_user
from onedoor.entities import queries
from onedoor.entities.models import Entity, MergeStep
from onedoor.entities.queries.merges import Merged
from onedoor.web.imports import row_changes

PARTS = {
    "target": _l("检查对象名录库"),
    "recusal": _l("回避"),
    "entity_tag": _l("标签"),
    "premises": _l("经营场所"),
    "licence": _l("许可证"),
    "entity_contact": _l("联系方式"),
    "target_risk": _l("风险等级"),
    "target_matter": _l("场所、产品、项目、行为"),
    "credit_class": _l("信用风险分类"),
    "correction": _l("更正建议"),
}
_HOW = {
    "moved": _l("转到保留的主体"),
    "copied": _l("保留的主体也记上"),
    "kept": _l("两边都有，保留原有的"),
    "replaced": _l("两边都有，改用并入的"),
}
_UNDONE = {"back": _l("已还原"), "left": _l("合并后又有变动，没有还原")}


class Step(NamedTuple):
    """A step as the page shows it."""

    part: Any
    what: str
    how: Any
    undone: Any


def steps_of(merged: Merged) -> list[Step]:
    """What the merge did, in words."""
    return [
        Step(PARTS[one.part], _what(one), _HOW[one.how], _UNDONE.get(one.undone or "", ""))
        for one in merged.steps
    ]


def may_undo(merged: Merged, entity: Entity) -> bool:
    """Whether the current bureau made this merge, keeps both, and it still holds, with its steps kept and none after it."""
    kinds = queries.my_entity_kinds()
    return (
        merged.made.undone_at is None
        and merged.made.former is not None
        and merged.made.tenant_id == current_user.tenant_id
        and {entity.kind, merged.other.kind} <= kinds
        and queries.merges.is_newest(merged.made)
    )


def _what(step: MergeStep) -> str:
    said = step.said
    match step.part:
        case "premises":
            places = {"address": said["address"], "former": said["number"], "now": said["now"]}
            return str(_("%(address)s（原第 %(former)s 处，现第 %(now)s 处）", **places))
        case "licence":
            return f"{said['kind']} {said['number']}"
        case "target_risk":
            return _two(said["level"], said["other_level"])
        case "credit_class":
            return _two(said["grade"], said["other_grade"])
        case "correction":
            return str(row_changes.name_of_field(said["field"]))
        case _:
            return str(said.get("name", ""))


def _two(gone: str, other: str | None) -> str:
    if other is None:
        return gone
    return str(_("并入的 %(gone)s，原有的 %(other)s", gone=gone, other=other))
