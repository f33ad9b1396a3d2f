"""The plans of the other bureaus: yearly ones, half-yearly ones, a special and a joint one; one comes back and is mended (R-P1, R-P2, R-P4, R-P7, R-J1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import CampaignDeviation
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes.joint_plan import LATE
from onedoor.entities.models import Entity
from onedoor.filing import queries as filings
from onedoor.filing import service as filing
from onedoor.filing.models import Filing, FilingAnswer
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.plans import service
from onedoor.plans.models import Plan
from onedoor.plans.rules.states import PlanKind
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from tenants.rules import Role, permissions_of

REVIEWER = permissions_of(frozenset({Role.REVIEWER}))
HEAD = permissions_of(frozenset({Role.HEAD}))
# Market regulation makes its own, one bureau is late with its, and the city's justice files with nobody here.
WRITTEN_ELSEWHERE = ("SCJG", LATE, "SFJ")
# Whose yearly plan justice sends back.
RETURNED = "WLJ"
HALF_YEARLY = "WSJK"
SPECIAL = "YJGL"
# Whose yearly plan has its rates by ordered rules, and whose is about products (R-P5, R-L5).
RULED, PRODUCTS = "YJGL", "SWJ"
RULES: list[dict[str, Any]] = [
    {"when": {"classes": ["D"]}, "rate": {"all": True}},
    {"when": {"classes": ["C"]}, "rate": {"bp": 1000}},
    {"when": {"places": ["990102"]}, "rate": {"bp": 500}},
    {"when": {}, "rate": {"bp": 300}},
]
OILS = ("92 号车用汽油", "95 号车用汽油", "0 号车用柴油")
NONE: dict[str, int] = dict.fromkeys(
    ("yearly", "half_year", "special", "joint", "returned", "late", "deviations"), 0
)


@dataclass(frozen=True)
class Wanted:
    """A plan with one line. `partners` bring a matter each; `approval`: who approved a special one, and its number."""

    letters: str
    kind: PlanKind
    name: str
    partners: tuple[str, ...] = ()
    reason: str = ""
    approval: tuple[str, str] | None = None
    rules: Sequence[dict[str, Any]] = ()
    # Which of the bureau's matters.
    matter: int = 0


def make_in_january(cast: Cast) -> None:
    """Everybody's plans of the year, one sent back and mended; the first half's, and a joint one outside the market."""
    others = [one for one in cast.bureaus if one not in WRITTEN_ELSEWHERE and _matters(cast, one)]
    _list_products(cast)
    wanted = [_yearly(one) for one in others]
    wanted.append(Wanted(HALF_YEARLY, PlanKind.FIRST_HALF, "公共场所卫生抽查"))
    wanted.append(Wanted(HALF_YEARLY, PlanKind.JOINT, "公共场所联合抽查", partners=(LATE,)))
    made = _carry_through(cast, wanted)
    cast.later(1)
    for (letters, kind), plan_id in made.items():
        back = letters == RETURNED and kind is PlanKind.YEARLY
        _answer(cast, plan_id, "" if not back else "请补充抽查比例的依据。")
    cast.later(1)
    _mend(cast, RETURNED, made[RETURNED, PlanKind.YEARLY])


def make_in_june(cast: Cast) -> None:
    """The second half's plan, and a special one with the government's approval."""
    cast.at(6, 12)
    approval = ("示范市人民政府", f"示政办函〔{today().year}〕28号")
    made = _carry_through(
        cast,
        [
            Wanted(HALF_YEARLY, PlanKind.SECOND_HALF, "学校卫生抽查"),
            Wanted(
                SPECIAL, PlanKind.SPECIAL, "有限空间作业专项检查", reason="近期事故多发", approval=approval
            ),
        ],
    )
    cast.later(1)
    for plan_id in made.values():
        _answer(cast, plan_id, "")


def _yearly(letters: str) -> Wanted:
    if letters == PRODUCTS:
        return Wanted(letters, PlanKind.YEARLY, "成品油产品抽查", matter=1)
    return Wanted(letters, PlanKind.YEARLY, "双随机抽查", rules=RULES if letters == RULED else ())


def _list_products(cast: Cast) -> None:
    """What three of the library's firms sell, each under a number of its own."""
    with cast.acting(f"{PRODUCTS.lower()}.planner"):
        library: Any = target_queries.targets().order_by(Entity.code).limit(len(OILS))
        for number, row in enumerate(db.session.execute(library), start=1):
            given = {"kind": "product", "name": OILS[number - 1], "number": f"示油{number:03d}", "note": ""}
            target_service.add_matter(row[1], given)


def count(cast: Cast) -> dict[str, int]:
    """Each plan once by its newest version and kind; filings of plans that were returned, and late ones; deviations."""
    found = dict(NONE)
    half = {PlanKind.FIRST_HALF, PlanKind.SECOND_HALF}
    for letters in cast.bureaus:
        with cast.acting(f"{letters.lower()}.planner") as person:
            mine = sa.select(Plan.series_id, Plan.kind).where(Plan.tenant_id == person.tenant_id).distinct()
            for _series, kind in db.session.execute(mine):
                name = "half_year" if kind in half else kind
                found[name] = found.get(name, 0) + 1
            sent = (
                sa.select(sa.func.count())
                .select_from(Filing)
                .where(Filing.tenant_id == person.tenant_id, Filing.kind == "plan")
            )
            found["late"] += db.session.scalar(sent.where(Filing.sent_on > Filing.due_on)) or 0
            returned = sent.join(FilingAnswer, FilingAnswer.filing_id == Filing.id)
            found["returned"] += db.session.scalar(returned.where(FilingAnswer.accepted.is_(False))) or 0
            departed = sa.select(sa.func.count()).where(CampaignDeviation.tenant_id == person.tenant_id)
            found["deviations"] += db.session.scalar(departed) or 0
    return {name: found[name] for name in NONE}


def _carry_through(cast: Cast, wanted: list[Wanted]) -> dict[tuple[str, PlanKind], UUID]:
    """Drafted and submitted on one day, approved, published and filed on the next."""
    made = {(one.letters, one.kind): _draft(cast, one) for one in wanted}
    for (letters, _kind), plan_id in made.items():
        with cast.acting(f"{letters.lower()}.reviewer"):
            service.review(plan_id, True, "", REVIEWER)
    cast.later(1)
    for (letters, _kind), plan_id in made.items():
        _approve(cast, letters, plan_id)
    return made


def _draft(cast: Cast, wanted: Wanted) -> UUID:
    items = [
        _matters(cast, wanted.letters)[wanted.matter],
        *(_matters(cast, one)[0] for one in wanted.partners),
    ]
    with cast.acting(f"{wanted.letters.lower()}.planner") as person:
        plan = service.draft(today().year, wanted.kind, reason=wanted.reason)
        service.add_line(
            plan.id,
            kind="special" if wanted.kind is PlanKind.SPECIAL else "random",
            name=wanted.name,
            items=items,
            rates=None if wanted.rules else {"*": {"bp": 300}},
            stratify="rules" if wanted.rules else "none",
            rate_rules=list(wanted.rules),
            starts_on=today(),
            ends_on=date(today().year, 12, 31),
            person_responsible=person.display_name,
            conditions={},
        )
        if wanted.approval is not None:
            body, number = wanted.approval
            paper = (f"{number}.pdf", b"%PDF-1.4 " + number.encode(), "application/pdf")
            service.set_approval_document(plan.id, body, number, paper)
        service.submit(plan.id)
        return plan.id


def _approve(cast: Cast, letters: str, plan_id: UUID) -> None:
    with cast.acting(f"{letters.lower()}.head"):
        service.approve(plan_id, True, "", HEAD)
    with cast.acting(f"{letters.lower()}.planner"):
        service.publish(plan_id)
        service.file(plan_id)


def _answer(cast: Cast, plan_id: UUID, reason: str) -> None:
    """Justice's word; market regulation answers what came to it likewise."""
    with cast.acting("sfj.supervisor") as person:
        for sent in filings.of_subject(plan_id):
            if sent.receiver_id == person.tenant_id:
                filing.answer(sent.id, not reason, reason)


def _mend(cast: Cast, letters: str, plan_id: UUID) -> None:
    with cast.acting(f"{letters.lower()}.planner"):
        again = service.change(plan_id, "补充抽查比例的依据").id
        service.submit(again)
    with cast.acting(f"{letters.lower()}.reviewer"):
        service.review(again, True, "", REVIEWER)
    cast.later(1)
    _approve(cast, letters, again)
    cast.later(1)
    _answer(cast, again, "")


def _matters(cast: Cast, letters: str) -> list[UUID]:
    """What a bureau checks at random, as it is published."""
    with cast.acting("scjg.planner"):
        published: list[Any] = item_queries.published_items(cast.bureaus[letters])
        return [one.id for one in published if one.mode == "random"]
