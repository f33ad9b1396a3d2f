"""The first steps of a new bureau, each with its day, until its first plan is filed: then nobody is shown them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as public
from onedoor.filing import queries as filings
from onedoor.filing.models import Filing
from onedoor.items import queries as items
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.db import db
from onedoor.officers import queries as officers
from onedoor.officers.rules.duties import DutyRole
from onedoor.plans import queries as plans
from onedoor.plans.models import Plan
from onedoor.plans.queries.due import owed
from onedoor.plans.rules.states import PlanKind
from onedoor.targets import queries as targets
from tenants import queries as tenants
from tenants.models import Bureau
from tenants.rules import Permission
from tenants.scope import Principal


@dataclass(frozen=True)
class FirstStep:
    """One step: where it is done, by when, on which day it was, and whether the reader is the one to do it."""

    label: Any
    url: str
    due: date
    done_on: date | None = None
    done: bool = False
    mine: bool = False

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return not self.done and self.due < today()


def first_steps_for(person: Principal) -> list[FirstStep]:
    """The steps of a bureau that has filed no plan yet, for who reads its records; none later, and none for others."""
    if not person.may(Permission.BUREAU_READ) or _has_filed():
        return []
    bureau = tenants.my_bureau()
    due = _due(bureau)
    made = [
        (_("明确双随机工作负责人"), "registry.duties", Permission.REGISTRY_WRITE, _duty(DutyRole.WORK_LEAD)),
        (_("明确联络员"), "registry.duties", Permission.REGISTRY_WRITE, _duty(DutyRole.LIAISON)),
        (_("公布检查事项清单"), "registry.items", Permission.REGISTRY_WRITE, _items(bureau)),
        (
            _("公布执法人员名录库"),
            "registry.inspectors",
            Permission.REGISTRY_WRITE,
            _published("inspectors", bureau),
        ),
        (_("建立检查对象名录库"), "registry.targets", Permission.REGISTRY_WRITE, targets.target_count() > 0),
        (_("公布抽查细则"), "registry.rulebooks", Permission.REGISTRY_WRITE, _rulebook()),
        (_("公布年度检查计划"), "plans.plans", Permission.PLAN_DRAFT, _plan()),
        (_("把年度计划备案"), "filing.filings", Permission.FILING_SEND, False),
    ]
    return [
        FirstStep(
            label,
            url_for(endpoint),
            due,
            done if isinstance(done, date) else None,
            bool(done),
            person.may(permission),
        )
        for label, endpoint, permission, done in made
    ]


def _has_filed() -> bool:
    filed = filings.sent().where(Filing.kind == "plan").order_by(None).limit(1)
    return db.session.scalar(sa.select(filed.exists())) or False


def _due(bureau: Bureau) -> date:
    """The day the yearly plan has to be filed (R-P1), by which all the rest stands: next year's for a bureau opened since."""
    year = today().year
    opened = local_day(datetime.fromtimestamp((bureau.id.int >> 80) / 1_000, UTC))
    days = [
        one.due_on for at in (year, year + 1) for one in owed([bureau], at) if one.kind is PlanKind.YEARLY
    ]
    return days[0] if opened <= days[0] else days[1]


def _duty(role: DutyRole) -> date | None:
    since = [one.since for one in officers.duties() if one.role == role and one.until is None]
    return min(since, default=None)


def _items(bureau: Bureau) -> date | None:
    days = [one.published_at for one in items.published_lists(bureau.id) if one.published_at]
    return local_day(min(days)) if days else None


def _published(kind: str, bureau: Bureau) -> date | None:
    shown = public.of_subject(kind, bureau.id)
    return local_day(shown.since) if shown else None


def _rulebook() -> date | None:
    days = [one.published_at for one in items.my_rulebooks() if one.published_at]
    return local_day(min(days)) if days else None


def _plan() -> date | None:
    published = plans.my_plans().where(Plan.kind == PlanKind.YEARLY, Plan.published_at.is_not(None))
    days = [one.published_at for one in db.session.scalars(published) if one.published_at]
    return local_day(min(days)) if days else None
