"""The outside platforms records go to (R-O2; forms.md, "Outside records"): kept by the operator, read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import sqlalchemy as sa

from onedoor.credit.layouts import PENALTY, RESULT, Layout, read_fields
from onedoor.credit.models import OutsidePlatform, RecordLayout
from onedoor.credit.rules import LayoutState
from onedoor.kernel.db import db
from onedoor.kernel.deployment import settings
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.text.source_strings import N_
from tenants.settings import queries as places

# Those two of the beginning go by the deployment's settings while no address was entered on the page.
CREDIT, SHARING = "credit", "sharing"


class ChannelKind(StrEnum):
    """How records reach a platform: pushed to its interface, dropped into a folder, or carried by a clerk."""

    PUSH = "push"
    FOLDER = "folder"
    MANUAL = "manual"


class Schedule(StrEnum):
    """When a bureau's batches are made: when somebody says so, every hour, or once a day."""

    BY_HAND = "by_hand"
    HOURLY = "hourly"
    DAILY = "daily"


CHANNEL_NAMES = {
    ChannelKind.PUSH: N_("接口推送"),
    ChannelKind.FOLDER: N_("文件交换目录"),
    ChannelKind.MANUAL: N_("人工上传"),
}
SCHEDULE_NAMES = {
    Schedule.BY_HAND: N_("由公示员生成批次"),
    Schedule.HOURLY: N_("每小时"),
    Schedule.DAILY: N_("每天"),
}


def platforms() -> list[OutsidePlatform]:
    """All platforms, by code."""
    return list(db.session.scalars(sa.select(OutsidePlatform).order_by(OutsidePlatform.code)))


def platform(code: str) -> OutsidePlatform:
    """The platform of this code."""
    found = db.session.scalar(sa.select(OutsidePlatform).where(OutsidePlatform.code == code))
    if found is None:
        raise NotFound("没有找到这个报送平台。")
    return found


def titles() -> dict[str, str]:
    """The platforms' names by code."""
    rows = db.session.execute(
        sa.select(OutsidePlatform.code, OutsidePlatform.title).order_by(OutsidePlatform.code)
    )
    return {row[0]: row[1] for row in rows}


def in_use() -> list[OutsidePlatform]:
    """Those the current bureau sends to: of its place or one above, and with a way to reach them."""
    line = places.line_up(places.my_place())
    return [
        one
        for one in platforms()
        if one.active and (one.place is None or one.place in line) and _is_reachable(one)
    ]


def layouts_of(one: OutsidePlatform) -> Mapping[str, str]:
    """The layout in use for each kind that a platform takes, by name and version."""
    families = {RESULT: one.result_layout, PENALTY: one.penalty_layout}
    return {kind: name for kind, family in families.items() if family and (name := newest(family))}


def newest(family: str) -> str | None:
    """The version of a layout that is in use."""
    version = db.session.scalar(
        sa.select(sa.func.max(RecordLayout.version)).where(
            RecordLayout.family == family, RecordLayout.state == LayoutState.IN_USE
        )
    )
    return f"{family}/{version}" if version else None


def layout(name: str) -> Layout:
    """The layout of this name and version (`inspection-result/1`)."""
    family, _, version = name.rpartition("/")
    row = db.session.scalar(
        sa.select(RecordLayout).where(
            RecordLayout.family == family,
            RecordLayout.version == (int(version) if version.isdecimal() else 0),
        )
    )
    if row is None:
        raise ClerkError("没有找到这条记录的报送格式，请联系平台运维。")
    return read_layout(row)


def read_layout(row: RecordLayout) -> Layout:
    """A row as a layout."""
    name_key, code_key = row.entity
    return Layout(
        f"{row.family}/{row.version}",
        row.kind,
        row.title,
        read_fields(row.fields),
        (name_key, code_key),
        row.nested,
    )


def families(kind: str) -> Sequence[tuple[str, str]]:
    """Layouts of a kind that have a version in use: their family and newest title."""
    rows = db.session.execute(
        sa.select(RecordLayout.family, RecordLayout.title)
        .where(RecordLayout.kind == kind, RecordLayout.state == LayoutState.IN_USE)
        .order_by(RecordLayout.family, RecordLayout.version)
    )
    return list({row[0]: row[1] for row in rows}.items())


def address_of(one: OutsidePlatform) -> str | None:
    """Where a platform's interface is: as entered, or as the deployment says of the two of the beginning."""
    held = settings()
    return one.address or {CREDIT: held.credit_url, SHARING: held.sharing_url}.get(one.code)


def _is_reachable(one: OutsidePlatform) -> bool:
    return one.channel != ChannelKind.PUSH or one.code == CREDIT or address_of(one) is not None
