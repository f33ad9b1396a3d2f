"""What stands in the documents after a check, line by line (forms.md, "Documents of one check"): the one text of which our
Word template is made (scripts/letters.py) and the page to print is shown. Placeholders are docxtpl's; pure."""

from __future__ import annotations

from dataclasses import dataclass

from onedoor.messages.rules import Letter


@dataclass(frozen=True)
class Rows:
    """A table with one row for each `x` of the list `name`; widths in centimetres."""

    name: str
    heads: tuple[str, ...]
    cells: tuple[str, ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Facts:
    """A table of what and which."""

    rows: tuple[tuple[str, str], ...]


Block = str | Rows | Facts
_TO = "{{ entity.name }}（统一社会信用代码：{{ entity.code }}）："
_RIGHTS = (
    "对本文书不服的，可以自收到之日起六十日内申请行政复议，或者在六个月内依法提起行政诉讼；有权陈述、申辩。"
)
_WHOM = ("检查对象", "{{ entity.name }}（{{ entity.code }}）")
_PEOPLE = Rows(
    "members",
    ("姓名", "执法证编号", "所在单位", "备注"),
    ("{{ x.name }}", "{{ x.certificate }}", "{{ x.bureau }}", "{{ x.leader }}"),
    (2.8, 3.6, 7.4, 2),
)
_MATTERS = Rows(
    "matters",
    ("检查事项", "检查依据", "检查主体", "检查方式"),
    ("{{ x.name }}", "{{ x.basis }}", "{{ x.bureau }}", "{{ x.method }}"),
    (4, 5.4, 4.2, 2.2),
)

BODIES: dict[Letter, tuple[Block, ...]] = {
    Letter.APPROVAL: (
        Facts(
            (
                _WHOM,
                ("地址", "{{ entity.address }}"),
                ("抽查任务", "{{ campaign }}"),
                ("检查日期", "{{ day }}"),
                ("检查单位", "{{ bureaus }}"),
                ("提请", "{{ submitted }}"),
                ("负责人批准", "{{ approved }}"),
            )
        ),
        "检查事项和依据：",
        _MATTERS,
        "检查人员：",
        _PEOPLE,
    ),
    Letter.SCHEME: (
        Facts(
            (
                _WHOM,
                ("地址", "{{ entity.address }}"),
                ("抽查任务", "{{ campaign }}"),
                ("检查日期", "{{ day }}"),
                ("检查单位", "{{ bureaus }}"),
            )
        ),
        "一、检查事项、依据和方式",
        _MATTERS,
        "二、检查人员和分工",
        _PEOPLE,
        "三、检查时出示执法证件和检查码，按检查表逐项检查，如实记录，听取被检查对象的陈述、申辩。",
    ),
    Letter.CHECK_SHEET: (
        Facts((_WHOM, ("检查日期", "{{ day }}"))),
        Rows(
            "points",
            ("检查事项", "检查要点", "检查情况"),
            ("{{ x.item }}", "{{ x.point }}", "{{ x.answer }}"),
            (4, 7, 4.8),
        ),
        "检查人员：",
        _PEOPLE,
    ),
    Letter.RESULT_NOTICE: (
        _TO,
        "{{ bureaus }}于 {{ day }} 对你单位开展了行政检查。检查结果：{{ results }}。后续处置：{{ handling }}。",
        "检查人员：",
        _PEOPLE,
        _RIGHTS,
    ),
    Letter.CORRECTION_ORDER: (
        _TO,
        "经查，你单位存在下列问题。现责令你单位于 {{ due }} 前改正：",
        Rows("demands", ("序号", "改正要求"), ("{{ loop.index }}", "{{ x }}"), (2, 13.8)),
        "检查人员：",
        _PEOPLE,
        "改正后请将改正情况和有关材料报送本机关，本机关将依法复查；逾期不改正的，依法处理。" + _RIGHTS,
    ),
    Letter.RECHECK: (
        _TO,
        "本机关对你单位改正责令改正事项的情况进行了复查。复查看到的情况：{{ seen }}",
        "复查意见：{{ conclusion }}",
        "复查人员：",
        _PEOPLE,
    ),
    Letter.TRANSFER: (
        "{{ receiver }}：",
        "本机关检查 {{ entity.name }}（统一社会信用代码：{{ entity.code }}）时发现：{{ facts }}",
        "依据和理由：{{ reason }}。现移送你单位依法处理，请于 {{ answer_by }} 前将办理情况函告本机关。",
        "检查人员：",
        _PEOPLE,
    ),
    Letter.POLICE_TRANSFER: (
        "{{ police }}：",
        "{{ entity.name }}（统一社会信用代码：{{ entity.code }}）涉嫌{{ crime }}。事实：{{ finding }}",
        "经本机关负责人批准，现依法移送你单位（两法衔接编号：{{ platform_number }}），并抄送{{ copied_to }}。",
        "检查人员：",
        _PEOPLE,
    ),
    Letter.DELIVERY: (
        Facts(
            (
                ("受送达人", "{{ entity.name }}"),
                ("送达文书", "{{ document }} {{ document_number }}"),
                ("送达方式", "{{ how }}"),
                ("送达日期", "{{ day }}"),
                ("收件人", "{{ to }}"),
                ("签收情况", "{{ signature }}"),
                ("送达人", "{{ by }}"),
            )
        ),
    ),
    Letter.FILING_RECEIPT: (
        "{{ sender }}：",
        "你单位报送的《{{ document }}》已收到，备案结论：{{ conclusion }}。",
        "办理人：{{ by }}",
    ),
    Letter.ANNOUNCEMENT: (
        "根据“{{ campaign }}”，本机关以随机抽取的方式抽取检查对象和执法检查人员（抽取编号：{{ draw }}），现将结果公告如下：",
        Rows("objects", ("检查对象", "统一社会信用代码"), ("{{ x.name }}", "{{ x.code }}"), (9.8, 6)),
        "抽取过程和结果可以在 {{ address }} 重新计算核对。",
    ),
}

_CHECKED = Facts(
    (
        _WHOM,
        ("检查时间", "{{ started }} 至 {{ ended }}"),
        ("检查地点", "{{ place }}"),
        ("在场人员", "{{ attendee or '无' }} {{ attendee_post }}"),
        ("检查类别", "{{ kind }}（来源：{{ source }}）"),
    )
)
_FOUND = Rows(
    "items",
    ("检查事项", "检查情况", "检查结果", "情况说明"),
    (
        "{{ x.name }}（{{ x.bureau }}）",
        "{% for p in x.points %}{{ p.point }}：{{ p.answer }}。{% endfor %}",
        "{{ x.results }}",
        "{{ x.note }}",
    ),
    (4, 6, 3, 2.8),
)
# As a page to print: their Word templates have tables within tables, and are made by hand (scripts/letters.py).
PRINTED: dict[Letter, tuple[Block, ...]] = {
    Letter.RECORD: (
        _CHECKED,
        "检查人员：",
        _PEOPLE,
        _FOUND,
        "检查结果：{{ results }}。其他情况：{{ note or '无' }}。后续处置：{{ handling }}。",
        "当事人意见：{{ signature or '当事人不在场' }}",
    ),
    Letter.REPORT: (
        "一、检查时间：{{ started }} 至 {{ ended }}",
        "二、检查内容",
        Rows(
            "items",
            ("检查事项", "检查依据", "检查方式"),
            ("{{ x.name }}", "{{ x.basis }}", "{{ x.method }}"),
            (5, 7.8, 3),
        ),
        "三、现场检查情况",
        _FOUND,
        "检查结果：{{ results }}。{{ note }}",
        "四、检查评价：{{ assessment }}",
        "五、处理意见：{{ proposed }}（后续处置：{{ handling }}）",
    ),
}
