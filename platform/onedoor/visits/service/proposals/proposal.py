"""A proposed check, and whether it is in order: object, matters, day, team, and what opens it (R-P3, R-D5, R-L5, R-L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from onedoor.entities.models import Entity, Premises
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemMode
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.officers.models import Inspector
from onedoor.plans import queries as plans
from onedoor.plans.models import PlanLine
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import BY_DRAW, KIND_NAMES, SOURCE_NAMES, Exceptional, Kind, Source, opens
from onedoor.visits.service.methods.choice import planned_way
from onedoor.visits.service.proposals.objects import (
    check_within,
    chosen_items,
    chosen_line,
    chosen_object,
    published,
    special_plan,
)
from onedoor.visits.service.teams import chosen_leader, chosen_team
from tenants import settings

# Registered afterwards at most so long after it was done.
LONGEST_AGO = timedelta(days=366)
FILL = N_("请填写此项。")


@dataclass(frozen=True)
class Proposal:
    """What a unit's clerk asks for. Without `ends_on` it is the one day; without a `leader_id` the first who may leads.

    `place_number` is that of one of the entity's places. `method` is how all matters are checked, `methods` those of single items,
    else as usual (R-V3). `key` is the client's own for this proposal. `owed_visit_id`, which no form says, is the visit of a draw at which these matters were not checked (R-J5).
    """

    kind: Kind
    source: Source
    entity_code: str
    item_ids: Sequence[UUID]
    inspector_ids: Sequence[UUID]
    starts_on: date
    reason: str
    ends_on: date | None = None
    leader_id: UUID | None = None
    place_number: int | None = None
    reference: str = ""
    line_id: UUID | None = None
    special_number: str = ""
    special_approval: str = ""
    announced: bool = True
    unannounced_basis: str = ""
    exceptional: Exceptional | None = None
    exceptional_reason: str = ""
    repeat_reason: str = ""
    complainant_name: str = ""
    complainant_phone: str = ""
    method: str = ""
    methods: Mapping[UUID, str] = field(default_factory=dict)
    key: str = ""
    owed_visit_id: UUID | None = None

    @classmethod
    def of(cls, data: dict[str, Any]) -> Proposal:
        """As `schemas.ProposalSchema` loads it."""
        exceptional = data["exceptional"] and Exceptional(data["exceptional"])
        kind, source = Kind(data["kind"]), Source(data["source"])
        methods = {one["item_id"]: one["method"] for one in data["methods"]}
        return cls(**{**data, "kind": kind, "source": source, "exceptional": exceptional, "methods": methods})

    def way_of(self, item: Item) -> dict[str, Any]:
        """How a matter is to be checked, as it stands with the visit: as said for it, for the whole check, or as usual."""
        return planned_way(item.method, item.name, self.methods.get(item.id) or self.method)

    @property
    def last_day(self) -> date:
        """The last day on which it may begin."""
        return self.ends_on or self.starts_on


@dataclass(frozen=True)
class Found:
    """What a proposal names, looked up and found to be in order."""

    entity: Entity
    place: Premises | None
    items: list[Item]
    team: list[Inspector]
    leader: Inspector
    line_code: str | None


class RepeatedCheck(ClerkError):
    """The same matter was, or is to be, checked there within the days of the setting: asked, with the former check."""

    code = "repeated-check"

    def __init__(self, former: Visit, matter: str) -> None:
        self.former = former
        super().__init__(
            "%(day)s 已安排或进行过对“%(name)s”的检查（%(number)s，%(matter)s）。确需再次检查的，请在“再次检查的理由”里写明。",
            day=former.scheduled_on,
            name=former.entity_name,
            number=former.number,
            matter=matter,
            fields={"repeat_reason": [N_("请写明再次检查的理由。")]},
        )


def checked(proposal: Proposal) -> Found:
    """What the proposal names; raises `ClerkError` for what is missing, not there, or not allowed."""
    _complete(proposal)
    _check_opening(proposal)
    _check_days(proposal)
    entity, place = chosen_object(proposal.entity_code, proposal.place_number)
    items = chosen_items(proposal.item_ids, entity)
    line = _line(proposal)
    if line is not None and proposal.exceptional is not Exceptional.DEVIATION:
        check_within(line, (proposal.starts_on, proposal.last_day), entity, items)
    team = chosen_team(proposal.inspector_ids, entity.code, items, scheduled_day(proposal))
    leader = chosen_leader(team, proposal.leader_id)
    entry = any(proposal.way_of(item)["entry"] for item in items)
    if proposal.exceptional is None and entry:
        check_cap(entity, proposal.kind, proposal.starts_on.year)
    _check_repeat(proposal, entity, items)
    return Found(entity, place, items, team, leader, line.code if line else None)


def _complete(proposal: Proposal) -> None:
    needed = {"reason": proposal.reason}
    if proposal.kind is Kind.SPECIAL and special_plan(proposal.line_id) is None:
        needed |= {
            "special_number": proposal.special_number,
            "special_approval": proposal.special_approval,
        }
    if proposal.kind is not Kind.DAILY:
        needed["reference"] = proposal.reference
    if not proposal.announced and proposal.exceptional is None:
        needed["unannounced_basis"] = proposal.unannounced_basis
    if proposal.exceptional is not None:
        needed["exceptional_reason"] = proposal.exceptional_reason
    fields = {name: [FILL] for name, text in needed.items() if not text.strip()}
    if not proposal.item_ids:
        fields["item_ids"] = [N_("请至少选择一个检查事项。")]
    fields |= _named(proposal)
    if fields:
        raise ClerkError("检查还没有填完，或有几处需要修改。", fields=fields)


def _named(proposal: Proposal) -> dict[str, list[str]]:
    """Where who complained is named in a text that others read (R-T7)."""
    named = [one.strip() for one in (proposal.complainant_name, proposal.complainant_phone)]
    texts = {
        name: getattr(proposal, name)
        for name in ("reason", "reference", "exceptional_reason", "repeat_reason")
    }
    said = N_("这里写了投诉举报人的姓名或电话，其他人会看到。请删去，只填在投诉举报人一栏。")
    return {name: [said] for name, text in texts.items() if any(one and one in text for one in named)}


def _check_opening(proposal: Proposal) -> None:
    """What opens the check (R-P3); what was done otherwise is registered as a deviation."""
    if (proposal.kind is Kind.RANDOM or proposal.source in BY_DRAW) and proposal.owed_visit_id is None:
        _refuse_random(proposal)
    if proposal.exceptional is Exceptional.DEVIATION or opens(proposal.kind, proposal.source):
        return
    raise ClerkError(
        "%(kind)s不能以“%(source)s”为来源。计划外只有事故、投诉举报、检验不合格、上级部署、移送、复查和企业申请可以启动个案检查；已经做了的，请选“计划外检查，事后登记”。",
        kind=Sentence(KIND_NAMES[proposal.kind]),
        source=Sentence(SOURCE_NAMES[proposal.source]),
        fields={"source": [N_("这一类检查不能由这个来源启动。")]},
    )


def _refuse_random(proposal: Proposal) -> None:
    for item_id in proposal.item_ids:
        item = published(item_id)
        if item is not None and item.mode == ItemMode.UNFIT:
            raise ClerkError(
                "“%(name)s”已声明不适合随机抽查，不能登记为随机检查。请选日常、专项或个案检查。",
                name=item.name,
                fields={"kind": [N_("这个事项不适合随机抽查。")]},
            )
    raise ClerkError(
        "随机检查由抽取产生，不能直接登记。请在“抽查任务”里按计划或按计划外的理由抽取。",
        fields={"kind": [N_("请选日常、专项或个案检查。")]},
    )


def _check_days(proposal: Proposal) -> None:
    first, last, now = proposal.starts_on, proposal.last_day, today()
    if (last - first).days > LONGEST_AGO.days:
        raise ClerkError("检查期限最长一年。", fields={"ends_on": [N_("请填写一年之内的日期。")]})
    if last < first:
        raise ClerkError("结束日期早于检查日期。", fields={"ends_on": [N_("请填写检查日期以后的日期。")]})
    if proposal.exceptional is Exceptional.DEVIATION:
        if not now - LONGEST_AGO <= first <= now:
            raise ClerkError(
                "事后登记的检查，日期应在今天以前一年之内。",
                fields={"starts_on": [N_("请填写实际检查的日期。")]},
            )
    elif proposal.exceptional is Exceptional.EMERGENCY:
        if first != now:
            raise ClerkError(
                "紧急检查当天开始，日期应是今天。", fields={"starts_on": [N_("请填写今天的日期。")]}
            )
    elif first < now:
        raise ClerkError("检查日期不能早于今天。", fields={"starts_on": [N_("请填写今天或以后的日期。")]})
    else:
        scheduled_day(proposal)


def scheduled_day(proposal: Proposal) -> date:
    """The day it is set for: the first working day there is; what begins before its approval has its own day.

    A year without a calendar is said, not guessed (R-S3).
    """
    if proposal.exceptional is not None:
        return proposal.starts_on
    calendar, days = queries.calendar(), (proposal.last_day - proposal.starts_on).days
    try:
        every = (proposal.starts_on + timedelta(days=each) for each in range(days + 1))
        day = next((one for one in every if calendar.is_working_day(one)), None)
    except CalendarUnknown as unknown:
        raise ClerkError(
            "%(year)s 年的放假安排还没有录入，不能安排那一年的检查。",
            year=unknown.year,
            fields={"starts_on": [N_("那一年的放假安排还没有录入。")]},
        ) from None
    if day is None:
        raise ClerkError(
            "%(day)s 不是工作日，请选择工作日。",
            day=proposal.starts_on,
            fields={"starts_on": [N_("请选择工作日。")]},
        )
    return day


def _line(proposal: Proposal) -> PlanLine | None:
    """The line of the published plan that foresees the check; a daily one has one (R-P3)."""
    if proposal.line_id is not None:
        return chosen_line(proposal.line_id, proposal.kind)
    if proposal.kind is Kind.DAILY and proposal.exceptional is not Exceptional.DEVIATION:
        raise ClerkError(
            "日常检查须有已公布计划里的日常检查行。没有的，请先在计划里增补并公布。",
            fields={"line_id": [N_("请选择计划行。")]},
        )
    return None


def check_cap(entity: Entity, kind: Kind, year: int, own: int = 0) -> None:
    """Raise if one more visit would break this bureau's cap (R-P6); `own` is 1 where this visit is counted already."""
    if kind.value not in plans.exempt_kinds() and plans.is_at_cap(entity.code, year, own):
        raise ClerkError(
            "“%(name)s”%(year)s 年的入企检查次数已到上限，不能再安排%(kind)s。确需检查的，请按规定的例外情形办理。",
            name=entity.name,
            year=year,
            kind=Sentence(KIND_NAMES[kind]),
            fields={"entity_code": [N_("已到年度入企次数上限。")]},
        )


def _check_repeat(proposal: Proposal, entity: Entity, items: Sequence[Item]) -> None:
    """Ask why the same matter is checked again so soon; a re-check is one by its nature, and what is owed was not checked."""
    if proposal.repeat_reason.strip() or proposal.source in (Source.RECHECK, Source.OWED):
        return
    days = settings.value("visit_repeat_days")
    numbers = [item.number for item in items]
    former = queries.former_checks([entity.id], numbers, proposal.starts_on, days) if days else []
    if former:
        visit, matter = former[0]
        raise RepeatedCheck(visit, matter.name)
