"""乌审旗应急局的工作方案（002）, sentence by sentence, in a browser: each on the page where it works, or said to be unbuilt with its rule (R-D9, R-S4)."""

from __future__ import annotations

from tests.founding.acts import name_leaders, train
from tests.founding.walk import Walk

DOCUMENT, BUREAU = "002-wushen-2024.txt", "yjgl"
SAYS = (
    ("推动随机抽查制度落到实处，制定本方案", "plans rulebook"),
    ("即依法实施监督检查时，采取随机方式抽取", "draw result"),
    ("切实消除安全隐患", "followups risk"),
    ("严格执行《安全生产法》", "items laws"),
    ("实施随机抽查事项公开、程序公开、结果公开", "items_public draw_public results"),
    ("公开安全生产监管工作随机抽查对象", "draw_public results"),
    ("建立完善随机抽查信息平台", "interfaces exports risk"),
    ("成立乌审旗应急管理局“双随机、一公开”监管工作领导小组", "duties"),
    ("逐项明确执法主体、依据、抽查主体", "items items_public"),
    ("制作执法检查方案和检查表", "sheet"),
    ("结合年度工作重点和监管执法发现的突出问题", "items"),
    ("综合执法局对照建立的检查对象名录库", "inspectors"),
    ("应当明确执法人员的姓名、执法证号", "inspectors inspectors_public"),
    ("未进入名录库的行政执法人员不得参与", "inspectors visit"),
    ("以及列入安全生产“黑名单”的单位等构成", "targets tags"),
    ("综合执法局建立随机抽查对象名录库", "targets"),
    ("制定乌审旗应急局随机抽查事项监管细则", "rulebook"),
    ("各股室在监管对象名录库中随机抽取检查对象", "draw"),
    ("不同业务科室实施检查时，可以同时实行检查", "visit combine"),
    ("在同一年度内已抽查的企业", "draw line"),
    ("不受此限制", "draw targets"),
    ("随机抽取行政检查人员", "draw"),
    ("所需的资质能力相一致", "draw inspectors"),
    ("应依法回避", "draw inspectors V8"),
    ("可再次随机生成替换人选", "visit"),
    ("可在检查组内指定一名检查组长", "visit"),
    ("应严格按照每个抽查项目的监管要求", "sheet record"),
    ("综合运用书面检查、现场和网络监测", "methods"),
    ("5个工作日内完成检查报告", "reports"),
    ("检查报告应当包括检查时间", "report"),
    ("对抽查有问题的监管对象，依法做出处理", "followups transfers followup"),
    ("成立乌审旗应急管理局“双随机、一公开”领导小组", "duties"),
    ("保障工作经费，充实一线监管执法检查力量", "duties returns"),
    ("法无授权不可为", "items new_check"),
    ("充分利用广播、电视、报刊、网络", "returns"),
    ("要组织开展执法人员业务技能培训", "trainings"),
    ("向社会公开随机抽查事项清单并及时更新", "items_public results data"),
)


def test_002_wushen(walk: Walk) -> None:
    walk.through(DOCUMENT, BUREAU, SAYS)
    name_leaders(walk, "yjgl.planner", "2024年工作方案", {"领导小组副组长": "李副局长"})
    train(walk, "yjgl.planner", "执法人员业务技能培训", "安全生产执法程序和检查报告。")
