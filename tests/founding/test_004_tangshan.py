"""唐山高新区商务局的实施方案（004）, sentence by sentence, in a browser: each on the page where it works, or said to be unbuilt with its rule (R-D9, R-S4)."""

from __future__ import annotations

from tests.founding.acts import back_to_the_list, name_leaders, train
from tests.founding.walk import Walk

DOCUMENT, BUREAU = "004-tangshan-2017.txt", "swj"
SAYS = (
    ("为贯彻落实《河北省", "rulebook"),
    ("指导思想：认真贯彻落实", "draw returns"),
    ("基本原则：坚持依法监管", "rulebook"),
    ("凡法律、法规、规章没有规定的，一律不得", "items new_check"),
    ("提升监管效能，减轻市场主体负担", "burden"),
    ("公开随机抽查事项、程序和结果", "items_public draw_public results"),
    ("不断提高随机抽查在检查工作中的比重", "coverage ledger"),
    ("凡是法律法规规章赋予监管职能的", "items laws items_public"),
    ("随机抽查事项清单应包括抽查主体", "item items inspectors"),
    ("分行业建立检查对象名录库", "targets"),
    ("列明其执法证号码、姓名、性别、身份证号码", "inspectors"),
    ("名录库应根据监管工作实际进行动态调整", "targets admission"),
    ("制定随机抽查工作的实施细则，规范随机抽查程序", "rulebook"),
    ("做到“双随机”抽查全程留痕", "record result log"),
    ("结合相关部门开展联合执法", "joint"),
    ("原则上应一次性完成，避免检查过多", "visit repeats combine"),
    ("商务局将根据实际情况，合理确定随机抽查比例和频次", "rates caps"),
    ("抽查可以采用实地检查和书面检查等方式", "methods"),
    ("抽查中依法利用其他部门做出的检查", "methods recognition"),
    ("如实填写检查记录表", "record field"),
    ("成立“双随机、一公开”工作推进领导小组", "duties"),
    ("公平、有效、透明地进行事中事后监管", "draw_public"),
    ("不得妨碍市场主体正常的生产经营活动", "V8"),
    ("“双随机”抽查是事中事后监管方式的探索和创新。", "returns"),
    ("加强执法人员培训，引导执法人员切实转变执法理念", "trainings returns"),
    ("附件:1.高新区商务局随机抽查事项清单", "items"),
    ("2.高新区商务系统执法人员名录库", "inspectors"),
    ("3.高新区商务系统市场主体名录库", "targets"),
)


def test_004_tangshan(walk: Walk) -> None:
    walk.through(DOCUMENT, BUREAU, SAYS)
    name_leaders(
        walk, "swj.planner", "高新区商务局实施方案", {"领导小组组长": "陈局长", "领导小组副组长": "周副局长"}
    )
    train(walk, "swj.planner", "商务执法人员培训", "引导执法人员切实转变执法理念。")
    back_to_the_list(walk, "scjg.planner")
