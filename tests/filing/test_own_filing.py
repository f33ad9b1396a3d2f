"""R-T5 across bureaus: nobody answers the filing they had a hand in, also with an account of the receiving bureau."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from onedoor.filing import queries, service
from onedoor.filing.models import Filing, FilingAnswer
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Forbidden
from tenants import approvals, people
from tenants.rules import Permission, Role
from tests.fixtures.city import City

REASON = "不能答复自己报送的材料"


@pytest.fixture(scope="module", autouse=True)
def one_person(city: City) -> None:
    """Market regulation's planner is also who answers filings at the justice bureau."""
    number = made_up_identity_number(date(1981, 4, 5), 9)
    for username, role in (("scjg.planner", Role.PLANNER), ("sfj.supervisor", Role.SUPERVISOR)):
        user_id = city.person(username).user_id
        with city.acting(f"{username.split('.')[0]}.admin"):
            people.change(user_id, "丙某", [role], identity_number=number)


@pytest.fixture(scope="module")
def colleague(city: City) -> str:
    """Another who answers filings at the justice bureau."""
    number = made_up_identity_number(date(1982, 5, 6), 11)
    with city.acting("sfj.admin"):
        user_id, handed = people.invite("sfj.ding", "丁某", number, [Role.READER])
    with city.app.app_context():
        people.set_password(handed.token, "a long sentence of one's own", origin="test")
    with city.acting("sfj.admin"):
        people.change(user_id, "丁某", [Role.READER, Role.SUPERVISOR])
    return "sfj.ding"


def hand_in(city: City, who: str, subject_id: UUID | None = None, **more: Any) -> Filing:
    """File something; returns the filing the justice bureau got."""
    with city.acting(who):
        made = service.send(
            "items", subject_id or new_id(), "清单", version=1, review=False, due_on=None, summary={}, **more
        )
    return next(one for one in made if one.receiver_id == city.bureaus["SFJ"])


def answered_past_the_application(filing: Filing, **more: Any) -> None:
    db.session.add(
        FilingAnswer(
            id=new_id(),
            tenant_id=filing.receiver_id,
            filing_id=filing.id,
            sender_id=filing.tenant_id,
            accepted=True,
            answered_at=now(),
            answerer_name="某人",
            **more,
        )  # fmt: skip
    )
    db.session.flush()


def refused_by_both(city: City, filing: Filing) -> None:
    with city.acting("sfj.supervisor"), pytest.raises(Forbidden, match="不能由您答复"):
        service.answer(filing.id, True)
    with pytest.raises(ProgrammingError, match="R-T5"), city.acting("sfj.supervisor"):
        answered_past_the_application(filing)
    # Nor by naming a colleague as who answers: the database writes that itself.
    other = city.person("sfj.head").user_id
    with pytest.raises(ProgrammingError, match="R-T5"), city.acting("sfj.supervisor"):
        answered_past_the_application(filing, answered_by=other)


def test_who_sent_it_does_not_answer_it_in_the_other_bureau(city: City, colleague: str) -> None:
    filing = hand_in(city, "scjg.planner")
    refused_by_both(city, filing)
    with city.acting(colleague) as here:
        given = service.answer(filing.id, True)
        db.session.refresh(given)
        assert given.answered_by == here.actor_id
    with city.acting("scjg.planner"):
        assert queries.state(queries.filing(filing.id)) == "accepted"


def test_nor_who_submitted_what_another_sent(city: City) -> None:
    subject_id = new_id()
    with city.acting("scjg.planner"):
        asked = approvals.ask("items", subject_id, "清单", "approve", Permission.PLAN_APPROVE).id
    with city.acting("scjg.head"):
        approvals.decide(approvals.get(asked), True, "", frozenset({Permission.PLAN_APPROVE}))
    refused_by_both(city, hand_in(city, "scjg.head", subject_id))


def test_nor_who_wrote_it(city: City) -> None:
    refused_by_both(city, hand_in(city, "scjg.head", written_by=city.person("scjg.planner").user_id))


def test_the_sender_is_who_works_whatever_is_said(city: City) -> None:
    with city.acting("scjg.planner") as here:
        service._hand_in(
            city.bureaus["SFJ"], kind="items", subject_id=(subject := new_id()), series_id=subject, title="清单",
            version=1, review=False, due_on=None, summary={}, link=None, shared_with=[], senders=[],
        )  # fmt: skip
        db.session.flush()
        db.session.expire_all()
        assert queries.of_subject(subject)[0].senders == [here.actor_id]


def test_others_of_the_receiver_answer_and_what_is_from_before(city: City, owner: psycopg.Connection) -> None:
    """A filing of somebody else, and one from before senders were kept, is answered as ever."""
    older = hand_in(city, "scjg.planner")
    owner.execute("UPDATE filing SET senders = NULL WHERE id = %s", (older.id,))
    owner.commit()
    for filing in (hand_in(city, "swj.planner"), older):
        with city.acting("sfj.supervisor"):
            assert service.answer(filing.id, True).accepted


def test_a_third_bureau_is_not_told_that_they_are_one(city: City) -> None:
    one, other = (city.person(name).user_id for name in ("scjg.planner", "sfj.supervisor"))
    asked = sa.text("SELECT same_person(:one, :other)")
    for who, said in (("sfj.head", True), ("scjg.head", True), ("swj.head", False)):
        with city.acting(who):
            assert db.session.scalar(asked, {"one": one, "other": other}) is said, who


def test_the_page_gives_the_reason_in_place_of_the_buttons(city: City) -> None:
    own, others = hand_in(city, "scjg.planner"), hand_in(city, "swj.planner")
    client = city.client("sfj.supervisor")
    shown = client.get(f"/filing/{own.id}").get_data(as_text=True)
    assert REASON in shown and 'name="decision"' not in shown
    shown = client.get(f"/filing/{others.id}").get_data(as_text=True)
    assert REASON not in shown and 'name="decision"' in shown
    refused = client.post(f"/filing/{own.id}/answer", data={"decision": "accept"})
    assert refused.status_code == 403


def test_pages_offer_no_answer_to_ones_own_and_go_on_to_the_next_that_waits(
    city: City, colleague: str
) -> None:
    """The oversight address leads to the one page; after an answer it names what was answered and offers the next that waits longest."""
    own, other = hand_in(city, "scjg.planner"), hand_in(city, "yjgl.planner")
    with city.acting(colleague):
        waiting = db.session.scalars(queries.in_state(queries.inbox(), "sent").order_by(Filing.sent_at)).all()
    person = city.client("sfj.supervisor")
    for one in (own, other):
        assert person.get(f"/oversight/filings/{one.id}").location == f"/filing/{one.id}", (
            "one page of a filing"
        )
    # Nothing of one's own is offered next: only the other one may have waited.
    visited: list[str] = []
    at: str | None = f"/filing/{other.id}"
    while at and len(visited) <= len(waiting):
        visited.append(at)
        assert person.post(f"{at}/answer", data={"decision": "accept", "reason": ""}).location == at
        following = re.search(r'href="(/filing/[^"]+)">下一件备案', person.get(at).get_data(as_text=True))
        at = following[1] if following else None
    assert at is None and f"/filing/{own.id}" not in visited
    assert len(visited) == len(set(visited)) >= 1
