"""The deadlines of a draw's steps and the public sources a place may choose as its default (R-D7): key, days, words, effect."""

from __future__ import annotations

from onedoor.kernel.sentences import Sentence

_ON_DRAWS = Sentence("正在进行的抽取也按新的期限。")
DRAW_DEADLINES: tuple[tuple[str, int, Sentence, Sentence], ...] = (
    ("draw.freeze_days", 5, Sentence("抽取从开始到公布方案的期限，到期终止"), _ON_DRAWS),
    ("draw.texts_days", 1, Sentence("见证的期限，到期自动截止"), _ON_DRAWS),
    ("draw.reveal_days", 1, Sentence("见证截止后揭示的期限，到期作废"), _ON_DRAWS),
    ("draw.beacon_days", 3, Sentence("公共随机数公布后读取核对的期限，到期作废"), _ON_DRAWS),
)
DEFAULT_SOURCE = (
    Sentence("默认的公共随机数源（选一个）"),
    Sentence("只预填此后开始的抽取，抽取时可以另选。"),
)
# As `draws.rules.beacons.LOTTERIES` has them, which says how each is read.
DEFAULT_SOURCES = (
    ("ssq", Sentence("中国福利彩票双色球")),
    ("kl8", Sentence("中国福利彩票快乐8")),
    ("dlt", Sentence("中国体育彩票超级大乐透")),
    ("pl5", Sentence("中国体育彩票排列5")),
)
