"""The one set of definitions: each figure once, with its column head and the words that stand beside it (forms.md, R-S2); pure.

How each is read from the records stands under the same key in `queries.definitions`.
"""

from __future__ import annotations

from dataclasses import dataclass

from onedoor.kernel.text.source_strings import N_


@dataclass(frozen=True)
class Figure:
    """One figure: `head` in a form, `words` what it counts. `joins` says how parts come to a total: `sum` where no record is
    of two bureaus, `once` where a joint check counts once, `all` where a record counts once all bureaus have it that have
    it in the figure `of`."""

    key: str
    head: str
    words: str
    joins: str = "sum"
    of: str = ""


_ALL = (
    Figure("items", N_("抽查事项数"), N_("截止时本单位已公布的随机抽查事项清单中实行双随机抽查的事项。")),
    Figure(
        "items_drawn",
        N_("已抽查事项数"),
        N_("本期已完成抽取的抽查任务中，由本单位提出的检查事项；同一事项多次抽查计一项。"),
    ),
    Figure(
        "batches_planned",
        N_("计划抽查批次"),
        N_("截止时有效的已公布计划中，检查时间与本期有交叉的随机抽查计划行，按各行一年的频次相加。"),
    ),
    Figure(
        "batches_drawn",
        N_("已抽取批次"),
        N_("本期完成抽取、本单位有名单参加的抽查任务；联合抽查在全市合计中计一次。"),
        "once",
    ),
    Figure("library", N_("检查对象数"), N_("截止时本单位检查对象名录库中的检查对象。")),
    Figure(
        "drawn",
        N_("抽取对象数"),
        N_("本期完成的抽取为本单位名单抽中的检查对象；同一对象被几个部门的名单抽中，全市合计计一次。"),
        "once",
    ),
    Figure(
        "due",
        N_("应检查户数"),
        N_(
            "本期抽取产生、截止时没有取消的检查涉及本单位事项的检查对象；一次联合检查按一户计，全市合计计一次。"
        ),
        "once",
    ),
    Figure(
        "checked",
        N_("已检查户数"),
        N_("应检查户数中，截止时本单位检查记录已审核通过的检查对象；联合检查全市合计计一次。"),
        "once",
    ),
    Figure(
        "problems",
        N_("发现问题户数"),
        N_("已检查户数中，检查结果不只是“未发现问题”或“未发现开展本次抽查涉及的经营活动”的检查对象。"),
        "once",
    ),
    Figure(
        "public",
        N_("已公示户数"),
        N_("已检查户数中，截止时结果正在公示的检查对象；联合检查在各部门都公示后全市合计计一户。"),
        "all",
        "checked",
    ),
    Figure(
        "public_due",
        N_("应公示户数"),
        N_("已检查户数中，截止时已公示，或公示期限已到的检查对象；是按期公示率的分母。"),
        "once",
    ),
    Figure(
        "public_on_time",
        N_("按期公示户数"),
        N_(
            "应公示户数中，在公示期限（抽查任务完成后20个工作日或本地规定的期限）内公示的检查对象；是按期公示率的分子。"
        ),
        "all",
        "public_due",
    ),
    Figure("corrections", N_("责令改正"), N_("本期抽取产生的检查中，截止时本单位作出的责令改正。")),
    Figure("cases", N_("立案"), N_("本期抽取产生的检查中，截止时本单位立案的后续处置。")),
    Figure(
        "transfers", N_("移送"), N_("本期抽取产生的检查中，截止时本单位移送其他部门或公安机关的后续处置。")
    ),
    Figure(
        "not_drawn",
        N_("未通过平台抽取的检查数"),
        N_(
            "检查日期在本期、截止时没有取消的，不经抽取而登记的日常、专项和个案检查，以及补登的平台以外的检查，按牵头部门计。"
        ),
    ),
    Figure(
        "items_all_market",
        N_("市场监管行政检查事项总数"),
        N_("截止时已公布事项清单中市场监管领域的全部事项。"),
    ),
    Figure(
        "items_all_other",
        N_("其他行政检查事项总数"),
        N_("截止时已公布事项清单中市场监管领域以外的全部事项。"),
    ),
    Figure(
        "items_market",
        N_("市场监管领域抽查事项数"),
        N_("截止时已公布事项清单中市场监管领域实行双随机抽查的事项。"),
    ),
    Figure(
        "items_other",
        N_("其他领域抽查事项数"),
        N_("截止时已公布事项清单中市场监管领域以外实行双随机抽查的事项。"),
    ),
    Figure("item_batches", N_("已开展抽查次数"), N_("本期完成抽取、包含这一事项的抽查任务。"), "once"),
    Figure("batches", N_("已开展抽查次数"), N_("本期完成抽取、本单位有名单参加的抽查任务。"), "once"),
    Figure("partners", N_("参与部门数"), N_("截止时参加这项联合抽查的参与部门（不含牵头部门）。")),
    Figure("brought", N_("检查事项数"), N_("各部门为这项联合抽查提出的检查事项。")),
    Figure("doors", N_("抽取户数"), N_("这项联合抽查抽中的检查对象；几个部门抽中同一对象计一户。")),
    Figure("entered", N_("入户次数"), N_("截止时已经开始、没有取消的检查；一次联合检查计一次。")),
    Figure("matters_due", N_("应检事项数"), N_("没有取消的检查中各部门应检的事项（一户一事项计一项）。")),
    Figure("matters_checked", N_("已检事项数"), N_("应检事项中，截止时有关部门的检查记录已审核通过的事项。")),
    Figure(
        "saved",
        N_("减少入户次数"),
        N_("截止时到该户检查并已审核通过记录的部门数，减去为此入户的次数，逐户相加。"),
    ),
    Figure("joint_problems", N_("发现问题户数"), N_("截止时任何一个部门的记录发现了问题的检查对象。")),
    Figure("joint_public", N_("已公示户数"), N_("截止时各部门审核通过的记录都已公示的检查对象。")),
)
FIGURES: dict[str, Figure] = {one.key: one for one in _ALL}
