"""What differs between a row of a file and what stands, field by field, in words (R-L11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os.path import commonprefix
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from onedoor.edge.language import in_language, word_list, words_in_language
from onedoor.entities.rules.corrections import ADDED, KIND, MERGE, OTHER
from onedoor.web.checklist_points import point_text
from onedoor.web.registry_words import (
    INSPECTOR_STATES,
    KINDS,
    MODES,
    OBJECTS,
    STATUSES,
    place_names,
)
from onedoor.web.shell.pieces import label_of

FIELDS: dict[str, Any] = {
    # of an entity
    "name": _l("名称"),
    "code": _l("统一社会信用代码"),
    "entity_kind": _l("主体类型"),
    "status": _l("状态"),
    "status_since": _l("状态变更日期"),
    "status_note": _l("状态说明"),
    "jurisdiction_code": _l("所在地"),
    "address": _l("注册地址"),
    "scope": _l("经营范围"),
    "entity_type": _l("企业类型"),
    "industry": _l("行业"),
    "registered_on": _l("成立日期"),
    "capital": _l("注册资金"),
    "province": _l("所在省份"),
    "region": _l("地区"),
    # of a place or a licence
    "entity_code": _l("统一社会信用代码"),
    "kind": _l("许可证种类"),
    "number": _l("编号"),
    "issued_by": _l("发证机关"),
    "issued_on": _l("发证日期"),
    "valid_to": _l("有效期至"),
    "cancelled_on": _l("注销或吊销日期"),
    "premises_number": _l("经营场所"),
    "closed_on": _l("停用日期"),
    "note": _l("说明"),
    # of an item
    "basis": _l("检查依据"),
    "enforcing_body": _l("检查主体"),
    "inspecting_body": _l("抽查主体"),
    "object_kinds": _l("检查对象"),
    "content": _l("检查内容"),
    "checklist": _l("检查要点"),
    "method": _l("检查方式"),
    "rate_bp": _l("抽查比例"),
    "frequency": _l("频次"),
    "every_years": _l("频次（每几年）"),
    "key": _l("重点事项"),
    "market": _l("市场监管领域"),
    "mode": _l("实施方式"),
    "qualifications": _l("所需资格"),
    "results_use": _l("检查结果的运用情形"),
    "life": _l("直接涉及生命财产安全"),
    "remark": _l("备注"),
    "ending": _l("拟退出清单"),
    # of a target
    "listed_on": _l("列入日期"),
    "tags": _l("标签"),
    "level": _l("风险等级"),
    "grounds": _l("评定理由"),
    "person": _l("联系人"),
    "unit": _l("所属科室"),
    "phone": _l("联系电话"),
    "ended_reason": _l("移出"),
    "nature": _l("性质"),
    # of a check of a former platform
    "entity_name": _l("检查对象"),
    "checked_on": _l("检查日期"),
    "source": _l("来源"),
    "inspectors": _l("检查人员"),
    "matters": _l("检查事项"),
    "methods": _l("检查方式"),
    "measures": _l("检查措施"),
    "results": _l("检查结果"),
    "supervision": _l("监督检查记录"),
    # of an officer
    "sex": _l("性别"),
    "body": _l("执法机构全称"),
    "post": _l("职务"),
    "certificate_number": _l("执法证编号"),
    "certificate_expires_on": _l("证件有效期至"),
    "kinds": _l("执法类别"),
    "area": _l("执法区域"),
    "leads": _l("可任组长"),
    "unit_id": _l("所在科室"),
    "user_id": _l("登录账号"),
    "private": _l("个人信息"),
    "inspector_status": _l("状态"),
    "proposed_as": _l("入库后的状态"),
}
# Of a long text so much is shown before and after where it begins to differ.
_BEFORE, _AFTER = 12, 60
# What is proposed on a page of its own.
_PROPOSED = {ADDED: _l("新增主体"), MERGE: _l("与另一个是同一主体")}
_WORDS: dict[str, Mapping[str, Any]] = {"entity_kind": KINDS, "mode": MODES}
# Words of code lists that are kept in Chinese.
_LISTED = frozenset({"sex", "method", "methods", "kinds", "results"})
_UNNAMED = frozenset({"unit_id", "user_id", "private", "phone"})


class Change(NamedTuple):
    """One field: its label, and what it was and is. Both are empty where only that it differs may be said."""

    label: str
    before: str
    after: str


def name_of_field(field: str) -> str:
    """What a field of an entity is called, as a correction names it."""
    if field == OTHER:
        return _("其他（经营场所、许可证等）")
    if field in _PROPOSED:
        return str(_PROPOSED[field])
    return str(FIELDS[of_entity(field)])


def of_entity(field: str) -> str:
    """A field of an entity by the name it has here, where `kind` is that of a licence."""
    return "entity_kind" if field == KIND else field


def shown(changes: Mapping[str, Any] | None, places: Mapping[str, str] | None = None) -> Iterator[Change]:
    """The fields that differ, in the order above."""
    named = place_names() if places is None else places
    for field, label in FIELDS.items():
        if field not in (changes or {}):
            continue
        before, after = (changes or {})[field]
        if field == "certificate_number" and before and after:
            label = _("换发执法证")
        if field in _UNNAMED:
            yield Change(str(label), "", _("已填写") if before is None else _("有变化"))
        else:
            yield Change(str(label), *_around(*(text_of(field, value, named) for value in (before, after))))


def between(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, places: Mapping[str, str] | None = None
) -> Iterator[Change]:
    """The same, of the fields that differ as they were and as they are."""
    if before and after:
        yield from shown({field: [before[field], after.get(field)] for field in before}, places)


def read(changes: Mapping[str, Any] | None) -> Markup:
    """What was read of a new record, for a cell of a list."""
    one = Markup('<li><span class="change-field">{}</span> <ins>{}</ins></li>')
    found = Markup("").join(one.format(each.label, each.after) for each in shown(changes))
    return Markup('<ul class="changes">{}</ul>').format(found) if found else Markup("—")


def read_line(changes: Mapping[str, Any] | None) -> str:
    """The same in one text, as a file holds it."""
    return "\n".join(f"{one.label}：{one.after}" for one in shown(changes))


def cell(changes: Mapping[str, Any] | None) -> Markup:
    """The same for a cell of a list."""
    one = Markup('<li><span class="change-field">{}</span> <del>{}</del> → <ins>{}</ins></li>')
    found = Markup("").join(
        one.format(each.label, each.before or "—", each.after or "—") for each in shown(changes)
    )
    return Markup('<ul class="changes">{}</ul>').format(found) if found else Markup("—")


def line(changes: Mapping[str, Any] | None, places: Mapping[str, str] | None = None) -> str:
    """The same in one text, as a file holds it."""
    return "\n".join(
        f"{one.label}：{one.before or '—'} → {one.after or '—'}" for one in shown(changes, places)
    )


def text_of(field: str, value: Any, places: Mapping[str, str]) -> str:
    """A field's value in words; nothing of nothing."""
    if value in (None, "", []):
        return ""
    if field in ("inspector_status", "proposed_as"):
        return str(label_of(value, INSPECTOR_STATES))
    if field == "status":
        return str(label_of(value, STATUSES if value in STATUSES else INSPECTOR_STATES))
    if field == "jurisdiction_code":
        return places.get(value, value)
    if field in _WORDS:
        return str(_WORDS[field].get(value, value))
    if field == "rate_bp":
        return f"{value / 100:g}%"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field == "checklist":
        return "\n".join(map(point_text, value))
    if isinstance(value, list):
        return _listed(field, value)
    return words_in_language(value) if field in _LISTED else str(value)


def _listed(field: str, values: list[str]) -> str:
    return word_list(in_language(one) if field in _LISTED else OBJECTS.get(one, one) for one in values)


def _around(before: str, after: str) -> tuple[str, str]:
    """Long texts from a little before where they begin to differ."""
    start = max(0, len(commonprefix([before, after])) - _BEFORE)
    if max(len(before), len(after)) <= _BEFORE + _AFTER:
        start = 0
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    end = start + _BEFORE + _AFTER
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")
