"""Outside platforms as the operator enters them: channel, layouts, schedule (R-O2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from onedoor.credit import platforms
from onedoor.credit.layouts import PENALTY, RESULT
from onedoor.credit.models import OutsidePlatform
from onedoor.credit.platforms import CREDIT, SHARING, ChannelKind, Schedule
from onedoor.credit.policies import TOKEN
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_
from tenants import queries as tenants

CODE = re.compile(r"[a-z][a-z0-9-]{1,19}")
FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def save_platform(given: Mapping[str, Any], code: str | None = None) -> OutsidePlatform:
    """Add a platform, or change the one of this code, which stays. Raises `ClerkError` with what is wrong."""
    one = (
        platforms.platform(code)
        if code
        else OutsidePlatform(id=new_id(), code=(given.get("code") or "").strip())
    )
    wrong = _problems(given, one, fresh=code is None)
    if wrong:
        raise ClerkError("报送平台的设置有几处需要修改。", fields=wrong)
    if code is None:
        one.mark = f"-{one.code.upper()}"
        db.session.add(one)
    one.title, one.place = given["title"].strip(), given.get("place") or None
    one.channel, one.address = given["channel"], (given.get("address") or "").strip().rstrip("/")
    one.folder = (given.get("folder") or "").strip()
    one.schedule, one.hour = given["schedule"], int(given.get("hour") or 0)
    one.patience = int(given.get("patience") or 60)
    one.result_layout, one.penalty_layout = (
        given.get("result_layout") or None,
        given.get("penalty_layout") or None,
    )
    one.active = bool(given.get("active"))
    if given.get("token"):
        one.token = TOKEN.seal(one.id, given["token"].strip())
    one.changed_by, one.changed_at = current_scope().actor_name, now()
    db.session.flush()
    kept = (
        "title",
        "place",
        "channel",
        "address",
        "folder",
        "schedule",
        "result_layout",
        "penalty_layout",
        "active",
    )
    audit.record(
        "credit.platform.save",
        ("platform", one.id),
        one.title,
        after={name: getattr(one, name) for name in kept},
    )
    return one


def _problems(given: Mapping[str, Any], one: OutsidePlatform, *, fresh: bool) -> dict[str, list[str]]:
    known = {other.code: other.title for other in platforms.platforms()}
    title, address = (given.get("title") or "").strip(), (given.get("address") or "").strip()
    channel, folder = given.get("channel"), (given.get("folder") or "").strip()
    layouts = {kind: dict(platforms.families(kind)) for kind in (RESULT, PENALTY)}
    asked = {RESULT: given.get("result_layout") or "", PENALTY: given.get("penalty_layout") or ""}
    taken = {
        other.folder
        for other in db.session.scalars(sa.select(OutsidePlatform).where(OutsidePlatform.id != one.id))
    }
    found = (
        ("code", fresh and not CODE.fullmatch(one.code), N_("平台代码由小写字母、数字和连字符组成，2 至 20 个字符。")),
        ("code", fresh and one.code in known, N_("已有这个平台代码。")),
        ("title", not title or "%" in title, N_("请填写平台名称。")),
        ("title", title in [name for code, name in known.items() if code != one.code], N_("已有同名的平台。")),
        ("channel", channel not in tuple(ChannelKind), N_("请选择报送方式。")),
        ("address", bool(address) and not _is_address(address), N_("地址应以 https:// 或 http:// 开头。")),
        (
            "address",
            channel == ChannelKind.PUSH and not address and one.code not in (CREDIT, SHARING),
            N_("接口推送须填写地址。"),
        ),
        (
            "folder",
            channel == ChannelKind.FOLDER and not FOLDER.fullmatch(folder),
            N_("请填写交换目录的名称，由字母、数字、下划线和连字符组成。"),
        ),
        ("folder", bool(folder) and folder in taken, N_("另一个平台已用这个目录。")),
        ("schedule", given.get("schedule") not in tuple(Schedule), N_("请选择报送的时间。")),
        ("hour", not 0 <= int(given.get("hour") or 0) <= 23, N_("请填写 0 至 23 的整点。")),
        ("patience", not 1 <= int(given.get("patience") or 60) <= 300, N_("请填写 1 至 300 秒。")),
        ("result_layout", bool(asked[RESULT]) and asked[RESULT] not in layouts[RESULT], N_("请选择已启用的格式。")),
        ("penalty_layout", bool(asked[PENALTY]) and asked[PENALTY] not in layouts[PENALTY], N_("请选择已启用的格式。")),
        ("result_layout", not any(asked.values()), N_("请至少选择一种要报送的内容和它的格式。")),
        (
            "place",
            bool(given.get("place")) and given["place"] not in [place.code for place in tenants.places()],
            N_("请从所列辖区中选择。"),
        ),
    )  # fmt: skip
    wrong: dict[str, list[str]] = {}
    for name, lacking, text in found:
        if lacking:
            wrong.setdefault(name, [text])
    return wrong


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
