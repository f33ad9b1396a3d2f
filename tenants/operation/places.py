"""Places (辖区) as the operator keeps them: added below another, renamed, never taken away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from onedoor.kernel import audit, locks
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.sentences import Sentence
from tenants.models import Jurisdiction

LEVELS: dict[str, str] = {
    "province": Sentence("省级"),
    "city": Sentence("市级"),
    "district": Sentence("区级"),
    "county": Sentence("县级"),
    "zone": Sentence("开发区"),
    "town": Sentence("乡镇、街道"),
}
_CODE = re.compile(r"[0-9]{6}([0-9]{3})?")


@dataclass(frozen=True)
class PlaceFacts:
    """A place as it is to be."""

    code: str
    name: str
    level: str
    parent: str | None
    gb2260: str | None = None


def add_place(wanted: PlaceFacts) -> Jurisdiction:
    """Add a place below another; raises ClerkError beside what is wrong."""
    locks.hold("bureaus")
    wrong = _wrong(wanted)
    if not _CODE.fullmatch(wanted.code):
        wrong["code"] = ["辖区代码为 6 位或 9 位数字。"]
    elif db.session.get(Jurisdiction, wanted.code) is not None:
        wrong["code"] = ["这个代码已经有辖区使用。"]
    if wanted.parent is None or db.session.get(Jurisdiction, wanted.parent) is None:
        wrong["parent"] = ["请选择上级辖区。"]
    if wrong:
        raise ClerkError("这个辖区有几处需要修改。", fields=wrong)
    place = Jurisdiction(code=wanted.code, parent_code=wanted.parent, **_columns(wanted))
    db.session.add(place)
    db.session.flush()
    audit.record("tenants.place.add", ("jurisdiction", None), place.name, after={**vars(wanted)})
    return place


def change_place(code: str, wanted: PlaceFacts) -> Jurisdiction:
    """Rename a place, or say another level or national code; its own code and what it lies in stay."""
    place = db.session.get(Jurisdiction, code, with_for_update=True)
    if place is None:
        raise NotFound("没有这个辖区。")
    wrong = _wrong(wanted)
    if wrong:
        raise ClerkError("这个辖区有几处需要修改。", fields=wrong)
    after = _columns(wanted)
    before = {name: getattr(place, name) for name in after}
    for name, value in after.items():
        setattr(place, name, value)
    db.session.flush()
    audit.record(
        "tenants.place.change",
        ("jurisdiction", None),
        place.name,
        before=before,
        after={"code": code, **after},
    )
    return place


def _wrong(wanted: PlaceFacts) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if not wanted.name.strip():
        wrong["name"] = ["请填写名称。"]
    if wanted.level not in LEVELS:
        wrong["level"] = ["请选择级别。"]
    if wanted.gb2260 and not re.fullmatch(r"[0-9]{6}", wanted.gb2260):
        wrong["gb2260"] = ["国家标准代码为 6 位数字。"]
    return wrong


def _columns(wanted: PlaceFacts) -> dict[str, Any]:
    return {"name": wanted.name.strip(), "level": wanted.level, "gb2260": wanted.gb2260 or None}
