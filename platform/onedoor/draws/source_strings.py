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
)


def said_reason(text: str) -> str:
    """The reason of a change as a sentence if the product wrote it, with the account beside 其他原因; what people typed as it is."""
    if text in FIXED_REASONS:
        return Sentence(text)
    start = f"{OTHER_REASON}："
    if text.startswith(start):
        return Sentence("%(reason)s：%(text)s", reason=Sentence(OTHER_REASON), text=text.removeprefix(start))
    return text


def counted_in(unit: str) -> Sentence:
    """What the objects of a campaign or draw are counted in (量词), as a parameter of a sentence: entities, places of business, or products,
    projects and activities."""
    if unit == "matter":
        return Sentence("件")
    return Sentence("处") if unit == "place" else Sentence("户")
