"""The words registers use for the state of an entity (R-L5, R-L6); what is none of them is told, not guessed."""

from __future__ import annotations

from functools import lru_cache

from onedoor.entities.rules.codes import STATUS_NAMES, EntityStatus
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.unicode import normal

# Each as `_plain` leaves it: of firms, social groups, institutions and offices of law.
_WORDS: dict[EntityStatus, str] = {
    EntityStatus.ACTIVE: (
        "存续 存续在营开业在册 存续在业 在业 在业存续 在营 在营开业 开业在营 在册 开业 正常 营业 经营 成立 确立 登记成立 正常在业"
        " 正常营业 正常经营 正常开业 正常执业 执业 迁入"
    ),
    EntityStatus.SUSPENDED: (
        "歇业 歇业备案 停业 停业歇业 停业整顿 责令停业 责令停产停业 暂停营业 暂停经营 停止营业 停止经营 停产 停产停业 清算 清算中"
        " 正在清算 破产清算 破产重整"
    ),
    EntityStatus.MOVED: "迁出 外迁 迁往市外 迁往省外 迁往区外 迁往县外 迁往外地 迁往外省 迁往外市 迁往异地 迁出市外 迁出省外 迁出本市",
    EntityStatus.DEREGISTERED: "注销 强制注销 依职权注销 简易注销 吊销已注销 吊销后注销 吊销并注销 终止",
    EntityStatus.REVOKED: "吊销 吊销未注销 吊销营业执照 吊销执照 撤销 撤消 撤销设立 撤销注册 责令关闭",
}
_FOUND = {word: status for status, words in _WORDS.items() for word in words.split()}
# What the state's own name says already; any other word of one that is not in business stands beside it.
_SAID = frozenset({"歇业", "迁出", "注销", "吊销", "吊销未注销"})
_LONGEST = 40


# A file repeats the few it has a million times.
@lru_cache(maxsize=1_000)
def status_of(text: str) -> EntityStatus | None:
    """The state a register's word says, in whatever width and brackets; None where it is none of the known ones."""
    return _FOUND.get(_plain(text))


def read_status(text: str) -> EntityStatus:
    """The same of a cell that says something; raises ClerkError for an unknown word."""
    status = status_of(text)
    if status is None:
        shown = "、".join(STATUS_NAMES.values())
        raise ClerkError("“%(text)s”不是可填的内容，可填：%(words)s。", text=text[:20], words=shown)
    return status


@lru_cache(maxsize=1_000)
def note_of(text: str) -> str:
    """What is noted beside the state: the register's own word, where it says more (撤销, 清算, 迁往市外)."""
    said = status_of(text) in (None, EntityStatus.ACTIVE) or _plain(text) in _SAID
    return "" if said else text[:_LONGEST]


def _plain(text: str) -> str:
    """Without marks, and without 已, 被, 登记, 企业 and 状态 around what is said."""
    plain = "".join(char for char in normal("NFKC", text) if char.isalnum())
    for before in ("已经", "已", "被"):
        plain = plain.removeprefix(before)
    for after in ("状态", "企业", "登记"):
        plain = plain.removesuffix(after)
    return plain
