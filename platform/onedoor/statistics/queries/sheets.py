"""The forms of one bureau, filled from the records by the definitions (forms.md, R-S1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from onedoor.items.models import Item, ItemList, Rulebook
from onedoor.items.rules.codes import ItemListState, ItemState
from onedoor.kernel.clock import SHANGHAI, today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.officers.models import Inspector
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.queries import f6
from onedoor.statistics.models import Return
from onedoor.statistics.queries import definitions
from onedoor.statistics.queries.as_of import Ask
from onedoor.statistics.queries.joint_definitions import joint_campaigns
from onedoor.statistics.rules import share
from onedoor.statistics.rules.facts import DISCLOSURE, DOCUMENT
from onedoor.statistics.rules.figures import FIGURES
from onedoor.statistics.rules.periods import QUARTERS, ReturnKind
from onedoor.statistics.rules.sheets import Cell, Row, Section, Sheet
from tenants import queries as tenants

F7_FIGURES = (
    "items", "items_drawn", "batches_planned", "batches_drawn", "library", "drawn", "due", "checked", "problems",
    "public", "corrections", "cases", "transfers", "not_drawn",
)  # fmt: skip
F8_FIGURES = (
    "partners", "brought", "doors", "entered", "matters_due", "matters_checked", "saved", "joint_problems", "joint_public",
)  # fmt: skip
F8_NOTE = "说明：减少入户次数为到该户检查的部门数减去实际入户次数，检查记录审核通过后计入；全市合计时一次联合检查只计一次，各部门数之和因此大于合计。"
ON_TIME_HEAD = "按期公示率"
ITEM_HEADS = ("序号", "事项名称", "是否制定实施细则", "抽查比例和频次", FIGURES["item_batches"].head)
SUM_HEADS = ("是否制定实施细则", "是否编制“一单两库”", "实行抽查事项项数", FIGURES["batches"].head)
F9_HEADS = tuple(str(one) for one in f6.COLUMNS)


def ask_of(made: Return, part: Any = None) -> Ask:
    """What a return asks of the records."""
    return Ask(made.tenant_id, made.starts_on, made.ends_on, made.cutoff, part)


def own(made: Return) -> Sheet:
    """A bureau's own form, as the records are now known to have been at its cut-off."""
    return _FORMS[ReturnKind(made.kind)](made)


def number(key: str, ask: Ask) -> Cell:
    """A figure as a cell."""
    return Cell(
        number=definitions.value(key, ask), figure=key, part="" if ask.part is None else str(ask.part)
    )


def percent(part: int | None, whole: int | None) -> str:
    """A share as the forms write it; of nothing there is none."""
    found = share(part or 0, whole or 0)
    return "—" if found is None else f"{float(found) * 100:.1f}%"


def yes_no(value: bool) -> str:
    """As the forms ask."""
    return "是" if value else "否"


def part_name(made: Return) -> str:
    """第 3 季度, 上半年, or the year."""
    if made.part in QUARTERS:
        return f"第{QUARTERS.index(made.part) + 1}季度"
    return {"H1": "上半年", "H2": "全年" if made.starts_on.month == 1 else "下半年"}.get(made.part, "年度")


def above(made: Return, place: str = "单位名称（盖章）") -> tuple[tuple[str, str], ...]:
    """The head of every form: who fills it in, of which days, as known when."""
    cutoff = made.cutoff.astimezone(SHANGHAI)
    return (
        (place, tenants.bureau(made.tenant_id).name),
        ("填表时间", (made.filed_on or today()).isoformat()),
        ("统计期间", f"{made.starts_on.isoformat()} 至 {made.ends_on.isoformat()}"),
        ("数据截止", cutoff.strftime("%Y-%m-%d %H:%M")),
    )


def below(made: Return) -> tuple[tuple[str, str], ...]:
    """The foot of every form."""
    return (("联系人", made.facts.get("contact", "")), ("联系电话", made.facts.get("phone", "")))


def on_time_cell(asked: Ask) -> tuple[Cell, Row]:
    """按期公示率, and the row of the two figures it is of."""
    public, due = number("public_on_time", asked), number("public_due", asked)
    return Cell(percent(public.number, due.number)), Row("own", (public, due))


def _f7(made: Return) -> Sheet:
    ask = ask_of(made)
    cells = [Cell(tenants.bureau(made.tenant_id).short_name), *(number(key, ask) for key in F7_FIGURES)]
    rate, behind = on_time_cell(ask)
    place = F7_FIGURES.index("public") + 2
    return Sheet(
        f"市直部门{made.year}年度随机抽查工作进展情况统计表",
        above(made),
        (
            Section("progress", "", f7_heads(), (Row("own", (*cells[:place], rate, *cells[place:])),)),
            on_time_section((behind,)),
        ),
        below(made),
    )


def f7_heads() -> tuple[str, ...]:
    """The columns of F7, the share after what it is a share of."""
    heads = ["部门", *(FIGURES[key].head for key in F7_FIGURES)]
    place = F7_FIGURES.index("public") + 2
    return (*heads[:place], ON_TIME_HEAD, *heads[place:])


def on_time_section(rows: tuple[Row, ...], total: Row | None = None) -> Section:
    """What 按期公示率 is made of, beside the form."""
    heads = (FIGURES["public_on_time"].head, FIGURES["public_due"].head)
    return Section("on_time", "按期公示率的分子和分母", heads, rows, total, aside=True)


def _f8(made: Return) -> Sheet:
    ask = ask_of(made)
    lead = tenants.bureau(made.tenant_id).short_name
    rows = []
    for campaign in db.session.scalars(joint_campaigns(ask)):
        of_it = ask_of(made, campaign.id)
        rows.append(
            Row(
                str(campaign.id),
                (Cell(campaign.name), Cell(lead), *(number(key, of_it) for key in F8_FIGURES)),
            )
        )
    return Sheet(
        f"{made.year}年度联合检查工作进展情况统计表",
        above(made),
        (f8_section(tuple(rows)),),
        below(made),
    )


def f8_section(rows: tuple[Row, ...]) -> Section:
    """The table of F8 with its sums: a campaign has one lead, so that each counts once."""
    sums = [
        Cell(
            number=sum(row.cells[place].number or 0 for row in rows),
            figure=key,
            of=tuple(one for row in rows for one in (row.cells[place].of or (("", row.key, key, "joint"),))),
        )
        for place, key in enumerate(F8_FIGURES, start=2)
    ]
    heads = ("名称", "牵头部门", *(FIGURES[key].head for key in F8_FIGURES))
    total = Row("total", (Cell("合计"), Cell(), *sums)) if rows else None
    return Section("joint", "", heads, rows, total, F8_NOTE)


def _f4(made: Return) -> Sheet:
    ask = ask_of(made)
    name = tenants.bureau(made.tenant_id).name
    period = part_name(made)
    return Sheet(
        f"{name}推行“双随机、一公开”情况统计表（{made.year}年{period}）",
        above(made),
        (
            Section("system", "一、制度机制建设情况", ("项目", "填报情况"), _system_rows(made, ask)),
            item_section(made, ask, True, "二、市场监管行政检查事项", "本部门市场监管行政检查事项"),
            item_section(made, ask, False, "三、其他行政检查事项", "本部门其他行政检查事项"),
            Section(
                "sums",
                "本单位合计（供汇总）",
                SUM_HEADS,
                (_sums(ask),),
                aside=True,
            ),
        ),
        below(made),
    )


def _sums(ask: Ask) -> Row:
    texts = Cell(yes_no(has_rulebook(ask))), Cell(yes_no(all(has_lists(ask))))
    return Row("own", (*texts, number("items", ask), number("batches", ask)))


def _f10(made: Return) -> Sheet:
    ask = ask_of(made)
    name = tenants.bureau(made.tenant_id).short_name
    return Sheet(
        f"{made.year}年度市直部门非市场监管领域推行“双随机、一公开”情况统计表（{part_name(made)}）",
        above(made),
        (item_section(made, ask, False, name, "本部门非市场监管领域行政检查事项"),),
        below(made),
    )


def item_section(made: Return, ask: Ask, market: bool, title: str, whole: str) -> Section:
    """The items of one domain under double-random, with what was drawn of each, and the coverage (R-L3)."""
    query, item = definitions.items_in_force(ask)
    found = db.session.scalars(
        query.where(item.market.is_(market), item.mode == "random").order_by(item.number)
    )
    detailed = yes_no(has_rulebook(ask))
    rows = tuple(
        Row(
            one.number,
            (
                Cell(str(place)),
                Cell(one.name),
                Cell(detailed),
                Cell(_rate(one)),
                number("item_batches", ask_of(made, one.number)),
            ),
        )
        for place, one in enumerate(found, start=1)
    )
    domain = "market" if market else "other"
    some, all_ = number(f"items_{domain}", ask), number(f"items_all_{domain}", ask)
    total = Row("total", (Cell("合计"), some, all_))
    note = f"合计共 {some.number} 项，占{whole}总数的比例为 {percent(some.number, all_.number)}。"
    return Section(domain, title, ITEM_HEADS, rows, total, note)


def has_rulebook(ask: Ask) -> bool:
    """Whether the bureau's rulebook was published by the cut-off (R-L10)."""
    return _any(Rulebook.tenant_id == ask.bureau, Rulebook.published_at <= ask.cutoff)


def has_lists(ask: Ask) -> tuple[bool, bool]:
    """Whether the item list, and both libraries, were there at the cut-off (一单、两库)."""
    listed = _any(
        ItemList.tenant_id == ask.bureau,
        ItemList.state == ItemListState.PUBLISHED,
        ItemList.published_at <= ask.cutoff,
    ) or _any(Item.tenant_id == ask.bureau, Item.state != ItemState.DRAFT, Item.updated_at <= ask.cutoff)
    libraries = definitions.value("library", ask) > 0 and _any(Inspector.tenant_id == ask.bureau)
    return listed, libraries


def _any(*conditions: Any) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(*conditions))))


def system_row(key: str, label: str, value: str) -> Row:
    """One line of part one."""
    return Row(key, (Cell(label), Cell(value)))


def typed(made: Return, key: str) -> str:
    """A document that was named, or that there is none."""
    found = made.facts.get(key, "").strip()
    return f"是，{found}" if found else "否"


def _system_rows(made: Return, ask: Ask) -> tuple[Row, ...]:
    listed, libraries = has_lists(ask)
    return (
        system_row(
            "document", "是否已出台实施意见或工作方案（注明文件名称及文号）", typed(made, DOCUMENT.key)
        ),
        system_row("items", "是否已编制随机抽查事项清单", yes_no(listed)),
        system_row("libraries", "是否已建成检查对象名录库和执法检查人员名录库", yes_no(libraries)),
        system_row("disclosure", "是否已建立检查结果公开机制", typed(made, DISCLOSURE.key)),
    )


def _f9(made: Return) -> Sheet:
    rows = tuple(
        Row(str(place), tuple(Cell(str(text)) for text in cells))
        for place, cells in enumerate(f6.rows_of(_lines_outside_the_market(made)), start=1)
    )
    return Sheet(
        str(Sentence("%(year)s年度非市场监管领域抽查工作计划表", year=made.year)),
        above(made),
        (Section("lines", "", F9_HEADS, rows),),
        below(made),
    )


def _lines_outside_the_market(made: Return) -> list[PlanLine]:
    """Lines of published plans with an item outside the market, whose time meets the half-year."""
    item = sa.exists().where(PlanLineItem.line_id == PlanLine.id, PlanLineItem.market.is_(False))
    in_force = sa.or_(Plan.replaced_at.is_(None), Plan.replaced_at > made.cutoff)
    query = (
        sa.select(PlanLine)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(
            Plan.tenant_id == made.tenant_id,
            Plan.published_at <= made.cutoff,
            in_force,
            item,
            PlanLine.starts_on <= made.ends_on,
            PlanLine.ends_on >= made.starts_on,
        )
        .order_by(PlanLine.code)
    )
    found: dict[str, PlanLine] = {}
    for line in db.session.scalars(query):
        found.setdefault(line.code, line)
    return list(found.values())


def _rate(item: Any) -> str:
    rate = "" if item.rate_bp is None else f"{item.rate_bp / 100:g}%"
    years = "年" if item.every_years == 1 else f"{item.every_years}年"
    times = "" if item.frequency is None else f"每{years}{item.frequency}次"
    return "，".join(filter(None, (rate, times))) or "—"


_FORMS: Mapping[ReturnKind, Callable[[Return], Sheet]] = {
    ReturnKind.F4: _f4,
    ReturnKind.F7: _f7,
    ReturnKind.F8: _f8,
    ReturnKind.F9: _f9,
    ReturnKind.F10: _f10,
}
