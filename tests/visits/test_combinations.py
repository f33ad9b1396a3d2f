"""Two bureaus that would soon visit the same object apart are told, and go together with one action (R-J4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.ledger.queries import all_lines, mine
from onedoor.ledger.rules import f11
from onedoor.messages.models import Message
from onedoor.plans import queries as plans
from onedoor.supervision import queries as supervision
from onedoor.supervision.queries import records as supervision_records
from onedoor.visits import queries, service
from onedoor.visits.rules.kinds import Kind, Source
from onedoor.visits.service import Proposal
from tasks.visits import tell_of_apart
from tenants import approvals
from tenants import queries as tenants
from tests.campaigns.builders import World, firm_code
from tests.visits.builders import HEAD, REVIEWER, DrawnCampaign, run_jobs_of

Jobs = Callable[[], int]


@dataclass
class Two:
    """Market regulation and emergency management, each with a check of its own of the same made-up firm."""

    world: World
    taken: list[str] = field(default_factory=list)

    def workday(self, after: int) -> date:
        with self.world.city.acting("scjg.planner"):
            found: date = queries.calendar().add_working_days(today(), after)
            return found

    def today(self) -> date:
        """Today, or the next working day."""
        with self.world.city.acting("scjg.planner"):
            calendar = queries.calendar()
            return today() if calendar.is_working_day(today()) else self.workday(1)

    def check(self, letters: str, code: str, day: date, **more: Any) -> UUID:
        """Registered after a complaint, for the days from today to four weeks on."""
        given: dict[str, Any] = {
            "kind": Kind.SINGLE, "source": Source.COMPLAINT, "entity_code": code, "reference": "12345-0009",
            "item_ids": self.world.items[letters][:1], "inspector_ids": self.world.officers[letters][:2],
            "starts_on": self.workday(1), "ends_on": self.workday(25), "reason": "群众反映", **more,
        }  # fmt: skip
        with self.world.city.acting(f"{letters.lower()}.planner"):
            visit = service.propose(Proposal(**given))
            if visit.scheduled_on != day:
                service.reschedule(visit.id, day, "")
            return visit.id

    def both(self, mine: int = 3, theirs: int = 8, **theirs_is: Any) -> tuple[UUID, UUID]:
        """A check of each at a firm nobody had yet, so many working days from now."""
        code = firm_code(20 + len(self.taken))
        self.taken.append(code)
        return (
            self.check("SCJG", code, self.workday(mine)),
            self.check("YJGL", code, self.workday(theirs), **theirs_is),
        )

    def apart(self, visit_id: UUID, letters: str = "SCJG") -> list[tuple[str, date]]:
        """What the bureau is told of its visit: whose other visit there is, and in which month."""
        with self.world.city.acting(f"{letters.lower()}.planner"):
            return [(one.bureau, one.month) for one in queries.visits_apart(visit_id)]


@pytest.fixture(scope="module")
def two(world: World) -> Two:
    return Two(world)


@pytest.fixture
def jobs(two: Two) -> Jobs:
    return run_jobs_of(two.world.city.app)


def name(two: Two, letters: str) -> str:
    with two.world.city.acting(f"{letters.lower()}.planner"):
        return tenants.my_bureau().name


def texts(two: Two, who: str) -> str:
    with two.world.city.acting(who):
        return "\n".join(db.session.scalars(sa.select(Message.text)))


def test_both_are_told_whose_and_in_which_month_and_no_more(two: Two) -> None:
    """access.md: another's visit is "only that there is one in that month"."""
    mine, theirs = two.both()
    assert two.apart(mine) == [(name(two, "YJGL"), two.workday(8).replace(day=1))]
    assert two.apart(theirs, "YJGL") == [(name(two, "SCJG"), two.workday(3).replace(day=1))]
    with two.world.city.acting("scjg.planner"), pytest.raises(NotFound):
        queries.visit(theirs)
    with two.world.city.acting("xfjy.planner"):
        assert queries.visits_apart() == []
    with two.world.city.app.app_context():
        tell_of_apart()
    before = {who: texts(two, who) for who in ("scjg.planner", "yjgl.planner")}
    assert all("近期还有其他部门要上门" in text for text in before.values())
    with two.world.city.app.app_context():
        assert tell_of_apart() == 0, "once"


def test_never_of_an_unannounced_one_nor_of_what_needs_no_entry_nor_far_off(two: Two) -> None:
    mine, theirs = two.both(announced=False, unannounced_basis="《食品安全法》")
    assert two.apart(mine) == [] and two.apart(theirs, "YJGL") == []
    with two.world.city.acting("yjgl.planner"):
        service.set_announced(theirs, True, "")
    assert len(two.apart(mine)) == 1
    with two.world.city.acting("yjgl.planner"):
        service.cancel(theirs, "投诉撤回")
    assert two.apart(mine) == []
    far, _ = two.both(mine=1, theirs=25)
    assert two.apart(far) == [], "35 days and more apart"


def test_one_asks_and_the_other_comes_along_with_one_action(two: Two, jobs: Jobs) -> None:
    city = two.world.city
    mine, theirs = two.both()
    receiver, day = city.bureaus["YJGL"], two.workday(3)
    with city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.ask_to_combine(mine, city.bureaus["SCJG"])
    with city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="没有对这个对象"):
            service.ask_to_combine(mine, city.bureaus["XFJY"])
        asked = service.ask_to_combine(mine, receiver).id
        assert service.ask_to_combine(mine, receiver).id == asked, "asked again it is the same"
        with pytest.raises(Conflict, match="不能改为不事先通知"):
            service.set_announced(mine, False, "《食品安全法》")
        with pytest.raises(Forbidden):
            service.answer_combination(asked, True, "")
    jobs()
    assert "请本单位在" in texts(two, "yjgl.planner")
    with city.acting("xfjy.planner"), pytest.raises(NotFound):
        queries.combination(asked)
    with city.acting("yjgl.planner"):
        assert queries.combinations_to_answer() == 1
        service.answer_combination(asked, True, "")
        assert queries.visit(theirs).scheduled_on == day
        with pytest.raises(Conflict, match="已经答复"):
            service.answer_combination(asked, False, "不去了")
        (come,) = queries.combined_visits(theirs)
        assert (come.bureau, come.day, len(come.members)) == (name(two, "SCJG"), day, 2)
    jobs()
    assert "合并上门" in texts(two, "scjg.planner")
    assert two.apart(mine) == [] and two.apart(theirs, "YJGL") == []
    with city.acting("scjg.planner"):
        visit = queries.visit(mine)
        assert "同日一并上门的还有：" + name(two, "YJGL") in service.visit_values(visit)["origin"]
        code = visit.code
    shown = city.client().get(f"/v/{code}").get_data(as_text=True)
    assert "同日一并上门" in shown and name(two, "YJGL") in shown


def test_another_day_and_a_called_off_visit_are_told_to_who_comes_along(two: Two, jobs: Jobs) -> None:
    city = two.world.city
    mine, theirs = two.both()
    with city.acting("scjg.planner"):
        asked = service.ask_to_combine(mine, city.bureaus["YJGL"]).id
        service.reschedule(mine, two.workday(4), "人手不够")
    with city.acting("yjgl.planner"):
        assert queries.combination(asked).day == two.workday(4), "what is asked follows the visit"
        service.answer_combination(asked, True, "")
    with city.acting("yjgl.planner"):
        service.reschedule(theirs, two.workday(6), "防汛")
    jobs()
    assert f"对方的日期是{two.workday(6)}" in texts(two, "scjg.planner")
    with city.acting("scjg.planner"):
        assert "同日一并上门" not in service.visit_values(queries.visit(mine))["origin"]
        service.cancel(mine, "投诉撤回")
    jobs()
    assert "取消了合并上门的检查" in texts(two, "yjgl.planner")


def test_declined_with_the_reason_and_refused_where_it_cannot_be(two: Two, jobs: Jobs) -> None:
    city = two.world.city
    mine, theirs = two.both()
    with city.acting("scjg.planner"):
        asked = service.ask_to_combine(mine, city.bureaus["YJGL"]).id
    with city.acting("yjgl.planner"):
        with pytest.raises(ClerkError) as bare:
            service.answer_combination(asked, False, " ")
        assert set(bare.value.fields) == {"reason"}
        service.answer_combination(asked, False, "须夜间检查")
        assert queries.visit(theirs).scheduled_on == two.workday(8), "it stays where it was"
    jobs()
    assert "须夜间检查" in texts(two, "scjg.planner")
    other, gone = two.both()
    with city.acting("scjg.planner"):
        again = service.ask_to_combine(other, city.bureaus["YJGL"]).id
    with city.acting("yjgl.planner"):
        service.cancel(gone, "投诉撤回")
        with pytest.raises(Conflict, match="不能再合并"):
            service.answer_combination(again, True, "")


def test_what_lies_outside_the_others_days_is_refused_with_them(two: Two) -> None:
    city = two.world.city
    mine, _ = two.both(mine=1, theirs=8, starts_on=two.workday(5))
    with city.acting("scjg.planner"):
        asked = service.ask_to_combine(mine, city.bureaus["YJGL"]).id
    with city.acting("yjgl.planner"), pytest.raises(ClerkError, match="检查日期应在"):
        service.answer_combination(asked, True, "")


def carried_out(two: Two, visit_id: UUID, letters: str) -> None:
    """Approved, begun and recorded by its own bureau, today."""
    who = letters.lower()
    with two.world.city.acting(f"{who}.planner"):
        service.submit_check(visit_id)
    for role, permissions in (("reviewer", REVIEWER), ("head", HEAD)):
        with two.world.city.acting(f"{who}.{role}"):
            waiting = approvals.waiting_for("check", visit_id)
            assert waiting is not None
            service.decide_check(waiting, True, "", permissions)
    drawn = DrawnCampaign(two.world, visit_id, visit_id)
    drawn.accept(drawn.record(visit_id, letters), letters)


def test_those_who_went_together_went_through_one_door(two: Two) -> None:
    """R-J4, R-P6: a record and a count of each bureau, one door of the firm in the cap ledger, the ledger and the figures;
    who comes another day after all comes through another."""
    city, code = two.world.city, firm_code(45)
    when = two.today()
    visits = {letters: two.check(letters, code, when, starts_on=when) for letters in ("SCJG", "YJGL", "XFJY")}
    before = figures(two)
    for letters in ("YJGL", "XFJY"):
        with city.acting("scjg.planner"):
            asked = service.ask_to_combine(visits["SCJG"], city.bureaus[letters]).id
        with city.acting(f"{letters.lower()}.planner"):
            service.answer_combination(asked, True, "")
    with city.acting("sfj.supervisor", supervisor=True):
        assert repeated(code) == 0, "those that go together are no repetition"
    for letters in ("XFJY", "YJGL", "SCJG"):
        carried_out(two, visits[letters], letters)
    with city.acting("scjg.planner"):
        assert plans.totals([code], today().year) == {code: (1, 3)}
        lines = mine()
        (line,) = db.session.execute(sa.select(lines).where(lines.c.number == number(visits["SCJG"])))
        assert len(line.together) == 2 and "合并上门" in f11.supervision(line)
    after = figures(two)
    grown = {
        key: after[key] - before.get(key, 0) for key in ("checks", "entries", "combined", "parts", "days")
    }
    assert grown == {"checks": 3, "entries": 1, "combined": 2, "parts": 3, "days": 1}
    with city.acting("sfj.supervisor", supervisor=True):
        lines = all_lines()
        told = db.session.scalars(sa.select(lines.c.together).where(lines.c.entity_code == code)).all()
        assert [len(one) for one in told] == [2, 2, 2]


def test_who_comes_apart_after_all_comes_through_another_door(two: Two) -> None:
    city, code, when = two.world.city, firm_code(46), two.today()
    visits = {letters: two.check(letters, code, when, starts_on=when) for letters in ("SCJG", "YJGL")}
    with city.acting("scjg.planner"):
        asked = service.ask_to_combine(visits["SCJG"], city.bureaus["YJGL"]).id
    with city.acting("yjgl.planner"):
        service.answer_combination(asked, True, "")
    carried_out(two, visits["SCJG"], "SCJG")
    with city.acting("scjg.planner"):
        part = queries.parts(visits["SCJG"])[city.bureaus["SCJG"]]
        assert part.begun_at is not None
        part.begun_at -= timedelta(days=1)
    with city.acting("yjgl.planner"):
        assert queries.combined_door(visits["YJGL"], today()) is None
        assert queries.combined_door(visits["YJGL"], today() - timedelta(days=1)) == visits["SCJG"]
    with city.acting("xfjy.planner"):
        assert queries.combined_door(visits["YJGL"], today() - timedelta(days=1)) is None, "not its own visit"
    carried_out(two, visits["YJGL"], "YJGL")
    with city.acting("scjg.planner"):
        assert plans.totals([code], today().year) == {code: (2, 2)}


def number(visit_id: UUID) -> str:
    return str(queries.visit(visit_id).number)


def figures(two: Two) -> dict[str, float]:
    """What the supervisor's page of burden and effect says of this year."""
    with two.world.city.acting("sfj.supervisor", supervisor=True):
        return dict(supervision.burden.burden(today().year).total.counts)


def repeated(code: str) -> int:
    """How often an entity is among those with more than one visit."""
    rows = supervision_records.repeats().rows
    return db.session.scalar(sa.select(sa.func.count()).where(rows.c.entity_code == code)) or 0
