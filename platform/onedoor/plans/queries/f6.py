"""The form F6 年度行政执法检查计划表: one row a line, the same on the page, in the file and in public."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.sentences import Sentence, series
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.queries import plans
from onedoor.plans.rules import rates
from onedoor.plans.rules.by_risk import by_risk_text
from onedoor.plans.rules.changes import Face, between
from onedoor.plans.rules.rule_rows import rules_text
from onedoor.plans.rules.states import HALF_YEARLY, PlanKind
from onedoor.targets.rules.codes import CLASS_NAMES, RISK_NAMES, Stratify
from onedoor.targets.rules.rate_rules import stratum_name as rule_stratum_name
from onedoor.targets.rules.selection import describe, read_conditions
from tenants import queries as bureaus

COLUMNS = (
    Sentence("序号"),
    Sentence("检查事项"),
    Sentence("检查依据"),
    Sentence("检查对象范围"),
    Sentence("抽查比例"),
    Sentence("频次"),
    Sentence("检查方式"),
    Sentence("检查时间"),
    Sentence("牵头部门"),
    Sentence("参与部门"),
    Sentence("备注"),
)
EVERYONE = Sentence("本单位检查对象名录库全部对象")


def title(plan: Plan) -> str:
    """ＸＸ年度行政执法检查计划表; of a half-year's plan the form F9."""
    if PlanKind(plan.kind) in HALF_YEARLY:
        return Sentence("%(year)s年度非市场监管领域抽查工作计划表", year=plan.year)
    return Sentence("%(year)s年度行政执法检查计划表", year=plan.year)


def rows(plan: Plan) -> list[list[str]]:
    """The rows of the form, cells in the order of `COLUMNS`."""
    return [[str(place), *cells] for place, cells in enumerate(_cells(plan), start=1)]


def rows_of(lines: Sequence[PlanLine]) -> list[list[str]]:
    """The same of some lines, whichever plans they are of."""
    items, names = plans.items_of(line.id for line in lines), _bureau_names(lines)
    return [
        [str(place), *_of_line(line, items.get(line.id, []), names)]
        for place, line in enumerate(lines, start=1)
    ]


def changes(plan: Plan) -> list[str]:
    """What this version changes against the one before, in sentences; empty for a first version (R-P4)."""
    former = plans.former(plan)
    return between(_faces(former), _faces(plan)) if former is not None else []


def scope_text(line: PlanLine) -> str:
    """Of whom: the conditions in words."""
    names = {place.code: place.name for place in bureaus.places()}
    conditions = describe(read_conditions(line.conditions), lambda code: names.get(code, code))
    return (
        series([Sentence("%(label)s：%(value)s", label=label, value=value) for label, value in conditions])
        or EVERYONE
    )


def rates_text(line: PlanLine) -> str:
    """How many: rates by stratum in words."""
    if line.stratify == Stratify.RULES:
        return rules_text(line.rate_rules, place_name)
    return rates.text(line.rates, stratum_names(line.stratify))


def place_name(code: str) -> str:
    """The name of a place; the code of one that is none."""
    return next((place.name for place in bureaus.places() if place.code == code), code)


def strata_of(stratify: str) -> dict[str, str]:
    """The strata a division can give, with their names."""
    if stratify == "place":
        return {place.code: place.name for place in bureaus.places()}
    names = {"kind": KIND_NAMES, "risk": RISK_NAMES, "class": CLASS_NAMES}.get(stratify, {})
    return {code: Sentence(name) for code, name in names.items()}


def stratum_names(stratify: str) -> Callable[[str], str]:
    """What the strata of a division are called, `*` and the whole pool too."""
    names = {**strata_of(stratify), rates.OTHERS: Sentence("其余"), "ALL": Sentence("全部对象")}
    return lambda stratum: names.get(stratum) or rule_stratum_name(stratum) or stratum


def period_text(line: PlanLine) -> str:
    """When: 3月1日至6月30日."""
    start, end = line.starts_on, line.ends_on
    return Sentence(
        "%(month)s月%(day)s日至%(last_month)s月%(last_day)s日",
        month=start.month,
        day=start.day,
        last_month=end.month,
        last_day=end.day,
    )


def _cells(plan: Plan) -> list[list[str]]:
    lines = plans.lines(plan.id)
    items = plans.items_of(line.id for line in lines)
    names = _bureau_names(lines)
    return [_of_line(line, items.get(line.id, []), names) for line in lines]


def _of_line(line: PlanLine, items: Sequence[PlanLineItem], names: dict[UUID, str]) -> list[str]:
    said = "\n".join(_item_text(item, line, names) for item in items)
    return [
        f"{line.name}\n{said}",
        "\n".join(dict.fromkeys(item.basis for item in items if item.basis)),
        scope_text(line),
        rates_text(line),
        _times(line),
        _method(line),
        period_text(line),
        names.get(line.tenant_id, ""),
        Sentence("%(words)s", words=[names.get(partner, "") for partner in line.partner_ids]),
        _remark(line),
    ]


def _times(line: PlanLine) -> str:
    """How often a year, and of risk levels that have their own how often and how (R-P5)."""
    return series([Sentence("每年 %(count)s 次", count=line.times_a_year), *by_risk_text(line.by_risk or {})])


def _method(line: PlanLine) -> str:
    """How, and what kind of check where it is no draw (R-V9)."""
    method = Sentence(line.method) if line.method else ""
    if line.kind == "random":
        return method
    kind = Sentence("专项检查") if line.kind == "special" else Sentence("日常检查")
    return series([method, kind]) if method else kind


def _remark(line: PlanLine) -> str:
    """The remark, and by when an empty slot is filled where the line says so: it is published, and so is a change of it."""
    if line.fill_days is None:
        return line.remark
    filled = Sentence("检查组空缺的，%(days)s 个工作日内补派", days=line.fill_days)
    return series([line.remark, filled] if line.remark else [filled])


def _item_text(item: PlanLineItem, line: PlanLine, names: dict[UUID, str]) -> str:
    return f"{item.item_name}（{names.get(item.bureau_id, '')}）" if line.joint else item.item_name


def _bureau_names(lines: Sequence[PlanLine]) -> dict[UUID, str]:
    ids = {line.tenant_id for line in lines} | {partner for line in lines for partner in line.partner_ids}
    return {bureau.id: bureau.name for bureau in bureaus.bureaus(list(ids))}


def _faces(plan: Plan) -> list[Face]:
    lines = plans.lines(plan.id)
    return [
        Face(line.code, line.name, dict(zip(COLUMNS[1:], cells, strict=True)))
        for line, cells in zip(lines, _cells(plan), strict=True)
    ]
