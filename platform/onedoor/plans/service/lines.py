"""Writing the lines of a plan that is with its planner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState
from onedoor.kernel import audit
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.plans import queries
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.queries import f6
from onedoor.plans.rules import rates as rate_rules
from onedoor.plans.rules import states
from onedoor.plans.rules.by_risk import check_by_risk
from onedoor.plans.rules.states import METHODS, PlanKind
from onedoor.plans.service.drafts import _open
from onedoor.plans.service.numbers import lock_numbers, next_line_number
from onedoor.targets import queries as target_queries
from onedoor.targets.rules import rate_rules as ordered_rules
from onedoor.targets.rules.codes import Stratify
from onedoor.targets.rules.selection import read_conditions
from tenants import queries as bureaus


def add_line(
    plan_id: UUID,
    *,
    name: str,
    items: Sequence[UUID],
    starts_on: date,
    ends_on: date,
    person_responsible: str,
    method: str = states.METHODS[0],
    rates: Mapping[str, Any] | None = None,
    **more: Any,
) -> PlanLine:
    """Add a line (R-P1). `items` are published items of this bureau and of partners.

    `more`: conditions, stratify, rate_rules, reserve, times_a_year, unit_id, team_size, fill_days, remark, as `PlanLine` has them.
    Raises ClerkError with the sentences beside the fields.
    """
    plan = _open(queries.my_plan(plan_id))
    bureau = bureaus.my_bureau()
    lock_numbers(bureau.id, plan.year)
    number = next_line_number(bureau.id, plan.year)
    line = PlanLine(
        id=new_id(),
        tenant_id=plan.tenant_id,
        plan_id=plan.id,
        number=number,
        code=states.line_code(bureau.code, plan.year, number),
    )
    given = {"name": name, "rates": rates or {}, "starts_on": starts_on, "ends_on": ends_on, "method": method}
    _write(line, plan, items, {**given, "person_responsible": person_responsible, **more})
    audit.record("plans.line.add", ("plan_line", line.id), line.name, after={"code": line.code})
    return line


def change_line(line_id: UUID, *, items: Sequence[UUID], **given: Any) -> PlanLine:
    """Write a line anew; its code stays."""
    line = queries.my_line(line_id)
    plan = _open(queries.my_plan(line.plan_id))
    before = {"name": line.name, "rates": line.rates, "conditions": line.conditions}
    _write(line, plan, items, given)
    audit.record(
        "plans.line.change",
        ("plan_line", line.id),
        line.name,
        before=before,
        after={"name": line.name, "rates": line.rates, "conditions": line.conditions},
    )
    return line


def remove_line(line_id: UUID) -> Plan:
    """Take a line out of a plan that is with its planner."""
    line = queries.my_line(line_id)
    plan = _open(queries.my_plan(line.plan_id))
    audit.record("plans.line.remove", ("plan_line", line.id), line.name, before={"code": line.code})
    db.session.execute(sa.delete(PlanLine).where(PlanLine.id == line.id))
    return plan


def _write(line: PlanLine, plan: Plan, items: Sequence[UUID], given: dict[str, Any]) -> None:
    kind = given.get("kind") or line.kind or "random"
    chosen = _chosen(items, plan.tenant_id, drawn=kind == "random")
    _check_kind(PlanKind(plan.kind), chosen)
    _check_organizer(plan, chosen)
    _check_period(given["starts_on"], given["ends_on"], plan.year)
    _check_unit(given.get("unit_id"))
    stratify = given.get("stratify") or line.stratify or "none"
    if stratify == "risk" and not target_queries.risk_levels():
        text = "本部门还没有制定风险等级，不能按风险等级分层。请先在“检查对象”的“风险等级”里制定并计算。"
        raise ClerkError(text, fields={"stratify": [text]})
    conditions = read_conditions(given.pop("conditions", None) or {}).as_dict()
    values = {
        **given,
        "kind": kind,
        "stratify": stratify,
        "conditions": conditions,
        "by_risk": check_by_risk(given.get("by_risk", line.by_risk), METHODS),
        **checked_rates(stratify, given.get("rates") or {}, given.get("rate_rules")),
    }
    for name, value in values.items():
        setattr(line, name, value)
    line.partner_ids = list(dict.fromkeys(i.tenant_id for i in chosen if i.tenant_id != plan.tenant_id))
    line.joint = bool(line.partner_ids)
    db.session.add(line)
    db.session.flush()
    _write_items(line, chosen)


def checked_rates(stratify: str, rates: Mapping[str, Any], rules: Any) -> dict[str, Any]:
    """What a line keeps of its rates: a rate per stratum, or ordered rules from which they follow (R-P5)."""
    if stratify != Stratify.RULES:
        return {"rates": rate_rules.check(rates, stratify, f6.strata_of(stratify)), "rate_rules": []}
    kept = ordered_rules.read_rate_rules(rules)
    known = set(target_queries.risk_levels())
    strange = [level for rule in kept for level in rule["when"].get("risk", ()) if level not in known]
    if strange:
        text = Sentence("本部门没有风险等级“%(level)s”，请在“检查对象”的“风险等级”里核对。", level=strange[0])
        raise ClerkError(text, fields={"rate_rules": [text]})
    return {"rates": ordered_rules.rates_of_rules(kept), "rate_rules": kept}


def _write_items(line: PlanLine, chosen: Iterable[Item]) -> None:
    db.session.execute(sa.delete(PlanLineItem).where(PlanLineItem.line_id == line.id))
    for position, item in enumerate(chosen):
        db.session.add(
            PlanLineItem(
                id=new_id(),
                tenant_id=line.tenant_id,
                line_id=line.id,
                position=position,
                bureau_id=item.tenant_id,
                item_id=item.id,
                item_number=item.number,
                item_name=item.name,
                basis=item.basis,
                market=item.market,
            )
        )
    db.session.flush()


def _check_kind(kind: PlanKind, chosen: Sequence[Item]) -> None:
    """A half-year's plan holds no market items (R-P2), a joint one lines of several bureaus (R-J1)."""
    text = ""
    if kind in states.HALF_YEARLY and any(item.market for item in chosen):
        text = "半年计划只列非市场监管领域的事项，所选的事项中有市场监管领域的，请改列入年度计划。"
    if kind is PlanKind.JOINT and len({item.tenant_id for item in chosen}) < 2:
        text = "部门联合抽查计划的每一行都要有参与部门的事项，请选择；只查本单位事项的，请列入年度计划。"
    if text:
        raise ClerkError(text, fields={"items": [text]})


def _check_organizer(plan: Plan, chosen: Sequence[Item]) -> None:
    """A joint check of market matters alone is market regulation's of the place to organise; another bureau initiates (发起部门)
    what stands in its published plan of the year, and asks it for anything else (R-T2, R-J1)."""
    lead = plan.tenant_id
    joint = {item.tenant_id for item in chosen} != {lead}
    if not joint or not all(item.market for item in chosen):
        return
    place = bureaus.bureau(lead).jurisdiction_code
    market = bureaus.bureaus(bureaus.supervisors_by_domain(lead, {"market"}))
    organizer = next((one for one in market if one.jurisdiction_code == place and one.id != lead), None)
    wanted = {(item.tenant_id, item.number) for item in chosen}
    if organizer is None or queries.stands_in_joint_plan(organizer.id, plan.year, wanted):
        return
    text = Sentence(
        "市场监管领域的部门联合抽查由%(bureau)s组织，请向%(bureau)s提出，列入其部门联合抽查计划；只查本单位事项的，可以列入本单位计划。",
        bureau=organizer.short_name,
    )
    raise ClerkError(text, fields={"items": [text]})


def _chosen(items: Sequence[UUID], lead: UUID, *, drawn: bool) -> list[Item]:
    """The items, the lead's first; only published ones may stand in a plan (R-L1), for a draw double-random ones."""
    found = []
    for item_id in dict.fromkeys(items):
        try:
            item = item_queries.item(item_id)
        except NotFound:
            item = None
        if item is None or item.state != ItemState.PUBLISHED or (drawn and item.mode != "random"):
            raise ClerkError(
                "所选的检查事项中有的不在公布的随机抽查事项清单里，请重新选择。",
                fields={"items": ["请只选择已公布的随机抽查事项。"]},
            )
        found.append(item)
    if not any(item.tenant_id == lead for item in found):
        raise ClerkError(
            "牵头部门至少要有一个检查事项。", fields={"items": ["请至少选择一个本单位的检查事项。"]}
        )
    order = {bureau: place for place, bureau in enumerate(dict.fromkeys(i.tenant_id for i in found))}
    return sorted(found, key=lambda item: (item.tenant_id != lead, order[item.tenant_id]))


def _check_unit(unit_id: UUID | None) -> None:
    if unit_id is not None and unit_id not in {unit.id for unit in bureaus.units()}:
        raise ClerkError("请选择本单位的科室。", fields={"unit_id": ["请选择本单位的科室。"]})


def _check_period(starts_on: date, ends_on: date, year: int) -> None:
    wrong = {
        name: ["应在计划年度之内。"]
        for name, day in (("starts_on", starts_on), ("ends_on", ends_on))
        if day.year != year
    }
    if ends_on < starts_on:
        wrong.setdefault("ends_on", []).append("结束日期不能早于开始日期。")
    if wrong:
        raise ClerkError("检查时间请填写在 %(year)s 年之内，且先开始后结束。", fields=wrong, year=year)
