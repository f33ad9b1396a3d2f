"""Marking sentences that are said later, so that the translations find them; what objects are counted in."""

from __future__ import annotations

from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_

# Reasons that the product writes into a draw's log by itself. The log keeps them in Chinese, letter by letter; a page says
# them in the reader's language.
OF_A_SUBSTITUTE = N_("替补对象的检查组")
OTHER_REASON = N_("其他原因")
FIXED_REASONS = (
    OF_A_SUBSTITUTE,
    N_("已注销、吊销或被撤销登记"),
    N_("已迁出辖区"),
    N_("通过登记的住所（经营场所）无法联系"),
    N_("停业、歇业，任务期限内不会恢复"),
    N_("没有开展本次抽查涉及的经营活动"),
    N_("检查组名额无人可以补派"),
    N_("回避"),
    N_("因病不能参加"),
    N_("执法证失效"),
    N_("另有公务"),
    N_("调离或停止执法"),
    N_("其他原因不能参加"),
)


def said_reason(text: str) -> str:
    """The reason of a change as a sentence if the product wrote it, with the account beside 其他原因; what people typed as it is."""
    if text in FIXED_REASONS:
        return Sentence(text)
    start = f"{OTHER_REASON}："
    if text.startswith(start):
        return Sentence("%(reason)s：%(text)s", reason=Sentence(OTHER_REASON), text=text.removeprefix(start))
    return text


# Why the system ended a draw by itself. The proof and the register keep the text in Chinese; a page says it in the reader's language.
NO_PLAN = N_("到期没有公布抽取方案，久等未办的：%(names)s")
LATE_CLOSING = N_("见证没有在公共随机数公布以前截止")
NOT_REVEALED = N_("到期没有揭示：%(names)s")
LATE_REVEALS = N_("揭示没有在公共随机数公布以前登记")
SILENT_SOURCE = N_("公共随机数源没有公布，牵头部门和监督部门查明一致")
NOT_READ = N_("到期没有读取公共随机数：%(names)s")
READ_APART = N_("牵头部门和监督部门读取的公共随机数到期仍不一致")
ENDS = (NO_PLAN, LATE_CLOSING, NOT_REVEALED, LATE_REVEALS, SILENT_SOURCE, NOT_READ, READ_APART)


def said_end(text: str) -> str:
    """Why a draw ended without a result as a sentence if the system wrote it; what people typed as it is."""
    for pattern in ENDS:
        start, names, _rest = pattern.partition("%(names)s")
        if names and text.startswith(start):
            return Sentence(pattern, names=text.removeprefix(start).split("、"))
        if text == pattern:
            return Sentence(pattern)
    return text


def counted_in(unit: str) -> Sentence:
    """What the objects of a campaign or draw are counted in (量词), as a parameter of a sentence: entities, places of business, or products,
    projects and activities."""
    if unit == "matter":
        return Sentence("件")
    return Sentence("处") if unit == "place" else Sentence("户")
