"""赤峰市安监局的实施细则（000）, sentence by sentence, in a browser: each on the page where it works, or said to be unbuilt with its rule (R-D9, R-S4)."""

from __future__ import annotations

from tests.founding.acts import name_leaders, train
from tests.founding.walk import Walk

DOCUMENT, BUREAU = "000-chifeng-2016.txt", "yjgl"
SAYS = (
    ("现将《“双随机一公开”工作实施细则（试行）》印发", "rulebook rulebook_public"),
    ("为创新政府管理方式", "rulebook"),
    ("认真贯彻落实党的十八大", "draw returns"),
    ("凡法律法规没有规定的", "items new_check"),
    ("提升监管效能，减轻市场主体负担", "burden visit"),
    ("公开随机抽查事项、程序和结果", "items_public draw_public results"),
    ("依托门户网站、行政服务中心", "home joint"),
    ("局各科室要立足职能建立", "targets"),
    ("以市政府法制办行政执法人员数据库为基础", "inspectors certificates"),
    ("制定“双随机”抽查事项清单，明确抽查依据", "items items_public"),
    ("实行动态管理，及时录入、更新", "targets admission ceased coverage"),
    ("整合部门检查事项", "visit repeats combine"),
    ("一次性完成检查", "visit"),
    ("协调组织相关部门开展联合抽查", "joint"),
    ("制定并实施联合抽查计划", "line joint"),
    ("合理确定随机抽查比例和频次，确保", "rates caps"),
    ("抽查可以采用实地检查", "methods"),
    ("如实填写检查记录表", "record field log"),
    ("对抽查发现的违法违规行为，局各科室", "followups followup"),
    ("监管部门要对抽查结果的合法性", "disclose results result"),
    ("成立以局长为组长", "duties"),
    ("公平、有效、透明地进行事中事后监管", "draw draw_public"),
    ("不得妨碍市场主体正常的生产经营活动", "V8"),
    ("失职渎职和违纪的", "V8"),
    ("探索完善“双随机”抽查监管办法", "trainings returns rulebook"),
)


def test_000_chifeng(walk: Walk) -> None:
    walk.through(DOCUMENT, BUREAU, SAYS)
    name_leaders(walk, "yjgl.planner", "赤安监管字〔2016〕90号", {"领导小组组长": "张局长"})
    train(walk, "yjgl.planner", "双随机抽查业务培训", "转变执法理念，提高执法能力。")
