"""R-T5 in a draw: one person acts for one party, also with accounts in two bureaus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from onedoor.draws import queries, service
from onedoor.draws.models import BeaconReading, Commitment, DrawReceipt, Reveal
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden
from tenants import people
from tenants.rules import Role
from tests.draws_room.beacons import Clock, in_two_hours
from tests.draws_room.ceremony import JUSTICE, PARTNER, Ceremony
from tests.fixtures.city import City

REFUSED = "同一个人不能代表两方"


@pytest.fixture(scope="module", autouse=True)
def one_person(city: City) -> None:
    """Market regulation's operator is also who commits for the justice bureau."""
    number = made_up_identity_number(date(1981, 4, 5), 9)
    for username, role in (("scjg.operator", Role.DRAW_OPERATOR), ("sfj.supervisor", Role.SUPERVISOR)):
        user_id = city.person(username).user_id
        with city.acting(f"{username.split('.')[0]}.admin"):
            people.change(user_id, "丙某", [role], identity_number=number)


@pytest.fixture
def clock(owner: psycopg.Connection) -> Iterator[Clock]:
    made = Clock(owner)
    yield made
    made.back()


def test_who_began_the_draw_does_not_commit_for_the_supervisor(city: City) -> None:
    made = Ceremony(city)
    made.create()
    made.deposit()
    made.deposit("yjgl.planner", PARTNER, made.pool(31, 60))
    digest = made.committed()
    with city.acting("sfj.supervisor"), pytest.raises(Forbidden, match=REFUSED):
        service.commit(made.draw_id, digest)
    with pytest.raises(ProgrammingError, match="two parties of a draw"), city.acting("sfj.supervisor"):
        past_the_application(Commitment(name=JUSTICE, digest=digest, **by(made)))


def test_who_began_a_closed_draw_does_not_sign_for_its_files(city: City) -> None:
    made = Ceremony(city, mode=service.Mode(closed=True, holder_id=city.bureaus["WSJK"]))
    made.create()
    made.deposit()
    made.deposit("yjgl.planner", PARTNER)
    with pytest.raises(Forbidden, match=REFUSED):
        made.receive("sfj.supervisor")
    with city.acting("scjg.operator"):
        faces = {each.list_name: each.digest for each in queries.deposits(made.draw_id)}
    with pytest.raises(ProgrammingError, match="two parties of a draw"), city.acting("sfj.supervisor"):
        past_the_application(
            DrawReceipt(
                tenant_id=city.bureaus["SFJ"],
                draw_id=made.draw_id,
                list_name=PARTNER,
                digest=faces[PARTNER],
                received_at=now(),
                received_by="某人",
            )
        )


def test_an_account_without_an_identity_number_acts_in_no_draw(city: City, owner: psycopg.Connection) -> None:
    """Nobody could tell whether it is another party's: its administrator adds the number first."""
    made = Ceremony(city)
    made.create()
    accounts = {who: city.person(who).user_id for who in ("sfj.supervisor", "scjg.operator")}
    people_of = "SELECT id, person_id FROM user_account WHERE id = ANY(%s)"
    before = owner.execute(people_of, [list(accounts.values())]).fetchall()
    owner.execute("UPDATE user_account SET person_id = NULL WHERE id = ANY(%s)", [list(accounts.values())])
    try:
        digest = made.committed()
        with city.acting("sfj.supervisor"), pytest.raises(Forbidden, match="登记身份证号.*管理员"):
            service.commit(made.draw_id, digest)
        with pytest.raises(Forbidden, match="登记身份证号"):
            Ceremony(city).create()
    finally:
        for user_id, person_id in before:
            owner.execute("UPDATE user_account SET person_id = %s WHERE id = %s", [person_id, user_id])


def by(ceremony: Ceremony) -> dict:
    return {
        "tenant_id": ceremony.city.bureaus["SFJ"],
        "draw_id": ceremony.draw_id,
        "made_at": now(),
        "made_by": "某人",
    }


def past_the_application(row: object) -> None:
    db.session.add(row)
    db.session.flush()


def begun_by_a_colleague(ceremony: Ceremony, owner: psycopg.Connection) -> None:
    """Somebody else began it: that account is not this person's."""
    owner.execute(
        "UPDATE draw_commitment SET account_id = gen_random_uuid() WHERE draw_id = %s", [ceremony.draw_id]
    )


def test_who_committed_for_one_does_not_reveal_for_another(city: City, owner: psycopg.Connection) -> None:
    made = Ceremony(city)
    made.create()
    begun_by_a_colleague(made, owner)
    made.fill()
    made.publish()
    # The closing reveals for the lead's system, and is this person's act for the lead.
    with pytest.raises(Forbidden, match=REFUSED):
        made.close()
    begun_by_a_colleague(made, owner)
    made.close()
    with city.acting("sfj.supervisor"), pytest.raises(Forbidden, match=REFUSED):
        service.reveal(made.draw_id, made.nonce.hex())
    with pytest.raises(ProgrammingError, match="two parties of a draw"), city.acting("sfj.supervisor"):
        past_the_application(Reveal(name=JUSTICE, nonce=made.nonce.hex(), **by(made)))


def test_nobody_reads_the_beacon_for_two(city: City, clock: Clock, owner: psycopg.Connection) -> None:
    made = Ceremony(city, mode=in_two_hours(city))
    made.create()
    begun_by_a_colleague(made, owner)
    made.fill()
    made.publish()
    begun_by_a_colleague(made, owner)
    made.close()
    clock.on(timedelta(minutes=111))
    made.run()
    clock.on(timedelta(hours=3))
    with city.acting("sfj.supervisor"):
        with pytest.raises(Forbidden, match=REFUSED):
            # The lead's operator, the same person, made the system reveal.
            service.read_beacon(made.draw_id, "03 07 12 18 25 31 09", "公告")
    with pytest.raises(ProgrammingError, match="two parties of a draw"), city.acting("sfj.supervisor"):
        past_the_application(
            BeaconReading(
                tenant_id=city.bureaus["SFJ"], draw_id=made.draw_id, value=None, source="公告",
                read_at=now(), read_by="某人",
            )
        )  # fmt: skip
