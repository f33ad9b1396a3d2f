"""Chapters five and six: visits of a campaign on their days, and what follows each: the unit's word, the report, publication, corrections.

An officer is replaced before, a firm moves away after the notices, one firm is not found. In a story most of it is done in time; one report and one publication are late (R-V5, R-O1, R-S3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from onedoor.commands.demo.agenda import Agenda
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes import documents, followups, joint_visits, late_changes, owed_matters
from onedoor.commands.demo.scenes.late_changes import Change
from onedoor.commands.demo.story import working_day, working_days_later
from onedoor.kernel.clock import today
from onedoor.visits import queries
from onedoor.visits.models import Visit

# Working days after the visit: the unit's word, the report as a rule, the one that is late.
ACCEPTED, REPORTED, REPORTED_LATE = 1, 2, 9
# Working days after the campaign's last: a publication that is late (R-O1).
PUBLISHED_LATE = 22
LISTED = 6
# The bureau whose officer is replaced.
REPLACED = "XFJY"


@dataclass(frozen=True)
class Visited:
    """Records the units accepted, results made public, and what went otherwise than drawn."""

    records: int
    disclosed: int
    changes: list[Change]


class Rounds:
    """The visits of one campaign; counts what its units accepted and what was made public."""

    def __init__(self, cast: Cast, *, one_late: bool = False) -> None:
        self._cast, self._agenda = cast, Agenda(cast)
        self._corrections = followups.Corrections(cast, self._agenda)
        self._waiting: dict[str, list[UUID]] = {}
        self._one_late = one_late and cast.story is not None
        self.records = self.disclosed = 0

    def add(self, visit: Visit, letters: list[str], number: int, *, gone: bool = False) -> None:
        """A visit on its day, of these bureaus; `gone` if nobody is found there."""
        self._agenda.add(visit.scheduled_on, partial(self._visit, visit, letters, number, gone), 10)

    def carry_out(self) -> None:
        """All of them, to the publication of the last result."""
        self._agenda.run()

    def _visit(self, visit: Visit, letters: list[str], number: int, gone: bool) -> None:
        cast = self._cast
        for one in letters:
            joint_visits.begin(cast, visit, one, gone=gone)
        cast.wait()
        for one in letters:
            found = "unreachable" if gone else joint_visits.found_by(one, number)
            record_id = joint_visits.hand_in(cast, visit, one, found)
            day = working_days_later(today(), ACCEPTED)
            self._agenda.add(day, partial(self._accept, visit, one, record_id, found), 15)

    def _accept(self, visit: Visit, letters: str, record_id: UUID, found: str) -> None:
        joint_visits.accept(self._cast, letters, record_id)
        self.records += 1
        if self._cast.story is not None and found == "corrected":
            self._corrections.order(letters)
        if self._cast.story is not None and found in ("unreachable", "no_activity"):
            self._agenda.add(
                working_days_later(today(), LISTED), partial(followups.decide_on_listing, self._cast)
            )
        late, self._one_late = self._one_late, False
        days = (REPORTED_LATE if late else REPORTED) - ACCEPTED
        self._agenda.add(
            working_days_later(today(), days),
            partial(self._report, visit, letters, record_id, found, late),
            16,
        )

    def _report(self, visit: Visit, letters: str, record_id: UUID, found: str, late: bool) -> None:
        joint_visits.report(self._cast, visit, letters, found)
        if late:
            day = working_days_later(visit.ends_on, PUBLISHED_LATE)
            self._agenda.add(day, partial(self._publish_one, letters, record_id), 17)
        else:
            self._waiting.setdefault(letters, []).append(record_id)
            self._agenda.add(publication_day(today()), self._publish, 17)

    def _publish(self) -> None:
        for letters, record_ids in self._waiting.items():
            self.disclosed += joint_visits.disclose(self._cast, letters, record_ids)
        self._waiting.clear()

    def _publish_one(self, letters: str, record_id: UUID) -> None:
        self.disclosed += joint_visits.disclose(self._cast, letters, [record_id])


def carry_out(cast: Cast, campaign_id: UUID) -> Visited:
    """From approval to disclosure; without a story all but a few, which are left to try."""
    changes = [late_changes.certificate_ends(cast, campaign_id, REPLACED)]
    left = [] if cast.story else joint_visits.left_to_try(cast, campaign_id)
    if left:
        joint_visits.bring_forward(cast, left[0])
    joint_visits.approve(cast, campaign_id)
    cast.later(1)
    if cast.story is not None:
        owed_matters.stay_away(cast, campaign_id)
    with cast.acting("scjg.planner"):
        visits = [visit for visit in queries.of_campaign(campaign_id) if visit.id not in left]
        plans = [(visit, _going(visit)) for visit in visits]
    moved = max(plans, key=lambda plan: len(plan[1]))
    plans.remove(moved)
    changes.append(late_changes.firm_moves_away(cast, moved[0]))
    if cast.story is not None:
        own = next(visit for visit, parties in plans if cast.bureaus[joint_visits.SHOWN] in parties)
        documents.issue_before(cast, own.id)
    going = Rounds(cast, one_late=True)
    for number, (visit, parties) in enumerate(plans):
        gone = number == len(plans) - 1
        if gone:
            text = f"{visit.entity_name} was not found at its address: a result of the whole visit"
            changes.append(Change(text, f"/visits/{visit.id}"))
        letters = [one for one, tenant_id in cast.bureaus.items() if tenant_id in parties]
        going.add(visit, letters, number, gone=gone)
    going.carry_out()
    return Visited(going.records, going.disclosed, changes)


def _going(visit: Visit) -> list[UUID]:
    """The bureaus that come."""
    return [one.bureau_id for one in queries.parties(visit.id) if one.deferred_reason is None]


def all_of(cast: Cast, campaign_id: UUID) -> tuple[int, int]:
    """Every visit of a campaign of one bureau; returns how many records were accepted and made public."""
    rounds = Rounds(cast)
    with cast.acting("scjg.planner"):
        visits = queries.of_campaign(campaign_id)
    for number, visit in enumerate(visits):
        rounds.add(visit, [joint_visits.SHOWN], number)
    rounds.carry_out()
    return rounds.records, rounds.disclosed


def publication_day(day: date) -> date:
    """Results go out twice a month: the next of its days."""
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    middle = working_day(day.replace(day=15))
    return middle if day <= middle else working_day(last)
