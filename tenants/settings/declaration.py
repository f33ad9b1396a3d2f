"""The one list of what a place may decide otherwise than the rules' default; pure.

**To add a setting**: one `Setting` in `SETTINGS`, in order of its rule; read it with `settings.value("its.key")`, the
key written out, where it is used (no constant beside it: the default stands here alone); and name it in the rule's row of
`docs/rules.md` as ``⟨its.key 5⟩`` with its default. `tests/tenants/test_settings.py` compares the three, and the operator's
page, the interface and the history come by themselves. Then `scripts/translations.py update` for its words.
"""

from __future__ import annotations

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from tenants.settings.credit import CREDIT
from tenants.settings.draws import DEFAULT_SOURCE, DEFAULT_SOURCES, DRAW_DEADLINES
from tenants.settings.kinds import Kind, Setting

CHECK_KINDS = (
    ("random", Sentence("随机抽查")),
    ("daily", Sentence("日常检查")),
    ("special", Sentence("专项检查")),
    ("single", Sentence("个案检查")),
)
# By what else than the door a matter may be checked (R-V3).
OTHER_METHODS = (
    ("written", Sentence("书面检查")),
    ("network", Sentence("网络监测")),
    ("opinion", Sentence("行政部门检查结果或专业意见")),
    ("test", Sentence("检验检测")),
    ("entrusted", Sentence("委托专业机构")),
)
LATER_ONES = Sentence("已经确定的期限不变，此后产生的期限按新的天数计算。")


def _deadline(key: str, rule: str, default: int, words: str, high: int = 60) -> Setting:
    """So many working days within which something has to be done."""
    return Setting(key, rule, Kind.WORKING_DAYS, default, words, LATER_ONES, low=1, high=high)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "coverage_floor_market",
        "R-L3",
        Kind.PERCENT,
        70,
        Sentence("市场监管领域随机抽查事项覆盖率下限"),
        Sentence("低于下限的单位在清单页面和监督总览中提示。"),
        high=100,
    ),
    Setting(
        "coverage_floor_other",
        "R-L3",
        Kind.PERCENT,
        50,
        Sentence("其他领域随机抽查事项覆盖率下限"),
        Sentence("低于下限的单位在清单页面和监督总览中提示。"),
        high=100,
    ),
    Setting(
        "plans.yearly_due",
        "R-P1",
        Kind.DAY,
        "01-15",
        Sentence("年度计划和上半年计划报送备案的最后一天"),
        Sentence("此后报送的计划按新的日期计算是否逾期。"),
    ),
    Setting(
        "plans.second_half_due",
        "R-P2",
        Kind.DAY,
        "06-15",
        Sentence("下半年计划报送备案的最后一天"),
        Sentence("此后报送的计划按新的日期计算是否逾期。"),
    ),
    Setting(
        "plans.tolerance_days",
        "R-P3",
        Kind.DAYS,
        10,
        Sentence("检查时间可以超出计划的天数"),
        Sentence("超出的天数在此之内的，由负责人写明理由后调整；再多的须先变更计划。"),
        high=60,
    ),
    _deadline("filings.again_days", "R-P4", 10, Sentence("备案退回后重新报送的期限")),
    Setting(
        "rates.least_stratum",
        "R-P5",
        Kind.COUNT,
        5,
        Sentence("一层最少的对象户数"),
        Sentence("不足的层在计划和抽取前提示，抽中谁容易被猜到。"),
        low=1,
        high=100,
    ),
    Setting(
        "caps.visits_per_year",
        "R-P6",
        Kind.COUNT,
        None,
        Sentence("一个单位对同一对象每年入企检查的次数上限"),
        Sentence("没有自定上限的单位执行；达到上限的对象在抽取前移出。"),
        low=1,
        optional=True,
    ),
    Setting(
        "caps.exempt_kinds",
        "R-P6",
        Kind.CODES,
        # What goes back to a complaint, a transfer or an accident is not held up by a cap (国办发〔2024〕54号).
        ("single",),
        Sentence("不计入次数上限的检查类别"),
        Sentence("这些类别单独计数，已经进行的检查随之重新计数。"),
        codes=CHECK_KINDS,
    ),
    Setting(
        "plans.special_a_year",
        "R-P7",
        Kind.COUNT,
        4,
        Sentence("一个单位每年的专项检查计划数上限"),
        Sentence("达到上限后不能再提交专项检查计划；已经提交的不受影响。"),
        low=1,
        high=50,
        optional=True,
    ),
    Setting(
        "draw.leave_out_drawn_this_year",
        "R-D3",
        Kind.FLAG,
        True,
        Sentence("本年度抽到过的对象不再抽取"),
        Sentence("只影响此后冻结的名单，抽取时可以另行选择。"),
    ),
    Setting(
        "visit_fill_days",
        "R-D6",
        Kind.WORKING_DAYS,
        5,
        Sentence("检查组空缺补派的期限"),
        Sentence("计划没有另行规定的，此后出现的空缺按新的天数补派。"),
        low=1,
        high=60,
    ),
    Setting(
        "visit_replace_days",
        "R-D6",
        Kind.WORKING_DAYS,
        3,
        Sentence("牵头部门请参与部门更换检查人员后等待答复的天数"),
        Sentence("逾期没有更换也没有答复的，牵头部门可以自行更换；此后提出的请求按新的天数计算。"),
        low=1,
        high=60,
    ),
    Setting("draw.default_source", "R-D7", Kind.CODES, (), *DEFAULT_SOURCE, codes=DEFAULT_SOURCES),
    *(
        Setting(key, "R-D7", Kind.DAYS, days, said, then, low=1, high=30)
        for key, days, said, then in DRAW_DEADLINES
    ),
    Setting(
        "campaign.answer_days",
        "R-J5",
        Kind.WORKING_DAYS,
        5,
        Sentence("参与部门答复联合抽查邀请的期限"),
        LATER_ONES,
        low=1,
        high=60,
    ),
    Setting(
        "owed_remind_days",
        "R-J5",
        Kind.WORKING_DAYS,
        5,
        Sentence("待补查事项再次提醒的间隔"),
        Sentence("从下一次提醒起按新的间隔。"),
        low=1,
        high=60,
    ),
    Setting(
        "visit_emergency_days",
        "R-V1",
        Kind.WORKING_DAYS,
        2,
        Sentence("紧急检查开始后补办审批的期限"),
        LATER_ONES,
        low=1,
        high=60,
    ),
    Setting(
        "visit_backfill_days",
        "R-V2",
        Kind.WORKING_DAYS,
        3,
        Sentence("未扫码开始的检查补录的期限"),
        Sentence("超过期限的不能再补录开始时间。"),
        low=1,
        high=60,
    ),
    Setting(
        "visit_methods_without_entry",
        "R-V3",
        Kind.CODES,
        # 能通过书面核查、信息共享等方式监管的不得入企（国办发〔2024〕54号）；入企频次的上限只管入企的检查（001 §8）。
        ("written", "network", "opinion"),
        Sentence("不入企的检查方式"),
        Sentence("这样检查的事项没有检查码，不扫码，单独计数，不占入企次数；已经选定方式的检查不变。"),
        codes=OTHER_METHODS,
    ),
    _deadline("report_days", "R-V5", 5, Sentence("检查结束后完成检查报告的期限")),
    _deadline("followup_begin_days", "R-V7", 5, Sentence("确定后续处置后开始办理的期限")),
    _deadline("followup_accept_days", "R-V7", 5, Sentence("接收单位接收或退回移送的期限")),
    _deadline("followup_answer_days", "R-V7", 20, Sentence("接收单位答复移送的期限")),
    _deadline("followup_daily_days", "R-V7", 10, Sentence("科室答复日常监管反馈的期限")),
    _deadline("followup_listing_days", "R-V7", 10, Sentence("市场监管部门决定是否列入经营异常名录的期限")),
    _deadline("case_days", "R-V7", 60, Sentence("立案后结案的期限"), high=366),
    _deadline("police_send_days", "R-V7", 1, Sentence("负责人批准后移送公安机关的期限")),
    _deadline("police_answer_days", "R-V7", 3, Sentence("公安机关答复的期限")),
    Setting(
        "visit_repeat_days",
        "R-V9",
        Kind.DAYS,
        30,
        Sentence("同一对象同一事项再次检查须说明理由的天数"),
        Sentence("只影响此后登记的检查；0 表示不问。"),
    ),
    Setting(
        "visit_combine_days",
        "R-J4",
        Kind.DAYS,
        30,
        Sentence("提醒两个部门合并上门的间隔天数"),
        Sentence("两个部门对同一对象的检查相隔不超过这些天的，双方都会收到提醒；0 表示不提醒。"),
    ),  # fmt: skip
    Setting(
        "visit_recognition_days",
        "R-J7",
        Kind.DAYS,
        180,
        Sentence("可以采用其他部门检查结果的天数"),
        Sentence("只影响此后的采用；0 表示只能采用当天的。"),
    ),  # fmt: skip
    Setting(
        "visit_drawn_teams",
        "R-V9",
        Kind.FLAG,
        False,
        Sentence("日常检查的检查人员随机抽取"),
        Sentence(
            "改为是以后，日常检查按天或按周集中抽取检查人员，对象全部检查，不再逐次指定；紧急检查除外。"
        ),
    ),
    _deadline("disclosure_days", "R-O1", 20, Sentence("检查完成后公示结果的期限")),
    *(
        Setting(
            key,
            "R-S1",
            Kind.DAY,
            default,
            words,
            Sentence("此后报送的报表按新的日期计算是否逾期。"),
        )
        for key, default, words in (
            ("returns.first_half_due", "06-30", Sentence("半年统计表（上半年）报送的最后一天")),
            ("returns.year_due", "12-31", Sentence("全年统计表报送的最后一天")),
            ("returns.self_review_due", "12-14", Sentence("年度自查报告报送的最后一天")),
        )
    ),
    Setting(
        "returns.quarter_weeks",
        "R-S1",
        Kind.COUNT,
        2,
        Sentence("季度统计表在季末倒数第几周报送"),
        Sentence("此后报送的季度报表按新的日期计算是否逾期。"),
        low=1,
        high=8,
    ),
    Setting(
        "returns.warn_days",
        "R-S1",
        Kind.DAYS,
        10,
        Sentence("统计报表报送提前提醒的天数"),
        Sentence("临近期限没有报送的，提前提醒本单位。"),
        low=1,
        high=60,
    ),
    *(
        Setting(key, rule, Kind(kind), default, words, effect, low=0, high=3660)
        for key, rule, kind, default, words, effect in CREDIT
    ),
    Setting(
        "plans.warn_days",
        "R-S3",
        Kind.WORKING_DAYS,
        10,
        Sentence("计划报送备案提前提醒的天数"),
        Sentence("临近期限没有报送的，提前提醒本单位和监督机关。"),
        low=1,
        high=60,
    ),
    Setting(
        "deadline_warn_days",
        "R-S3",
        Kind.WORKING_DAYS,
        3,
        Sentence("监督预警提前的天数"),
        Sentence("临近期限的事项提前列入预警。"),
        low=1,
        high=30,
    ),
)
_BY_KEY = {one.key: one for one in SETTINGS}


def declared(key: str) -> Setting:
    """The setting of that key; raises ClerkError for one that is not declared."""
    if key not in _BY_KEY:
        raise ClerkError("没有名为 %(key)s 的设置。", key=key)
    return _BY_KEY[key]
