"""城口县的实施方案（003）, sentence by sentence, in a browser: each on the page where it works, or said to be unbuilt with its rule (R-D9, R-S4)."""

from __future__ import annotations

from tests.founding.acts import name_leaders, order_and_answer
from tests.founding.walk import Walk

DOCUMENT, BUREAU = "003-chengkou-2016.txt", "xscjg"
SAYS = (
    ("《城口县全面推行", "returns"),
    ("现就我县全面推开", "overview"),
    ("都要拿出“一单、两库、一细则”", "libraries overview"),
    ("要达到本部门市场监管执法事项的70%以上", "coverage libraries"),
    ("加强事中事后监管行为，提高监管效能", "burden"),
    ("于2016年9月15日前制定完善本单位“双随机、一公开”实施细则", "rulebook"),
    ("实施细则应当包括本单位", "rulebook"),
    ("要对现有行政检查事项进行认真梳理", "items"),
    ("抽查事项清单要明确检查依据、主体、内容、方式、频次等", "items items_public"),
    ("根据法律法规规章修订情况和工作实际进行动态调整", "laws items"),
    ("本年度要达到本部门市场监管行政检查事项的70%以上", "coverage libraries"),
    ("按照执法人员所属的检查行业、领域等进行分类", "inspectors"),
    ("要规范名录库人员的推荐、审核程序", "admission"),
    ("把法律、法规、规章规定需要监管的检查对象全面梳理", "targets gap"),
    ("确保一年一更新", "targets libraries"),
    ("实时将本单位抽查情况及查处结果向社会公布", "home results draw_public"),
    ("对接市级工商、法制等部门", "exports interfaces"),
    ("要综合运用行政处罚等手段", "followups"),
    ("建立健全市场主体诚信档案、行业黑名单制度", "credit risk"),
    ("协调组织本地区有关部门开展联合抽查", "joint visit repeats combine"),
    ("连同电子版本报县政府法制办备案", "filings inbox"),
    ("应及时向社会公布", "items_public inspectors_public rulebook_public"),
    ("全面开展随机抽查工作，及时梳理总结", "campaigns returns"),
    ("应在每季度倒数第二周内", "returns place_returns received"),
    ("务必充分认识此项工作的重要性", "returns"),
    ("全面推开“双随机、一公开”监管，是贯彻落实", "returns"),
    ("迅速组织精干力量", "duties"),
    ("要严格对照实施依据", "items libraries"),
    ("工作数据详实准确", "returns"),
    ("工作负责人和联络员名单（附件5）报", "duties all_duties"),
    ("作为当前和今后一个时期常态化重点工作", "overview orders"),
    ("进行全面督查，并及时向全县通报督查结果", "orders circulars"),
    ("1.随机抽查事项清单", "items"),
    ("2.执法检查人员名录库", "inspectors inspectors_public"),
    ("3.区县（自治县）推行", "place_returns"),
    ("4.县政府部门、有关单位推行", "returns"),
    ("合计共个部门", "place_returns"),
    ("占本部门市场监管行政检查事项总数的比例", "returns"),
    ("占本本部门其他行政检查事项总数的比例", "returns"),
    ("5.“双随机、一公开”工作负责人和联络员名单", "duties"),
)


def test_003_chengkou(walk: Walk) -> None:
    walk.through(DOCUMENT, BUREAU, SAYS)
    name_leaders(walk, "xscjg.planner", "城口县实施方案附件5", {"负责人": "王负责", "联络员": "赵联络"})
    order_and_answer(walk, "xsfj.supervisor", "XSCJG", "xscjg.planner", "限期完成一单两库一细则")
