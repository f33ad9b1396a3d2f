"""Made-up firms, items and officers of the made-up city, as the files a clerk would have."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from onedoor.commands.demo.made_up_city import OFFICERS, officer_account, officer_name
from onedoor.items.rules import item_rows
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code, made_up_identity_number
from onedoor.kernel.spreadsheets import write_csv, write_xlsx
from onedoor.officers.rules import certificate_rows, inspector_rows

HEAD = (
    "企业名称",
    "统一社会信用代码",
    "注册日期",
    "企业类型",
    "注册资金",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
)
WORDS = [
    "青禾",
    "云杉",
    "晨露",
    "听松",
    "半夏",
    "沐光",
    "远山",
    "小满",
    "知秋",
    "白鹭",
    "春和",
    "景明",
    "长亭",
    "归舟",
    "南枝",
    "北辰",
    "问渠",
    "观澜",
    "拾光",
    "朝歌",
]
# the parts of a rulebook
RULEBOOK = {
    "aims": "规范随机抽查，减少对市场主体正常经营的干扰。\n法规科负责组织，各科室和执法大队按计划实施。",
    "procedure": "公布计划，抽取检查对象和执法人员，通知检查对象，现场检查并制作记录，五个工作日内完成检查报告。",
    "means": "以实地检查为主，可以采用书面检查、网络监测，必要时委托专业机构检验检测。",
    "content": "以公布的随机抽查事项清单为准，清单之外的事项不检查。",
    "penalty_standards": "依照有关法律、法规、规章和行政处罚裁量基准执行。",
    "penalty_procedure": "发现违法行为需要立案的，依照《中华人民共和国行政处罚法》规定的程序办理。",
    "disclosure_procedure": "检查结果自任务完成之日起二十个工作日内向社会公示。",
}
STREETS = ("示范大道", "学府路", "和平街", "清泉巷", "迎宾路", "滨河路")
# what it does, ending of the name, scope, how many
TRADES = (
    ("宾馆", "住宿服务；餐饮服务；会议服务；洗浴服务。", 44),
    ("酒店", "住宿服务；餐饮服务；酒店管理；停车场服务。", 36),
    ("餐厅", "餐饮服务；食品销售（仅销售预包装食品）。", 60),
    ("歌舞厅", "歌舞娱乐活动；餐饮服务；烟草制品零售。", 16),
    ("影城", "电影放映；食品销售；广告发布。", 8),
    ("网吧", "互联网上网服务；食品销售（仅销售预包装食品）。", 12),
    ("旅行社", "旅游业务；票务代理服务。", 14),
    ("加油站", "成品油零售；危险化学品经营；食品销售（仅销售预包装食品）。", 18),
    ("商场", "日用百货销售；食品销售；柜台、摊位出租；单用途商业预付卡代理销售。", 16),
    ("美容馆", "生活美容服务；理发服务；化妆品零售。", 26),
    ("大药房", "药品零售；第二类医疗器械销售；保健食品销售。", 22),
    ("化工", "危险化学品经营；化工产品销售。", 10),
    ("服装店", "服装服饰零售；鞋帽零售。", 30),
)
# bureau, item, law, what is looked at, kinds of object, key or not
ITEMS: dict[str, Sequence[tuple[str, str, str, str, str]]] = {
    "SCJG": (
        ("食品经营监督检查", "《中华人民共和国食品安全法》第一百一十条", "食品经营许可证公示；从业人员健康证明；进货查验记录；餐饮具清洗消毒", "经营主体", "是"),
        ("登记事项检查", "《中华人民共和国市场主体登记管理条例》第三十八条", "营业执照亮照；住所与登记一致；经营范围与登记一致", "经营主体", "否"),
        ("价格行为检查", "《中华人民共和国价格法》第三十三条", "明码标价；没有价外加价", "经营主体", "否"),
        ("特种设备使用检查", "《中华人民共和国特种设备安全法》第五十七条", "使用登记标志；定期检验合格；作业人员持证", "企业", "是"),
    ),
    "XFJY": (
        ("单位消防安全监督检查", "《中华人民共和国消防法》第五十三条", "疏散通道和安全出口畅通；消防设施完好有效；灭火器材配置；消防安全制度落实", "经营主体", "是"),
        ("公众聚集场所投入使用后检查", "《中华人民共和国消防法》第十五条", "投入使用前消防安全检查合格；现场与许可一致", "经营主体", "否"),
    ),
    "WSJK": (
        ("公共场所卫生监督检查", "《公共场所卫生管理条例》第十条", "卫生许可证；从业人员健康合格证明；顾客用品用具清洗消毒；空气和水质检测", "经营主体", "否"),
        ("生活饮用水卫生检查", "《中华人民共和国传染病防治法》第五十三条", "二次供水设施清洗消毒；水质检测合格", "经营主体", "否"),
    ),
    "YJGL": (
        ("危险化学品经营安全检查", "《危险化学品安全管理条例》第七条", "经营许可证有效；储存符合标准；应急预案和演练", "企业", "是"),
        ("生产经营单位安全生产检查", "《中华人民共和国安全生产法》第六十五条", "安全生产责任制；教育培训记录；隐患排查治理台账", "企业", "是"),
    ),
    "SWJ": (
        ("单用途商业预付卡备案检查", "《单用途商业预付卡管理办法（试行）》第三十一条", "备案情况；资金存管；章程和协议公示", "企业", "否"),
        ("成品油零售经营检查", "《成品油流通管理办法》", "经营资质；进销存台账；油品来源凭证", "企业、产品", "否"),
    ),
    "WLJ": (
        ("娱乐场所经营检查", "《娱乐场所管理条例》第三十二条", "娱乐经营许可证；未接纳未成年人；曲目内容合规；营业时间", "经营主体", "否"),
        ("旅行社经营检查", "《中华人民共和国旅游法》第八十三条", "业务经营许可证；旅游合同；导游委派", "企业", "否"),
    ),
    "MZJ": (
        ("社会组织活动检查", "《社会团体登记管理条例》第二十四条", "按章程开展活动；财务管理；年度工作报告", "社会组织", "否"),
    ),
    "SFJ": (
        ("律师事务所执业检查", "《中华人民共和国律师法》第五十二条", "统一收案收费；利益冲突审查；档案管理", "律师事务所", "否"),
    ),
}  # fmt: skip
# For which another bureau's recent result may stand (R-J7).
METHODS = {"登记事项检查": "实地检查、行政部门检查结果或专业意见"}
# name and conditions of the rules by which a bureau chooses its targets
RULES: dict[str, Sequence[tuple[str, dict[str, object]]]] = {
    "SCJG": (("辖区内经营主体", {"kinds": ["91", "92", "93"]}),),
    "XFJY": (("公众聚集场所", {"scope": ["住宿", "餐饮", "娱乐", "上网服务", "电影放映", "零售", "食品"]}),),
    "WSJK": (("公共场所", {"scope": ["住宿", "洗浴", "美容", "理发", "娱乐", "电影", "上网服务"]}),),
    "YJGL": (("危险化学品和成品油", {"scope": ["危险化学品", "成品油", "化工产品"]}),),
    "SWJ": (("商贸流通企业", {"scope": ["预付卡", "成品油", "零售"]}),),
    "WLJ": (("文化和旅游场所", {"scope": ["娱乐", "电影", "旅游", "上网服务", "住宿"]}),),
    "MZJ": (("社会组织", {"kinds": ["51", "52", "53", "59"]}),),
    "SFJ": (("律师事务所", {"kinds": ["31"]}),),
}


NUMBERS = {letters: number for number, letters in enumerate(ITEMS, start=1)}
NamedFile = tuple[str, bytes]


def entities() -> NamedFile:
    """Three hundred market entities in GB 18030, with three rows a clerk got wrong."""
    rows = [list(row) for row in _firms()]
    unnamed = ["", made_up_credit_code(900), *rows[8][2:]]
    short = ["示范市错码商行", "9199010", *rows[9][2:]]
    target = io.BytesIO()
    write_csv(target, HEAD, [*rows[:40], short, *rows[40:90], unnamed, *rows[90:], rows[3]])
    return "经营主体.csv", target.getvalue().decode("utf-8-sig").encode("gb18030")


def social_organisations() -> NamedFile:
    """Social organisations, as civil affairs keeps them, in an Excel workbook."""
    names = [f"示范市{word}{ending}" for word in WORDS[:8] for ending in ("志愿者协会", "社区服务中心")]
    content = _workbook(
        (name, made_up_credit_code(place, f"5{1 + place % 2}990100"), "社会组织", "开展章程规定的活动。")
        for place, name in enumerate(names, start=1)
    )
    return "社会组织.xlsx", content


def law_firms() -> NamedFile:
    """Law firms, as justice keeps them."""
    content = _workbook(
        (f"示范{word}律师事务所", made_up_credit_code(place, "31990100"), "律师事务所", "法律服务。")
        for place, word in enumerate(WORDS[:8], start=1)
    )
    return "律师事务所.xlsx", content


def matters(letters: str, bureau: str) -> NamedFile:
    """F1 of a bureau, with the columns a draw needs."""
    head = (*item_rows.F1_HEAD, "检查对象", "抽查比例", "频次", "重点事项", "实施方式")
    rows = [
        (
            place,
            name,
            law,
            bureau,
            points,
            METHODS.get(name, "实地检查"),
            "公示并归入信用档案",
            None,
            kinds,
            "5%",
            1,
            key,
            "双随机",
        )
        for place, (name, law, points, kinds, key) in enumerate(ITEMS[letters], start=1)
    ]
    above = [["随机抽查事项清单"], [f"填报单位（盖章）：{bureau}"]]
    target = io.BytesIO()
    write_xlsx(target, head, rows, above=above, below=[["填报人："]])
    return "随机抽查事项清单.xlsx", target.getvalue()


def officers(letters: str, bureau: str) -> NamedFile:
    """F2 of a bureau: a dozen officers, two of them with accounts, one whose certificate has ended."""
    head = (*inspector_rows.F2_HEAD, "证件有效期至", "可任组长", "身份证号", "手机号", "登录账号")
    rows = [_officer(letters, bureau, place) for place in range(OFFICERS)]
    above = [["执法检查人员名录库"], [f"填报单位（盖章）：{bureau}"]]
    target = io.BytesIO()
    write_xlsx(target, head, rows, above=above, below=[["填报人："]])
    return "执法检查人员名录库.xlsx", target.getvalue()


def certificates(bureaus: Mapping[str, str]) -> NamedFile:
    """What justice keeps of all bureaus' officers (R-T4): letters and name of each bureau."""
    rows = []
    for letters, bureau in bureaus.items():
        for place in range(OFFICERS):
            _n, name, _sex, body, _post, number, kinds, area, _remark, until, *_more = _officer(
                letters, bureau, place
            )
            rows.append((number, name, body, kinds, area, until, "有效", None, None))
    target = io.BytesIO()
    write_xlsx(target, certificate_rows.HEAD, rows)
    return "执法证件.xlsx", target.getvalue()


def _officer(letters: str, bureau: str, place: int) -> tuple[object, ...]:
    number, year = NUMBERS[letters], today().year
    born = date(1980, 1, 1) + timedelta(days=97 * (number * OFFICERS + place))
    ended = place == OFFICERS - 1
    return (
        place + 1,
        officer_name(letters, place),
        "男" if place % 2 else "女",
        bureau,
        "科员",
        f"示执{number:02d}{place + 1:03d}",
        "行政检查",
        "示范市",
        None,
        today() - timedelta(days=30) if ended else date(year + 3, 6, 30),
        "是" if place % 3 == 0 else "否",
        made_up_identity_number(born, place),
        f"1390000{number:02d}{place:02d}",
        officer_account(letters, place),
    )


def _firms() -> Iterator[tuple[str, ...]]:
    number = 0
    for ending, scope, count in TRADES:
        for place in range(count):
            number += 1
            small = place % 3 == 2
            place_name = "示例县" if place % 5 == 4 else "示范市城区"
            word = WORDS[place % len(WORDS)] + (
                "" if place < len(WORDS) else "二三四"[place // len(WORDS) - 1] + "号"
            )
            yield (
                f"{place_name.removesuffix('城区')}{word}{ending}" + ("" if small else "有限公司"),
                made_up_credit_code(number, "92990100" if small else "91990100"),
                f"{2008 + number % 17}-{1 + number % 12:02d}-{1 + number % 28:02d}",
                "个体工商户" if small else "有限责任公司(自然人独资)",
                f"{10 * (1 + number % 20)}万元人民币",
                scope,
                "示范省",
                "示范市",
                f"示范省示范市{place_name.removeprefix('示范市')}{STREETS[number % 6]}{number}号",
            )


def _workbook(rows: Iterator[tuple[str, str, str, str]]) -> bytes:
    full = (
        (
            name,
            code,
            date(2015, 5, 4),
            kind,
            None,
            scope,
            "示范省",
            "示范市",
            f"示范市城区{STREETS[place % 6]}{place + 1}号",
        )
        for place, (name, code, kind, scope) in enumerate(rows)
    )
    target = io.BytesIO()
    write_xlsx(target, HEAD, full)
    return target.getvalue()
