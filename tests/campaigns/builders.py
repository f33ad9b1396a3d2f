"""What a campaign stands on: firms, libraries, items, officers and a published plan line, all made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from onedoor.campaigns import service
from onedoor.campaigns.service import Contribution
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import db, new_id
from onedoor.officers.models import Inspector
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.targets import service as target_service
from onedoor.targets.models import RiskScale, Target, TargetRisk
from tests.fixtures.city import City

PARTNERS = ("YJGL", "XFJY")
LIBRARIES = {"SCJG": range(80), "YJGL": range(20, 80), "XFJY": range(40)}


def firm_code(number: int) -> str:
    """The credit code of the made-up firm with this number; every fourth is an individual business."""
    return made_up_credit_code(number, "92990100" if number % 4 == 3 else "91990100")


@dataclass
class World:
    """A city with registers filled, and the ids of what was made."""

    city: City
    items: dict[str, list[UUID]] = field(default_factory=dict)
    officers: dict[str, list[UUID]] = field(default_factory=dict)
    firms: list[UUID] = field(default_factory=list)
    batch: int = 0

    def fill(self) -> World:
        """Firms by market regulation, libraries, items and officers by each bureau."""
        with self.city.acting("scjg.planner"):
            self.firms = [self._entity(number) for number in range(80)]
        for letters, numbers in LIBRARIES.items():
            self.join(letters, numbers)
        return self

    def join(self, letters: str, numbers: range) -> None:
        """Give a bureau a library of these firms, two items and eight officers."""
        with self.city.acting(f"{letters.lower()}.planner"):
            bureau = self.city.bureaus[letters]
            for number in numbers:
                db.session.add(Target(tenant_id=bureau, entity_id=self.firms[number], listed_on=today()))
            self.items[letters] = [self._item(bureau, letters, n) for n in (1, 2)]
            self.officers[letters] = [self._officer(bureau, letters, n) for n in range(8)]

    def line(self, partners: tuple[str, ...] = PARTNERS, **more: Any) -> UUID:
        """A line of a published plan of market regulation, with one item of each bureau."""
        self.batch += 1
        bureau = self.city.bureaus["SCJG"]
        plan = Plan(
            id=new_id(), tenant_id=bureau, series_id=uuid4(), kind="yearly", year=today().year,
            number=f"示市监计〔{today().year}〕{self.batch}号", title="年度检查计划", state="draft",
            created_at=now(), drafter_name="甲",
        )  # fmt: skip
        line = PlanLine(**{
            "id": new_id(), "tenant_id": bureau, "plan_id": plan.id, "number": self.batch,
            "code": f"990100-SCJG-{today().year}-{self.batch:02d}", "name": f"餐饮场所联合抽查{self.batch}",
            "joint": bool(partners), "partner_ids": [self.city.bureaus[one] for one in partners],
            "conditions": {"kinds": ["91", "92"]}, "stratify": "kind", "rates": {"*": {"bp": 1000}},
            "reserve": 2, "starts_on": today(), "ends_on": today() + timedelta(days=60), "method": "实地检查",
            "times_a_year": 2, "person_responsible": "赵一", "team_size": 2, **more,
        })  # fmt: skip
        with self.city.acting("scjg.planner"):
            db.session.add(plan)
            db.session.flush()
            db.session.add(line)
            db.session.flush()
            for position, letters in enumerate(("SCJG", *partners)):
                item = item_queries.item(self.items[letters][0])
                db.session.add(
                    PlanLineItem(
                        tenant_id=bureau, line_id=line.id, position=position, bureau_id=self.city.bureaus[letters],
                        item_id=item.id, item_number=item.number, item_name=item.name,
                    )
                )  # fmt: skip
            db.session.flush()
            plan.state, plan.published_at = "published", now()
            return line.id

    def invited(self, partners: tuple[str, ...] = PARTNERS, unit: str = "entity", **more: Any) -> UUID:
        """A campaign whose invitations are out."""
        line_id = self.line(partners, **more)
        with self.city.acting("scjg.planner"):
            campaign = service.start(line_id, unit=unit)
            service.invite(campaign.id)
            return campaign.id

    def contribution(self, letters: str, **more: Any) -> Contribution:
        """What a bureau usually brings: its first item, 10 % by kind, all its officers."""
        return Contribution(**{
            "item_ids": self.items[letters][:1], "inspector_ids": self.officers[letters],
            "rates": {"*": {"bp": 1000}}, "stratify": "kind", "reserve": 2, **more,
        })  # fmt: skip

    def accept(self, campaign_id: UUID, *bureaus: str, **more: Any) -> None:
        """Let these bureaus take part."""
        for letters in bureaus:
            with self.city.acting(f"{letters.lower()}.planner"):
                service.accept(campaign_id, self.contribution(letters, **more))

    def give_places(self, places: dict[int, int], *bureaus: str) -> dict[int, list[UUID]]:
        """Firms by number get so many places of business, the next numbers, at which these bureaus list them."""
        made: dict[int, list[UUID]] = {}
        with self.city.acting("scjg.planner"):
            for number, count in places.items():
                firm = entity_queries.entity(self.firms[number])
                for n in range(1, count + 1):
                    given = {
                        "name": f"{n}号店",
                        "address": f"示范路{number}-{n}号",
                        "closed_on": None,
                        "note": "",
                    }
                    given["jurisdiction_code"] = "990102" if n % 2 else "990100"
                    made.setdefault(number, []).append(entity_service.save_premises(firm, given).id)
        for letters in bureaus:
            with self.city.acting(f"{letters.lower()}.planner"):
                for number, ids in made.items():
                    target_service.list_places(entity_queries.entity(self.firms[number]), ids)
        return made

    def give_levels(self) -> None:
        """Market regulation has a scale of risk: every fifth of its firms is high, the next low, the others have no level."""
        tenant = self.city.bureaus["SCJG"]
        scale = [{"name": "低", "from": 0}, {"name": "高", "from": 60}]
        with self.city.acting("scjg.planner"):
            db.session.add(RiskScale(tenant_id=tenant, levels=scale))
            for number, firm in enumerate(self.firms):
                if number % 5 < 2:
                    db.session.add(
                        TargetRisk(
                            tenant_id=tenant, entity_id=firm, level="高低"[number % 5], by_hand=True, reason="试",
                            since=now(), actor_name="甲",
                        )
                    )  # fmt: skip

    def ready(self, partners: tuple[str, ...] = PARTNERS) -> UUID:
        """A campaign in which everybody takes part."""
        campaign_id = self.invited(partners)
        self.accept(campaign_id, "SCJG", *partners)
        return campaign_id

    def _entity(self, number: int) -> UUID:
        code = firm_code(number)
        entity = Entity(
            id=new_id(), code=code, name=f"示范第{number}号餐馆", kind=code[:2], status="active",
            jurisdiction_code="990102" if number % 2 else "990100", sort_key=f"{number:03d}", initials="sf",
            kept_by=self.city.bureaus["SCJG"], created_at=now(), updated_at=now(),
        )  # fmt: skip
        db.session.add(entity)
        db.session.flush()
        return entity.id

    def _item(self, bureau: UUID, letters: str, n: int) -> UUID:
        item = Item(
            id=new_id(), tenant_id=bureau, number=f"{letters}-{n}", name=f"{letters}检查事项{n}", basis="《示范条例》第一条",
            enforcing_body="本局", inspecting_body="本局", object_kinds=["91", "92"], content="", checklist=[],
            method="实地检查", rate_bp=1000, frequency=1, key=False, market=True, mode="random", qualifications=[],
            results_use="", remark="", state="published", version=1, updated_at=now(),
        )  # fmt: skip
        db.session.add(item)
        db.session.flush()
        return item.id

    def _officer(self, bureau: UUID, letters: str, n: int) -> UUID:
        officer = Inspector(
            id=new_id(), tenant_id=bureau, code=f"{letters}-{n:02d}", name=f"{letters}执法员{n}", sort_key=f"{n:02d}",
            sex="女", body="本局", post="科员", certificate_number=f"{letters}{n:05d}",
            certificate_expires_on=date(today().year + 3, 12, 31), kinds="", area="", qualifications=[],
            leads=n % 3 == 0, remark="", updated_at=now(),
        )  # fmt: skip
        db.session.add(officer)
        db.session.flush()
        return officer.id
