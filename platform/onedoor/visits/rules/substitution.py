"""Why an object that was drawn is not visited, and another comes in its place (draw.md, "After the draw")."""

from __future__ import annotations

from enum import StrEnum

from onedoor.kernel.text.source_strings import N_


class Hindrance(StrEnum):
    """The reasons there are. What is chosen goes into the public register; the account of it stays inside."""

    CEASED = "ceased"
    MOVED = "moved"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    NOT_SUBJECT = "not_subject"
    NO_TEAM = "no_team"
    OTHER = "other"


HINDRANCE_NAMES: dict[Hindrance, str] = {
    Hindrance.CEASED: N_("已注销、吊销或被撤销登记"),
    Hindrance.MOVED: N_("已迁出辖区"),
    Hindrance.UNREACHABLE: N_("通过登记的住所（经营场所）无法联系"),
    Hindrance.CLOSED: N_("停业、歇业，任务期限内不会恢复"),
    Hindrance.NOT_SUBJECT: N_("没有开展本次抽查涉及的经营活动"),
    Hindrance.NO_TEAM: N_("检查组名额无人可以补派"),
    Hindrance.OTHER: N_("其他原因"),
}


def public_reason(kind: Hindrance, note: str) -> str:
    """What the register says: the reason as the list words it; of another one the account itself."""
    name = HINDRANCE_NAMES[kind]
    return f"{name}：{note}" if kind is Hindrance.OTHER else name
