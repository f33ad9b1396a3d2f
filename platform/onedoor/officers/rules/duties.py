"""The parts there are in this work (R-L13), and the layout of F5; pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any


class DutyRole(StrEnum):
    """Who leads the work, who is its liaison, and who is in the leading group."""

    WORK_LEAD = "work_lead"
    LIAISON = "liaison"
    GROUP_HEAD = "group_head"
    GROUP_DEPUTY = "group_deputy"
    GROUP_MEMBER = "group_member"


# Of these there is one at a time: naming another ends the former.
SINGLE = (DutyRole.WORK_LEAD, DutyRole.LIAISON, DutyRole.GROUP_HEAD)
GROUP = (DutyRole.GROUP_HEAD, DutyRole.GROUP_DEPUTY, DutyRole.GROUP_MEMBER)
ROLE_NAMES: dict[str, str] = {
    DutyRole.WORK_LEAD: "负责人",
    DutyRole.LIAISON: "联络员",
    DutyRole.GROUP_HEAD: "领导小组组长",
    DutyRole.GROUP_DEPUTY: "领导小组副组长",
    DutyRole.GROUP_MEMBER: "领导小组成员",
}
F5_TITLE = "“双随机、一公开”工作负责人和联络员名单"
F5_HEAD = (
    "单位", "负责人姓名", "负责人职务", "负责人联系方式", "联络员姓名", "联络员职务", "联络员联系方式",
)  # fmt: skip


def f5_row(bureau: str, lead: Sequence[Any] | None, liaison: Sequence[Any] | None) -> tuple[Any, ...]:
    """A row of F5: each of the two as name, post, contact; blank where nobody is named."""
    return (bureau, *(lead or ("", "", "")), *(liaison or ("", "", "")))
