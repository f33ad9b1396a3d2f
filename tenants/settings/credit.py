"""The numbers of credit classes, of how long dishonesty is public, and of repair (R-O3, R-O4): key, rule, kind, default, words, effect."""

from __future__ import annotations

from onedoor.kernel.sentences import Sentence

_CLASS = Sentence("从下一夜起按新的规则评定企业信用风险分类。")
_PUBLIC = Sentence("只影响此后公示的行政处罚和此后提出的信用修复申请。")

CREDIT: tuple[tuple[str, str, str, int, Sentence, Sentence], ...] = (
    ("class.problem_points", "R-O4", "count", 1, Sentence("每条发现问题的检查结果的分数"), _CLASS),
    ("class.penalty_points", "R-O4", "count", 5, Sentence("每条公示的行政处罚的分数"), _CLASS),
    ("class.abnormal_points", "R-O4", "count", 10, Sentence("列入经营异常名录的分数"), _CLASS),
    ("class.serious_points", "R-O4", "count", 40, Sentence("列入严重违法失信名单的分数"), _CLASS),
    ("class.blacklist_points", "R-O4", "count", 20, Sentence("列入行业黑名单的分数"), _CLASS),
    ("class.b_from", "R-O4", "count", 1, Sentence("信用风险分类 B 类的最低分数"), _CLASS),
    ("class.c_from", "R-O4", "count", 5, Sentence("信用风险分类 C 类的最低分数"), _CLASS),
    ("class.d_from", "R-O4", "count", 20, Sentence("信用风险分类 D 类的最低分数"), _CLASS),
    ("repair.decide_days", "R-O3", "working_days", 10, Sentence("受理信用修复申请后作出决定的期限"), _PUBLIC),
    ("repair.light_least_days", "R-O3", "days", 0, Sentence("轻微失信最短公示的天数"), _PUBLIC),
    ("repair.light_most_days", "R-O3", "days", 90, Sentence("轻微失信最长公示的天数"), _PUBLIC),
    ("repair.ordinary_least_days", "R-O3", "days", 90, Sentence("一般失信最短公示的天数"), _PUBLIC),
    ("repair.ordinary_most_days", "R-O3", "days", 365, Sentence("一般失信最长公示的天数"), _PUBLIC),
    ("repair.serious_least_days", "R-O3", "days", 365, Sentence("严重失信最短公示的天数"), _PUBLIC),
    ("repair.serious_most_days", "R-O3", "days", 1095, Sentence("严重失信最长公示的天数"), _PUBLIC),
    (
        "repair.chase_days",
        "R-O3",
        "days",
        3,
        Sentence("报送平台没有确认撤回时催办的天数"),
        Sentence("超过这些天没有回执的，每天提醒一次。"),
    ),
)
