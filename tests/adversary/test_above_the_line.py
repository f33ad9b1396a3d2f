"""Ways around the draw, above its one line: what whoever hosts could do, done (issue 18; draw.md, "Above the line")."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.service import pools
from onedoor.config import Config
from onedoor.draws import queries, rules, service
from onedoor.draws.rules.beacons import LOTTERIES
from onedoor.draws.service import register
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import Job
from onedoor.targets.queries import place_pools
from onedoor.verifier import verify as standalone
from tenants.settings.draws import DEFAULT_SOURCES
from tests.conftest import city_alone
from tests.draws_room.beacons import Clock, in_two_hours
from tests.draws_room.ceremony import JUSTICE, LEAD, PARTNER, Ceremony
from tests.draws_room.test_redraws import WHY, commit, name_of
from tests.fixtures.city import City
from tests.fixtures.databases import Databases

NUMBERS = "03 07 12 18 25 31 09"


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


@pytest.fixture
def clock(owner: psycopg.Connection) -> Iterator[Clock]:
    made = Clock(owner)
    yield made
    made.back()


def ended(ceremony: Ceremony) -> bool:
    """What the clock's job does with this draw."""
    with ceremony.city.acting("scjg.operator"):
        return service.end_step(ceremony.draw_id)


def days_pass(owner: psycopg.Connection, ceremony: Ceremony, days: int) -> None:
    """All that happened to this draw happened so many days earlier."""
    ago = f"interval '{days} days'"
    owner.execute(
        f"UPDATE draw SET created_at = created_at - {ago}, opened_at = opened_at - {ago}, closed_at = closed_at - {ago}"
        " WHERE id = %s",
        [ceremony.draw_id],
    )


def state(ceremony: Ceremony) -> str:
    with ceremony.city.acting("scjg.operator"):
        return queries.draw(ceremony.draw_id).state


def enter_plan(ceremony: Ceremony) -> None:
    """The register's own door, around the service."""
    with ceremony.city.acting("scjg.operator"):
        register.append(ceremony.draw_id, "plan", bytes(32))


def hanging(city: City) -> Ceremony:
    """The texts are closed; justice has not revealed."""
    made = Ceremony(city)
    made.open()
    made.close()
    return made


def give_void(ceremony: Ceremony) -> None:
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "司法局没有揭示")


def test_the_host_reveals_first(city: City, owner: psycopg.Connection) -> None:
    """R-D7: with the texts closed the platform's nonce is out, in the same transaction; there is nothing left to wait with."""
    made = hanging(city)
    with city.acting("sfj.supervisor"):
        shown = {each["name"]: each["nonce"] for each in queries.board(made.draw_id)["committers"]}
    assert [nonce is not None for nonce in shown.values()] == [True, False]
    owner.execute("DELETE FROM draw_reveal WHERE draw_id = %s", [made.draw_id])
    with (
        pytest.raises(DBAPIError, match="the platform reveals before anybody else"),
        city.acting("sfj.supervisor"),
    ):
        service.reveal(made.draw_id, made.nonce.hex())


def test_the_same_campaign_is_not_made_anew_while_one_hangs(city: City) -> None:
    """The attack: see the result, leave the draw, make the campaign again and draw until it suits. One firm in common is enough."""
    first = hanging(city)
    again = Ceremony(city)
    again.create()
    shared, own = first.codes(30, 1), again.codes(2, 40)
    rows = [
        (code, "91" if number % 2 else "92", 1, "E") for number, code in enumerate(sorted([*shared, *own]))
    ]
    again.deposit(raw=rules.build_pool(rows))
    again.deposit("yjgl.planner", PARTNER)
    again.agree()
    with pytest.raises(ClerkError, match="还没有结果，名单里有同样的对象"):
        again.publish()
    with pytest.raises(DBAPIError, match="above the line: hanging"):
        enter_plan(again)
    other = Ceremony(city)
    other.open()
    assert state(other) == "open"
    with city.acting("sfj.supervisor"):
        service.reveal(first.draw_id, first.nonce.hex())
    first.run()
    with city.acting("scjg.operator"):
        waiting = db.session.scalars(sa.select(Job.name).where(Job.subject_id == again.draw_id)).all()
        assert waiting.count("campaigns.open_draw") == 2, "it goes on by itself once the other has ended"
    again.publish()
    assert state(again) == "open"


def test_a_place_of_the_same_firm_meets_it(city: City) -> None:
    """By credit code, whatever the unit; and the register takes no plan whose lists nobody compared."""
    first = hanging(city)
    again = Ceremony(city)
    with city.acting("scjg.operator"):
        again.draw_id = service.create(
            campaign_id=again.campaign_id,
            line=again.line,
            title="按经营场所",
            parties=[service.Party(city.bureaus["SCJG"], LEAD, LEAD)],
            unit="place",
        ).id
        rows = [(f"{code}:1", "91", 1, "E") for code in [*first.codes(30, 1), *again.codes(1, 9)]]
        spec: service.Spec = {"rates": {"*": {"number": 2}}, "reserve": 0, "team": None}
        service.deposit(again.draw_id, LEAD, rules.build_pool(sorted(rows)), spec)
    again.agree()
    with pytest.raises(ClerkError, match="名单里有同样的对象"):
        again.publish()


def test_lists_that_nobody_compared_are_not_registered(city: City, owner: psycopg.Connection) -> None:
    first, again = hanging(city), Ceremony(city)
    again.freeze()
    owner.execute("DELETE FROM draw_comparison WHERE draw_id = %s", [again.draw_id])
    with pytest.raises(DBAPIError, match="above the line: missing"):
        enter_plan(again)
    again.publish()
    assert (state(first), state(again)) == ("closed", "open")


def test_a_firm_is_the_same_under_its_former_number(city: City, owner: psycopg.Connection) -> None:
    first = hanging(city)
    again = Ceremony(city)
    former, now = first.codes(30, 1)[0], again.codes(500, 1)[0]
    owner.execute(
        "INSERT INTO entity (code, name, kind, jurisdiction_code, kept_by, sort_key, initials, created_at, updated_at)"
        " SELECT %s, '示范改号商行', '91', jurisdiction_code, id, '', '', now(), now() FROM bureau LIMIT 1",
        [former],
    )
    owner.execute("UPDATE entity SET code = %s WHERE code = %s", [now, former])
    again.create()
    again.deposit(raw=rules.build_pool([(code, "91", 1, "E") for code in sorted([now, *again.codes(1, 9)])]))
    again.deposit("yjgl.planner", PARTNER)
    again.agree()
    with pytest.raises(ClerkError, match="名单里有同样的对象"):
        again.publish()


def closed(city: City) -> Ceremony:
    return Ceremony(city, mode=service.Mode(closed=True, holder_id=city.bureaus["WSJK"]))


def test_closed_pools_are_compared_as_all_others(city: City) -> None:
    """The attack: close the pools, look, leave the draw hanging, and draw the same firms openly (or closed again)."""
    first = closed(city)
    first.open()
    first.close()
    for again in (Ceremony(city, firms=first.firms), Ceremony(city, mode=first.mode, firms=first.firms)):
        again.freeze()
        with pytest.raises(ClerkError, match="名单里有同样的对象"):
            again.publish()
        with pytest.raises(DBAPIError, match="above the line: hanging"):
            enter_plan(again)
        with city.acting("sfj.supervisor"):
            assert [each.meets for each in queries.neighbours(again.draw_id) if each.id == first.draw_id] == [
                True
            ]


def test_a_partner_does_not_ask_what_stands_in_a_closed_pool(city: City) -> None:
    """The attack: with a list of one firm in another draw of that lead, read whether the two meet. Only the lead, who supervises
    it and who holds the files is told; of open pools, which are public, everybody who takes part."""
    hidden, shown = closed(city), Ceremony(city)
    hidden.open()
    shown.open()
    for other, told in ((hidden, False), (shown, True)):
        again = Ceremony(city)
        again.create()
        again.deposit()
        rows = [(code, "91", 1, "E") for code in sorted([*other.codes(5, 1), *again.codes(31, 40)])]
        again.deposit("yjgl.planner", PARTNER, raw=rules.build_pool(rows))
        met = {}
        for who in ("yjgl.planner", "scjg.operator", "sfj.supervisor"):
            with city.acting(who):
                met[who] = {each.id for each in queries.neighbours(again.draw_id) if each.meets}
        assert (other.draw_id in met["yjgl.planner"]) is told
        assert other.draw_id in met["scjg.operator"] and other.draw_id in met["sfj.supervisor"]
        page = city.client("yjgl.planner").get(f"/draws/{again.draw_id}").get_data(as_text=True)
        with city.acting("scjg.operator"):
            number = queries.draw(other.draw_id).number
        assert (number in page) is told


def test_what_a_void_draw_owes_follows_the_lead(city: City) -> None:
    """The attack: after a void one cancel the campaign, make it again, and neither name a source nor ask anybody else."""
    first = hanging(city)
    give_void(first)
    again = Ceremony(city, firms=first.firms)
    again.freeze()
    with pytest.raises(ClerkError, match="须约定公共随机数，或由上次没有承诺过的部门"):
        again.publish()
    with pytest.raises(DBAPIError, match="above the line: owing"):
        enter_plan(again)
    with city.acting("scjg.operator"):
        service.give_up(again.draw_id, "改由消防救援局共同承诺")
    nonce = secrets.token_bytes(32)
    again.create(also=("XFJY",))
    again.deposit()
    again.deposit("yjgl.planner", PARTNER)
    with pytest.raises(ClerkError, match="写明同意"):
        commit(again, "sfj.supervisor", JUSTICE, again.nonce)
    commit(again, "sfj.supervisor", JUSTICE, again.nonce, WHY)
    commit(again, "xfjy.operator", name_of(again, "XFJY"), nonce)
    again.publish()
    again.close()
    with city.acting("sfj.supervisor"):
        service.reveal(again.draw_id, again.nonce.hex())
    with city.acting("xfjy.operator"):
        service.reveal(again.draw_id, nonce.hex())
    again.run()
    third = Ceremony(city, firms=first.firms)
    third.open()
    assert state(third) == "open", "what was owed was met"


def test_the_duty_follows_the_plan_line_without_an_entity_in_common(city: City) -> None:
    first = Ceremony(city, plan_line="JH-2026-9")
    first.open()
    first.close()
    give_void(first)
    again = Ceremony(city, plan_line="JH-2026-9")
    again.freeze()
    with pytest.raises(ClerkError, match="属于同一计划行"):
        again.publish()


def test_a_draw_that_nobody_goes_on_with_is_given_up_and_stays_public(
    city: City, owner: psycopg.Connection
) -> None:
    """Before its plan: ended by the clock, who kept it waiting named; the public list has no hole."""
    made = Ceremony(city)
    made.create()
    made.deposit()
    assert not ended(made)
    days_pass(owner, made, 6)
    assert ended(made) and not ended(made)
    with city.acting("scjg.operator"):
        draw = queries.draw(made.draw_id)
        assert (draw.state, draw.plan_digest) == ("void", None)
        assert draw.kept_waiting == ["示范市应急管理局", JUSTICE]
        number = draw.number
    anybody = city.client()
    assert number in anybody.get("/open/draws").get_data(as_text=True)
    page = anybody.get(f"/open/draws/{made.draw_id}").get_data(as_text=True)
    assert "在公布方案以前就终止了" in page and "久等未办的" in page and JUSTICE in page


def test_who_presses_after_another_is_told_that_it_has_ended(city: City) -> None:
    """Six end a draw at once: one gets through, the others read so (found by hand: they were answered 500)."""
    made = Ceremony(city)
    made.create()
    with city.acting("scjg.operator"):
        assert queries.draw(made.draw_id).state == "frozen", "the page read it before it pressed"
        with ThreadPoolExecutor(1) as aside:
            aside.submit(give_up, made).result()
        with pytest.raises(Conflict, match="已经作废"):
            service.give_up(made.draw_id, "重来")


def give_up(ceremony: Ceremony) -> None:
    with ceremony.city.app.app_context(), ceremony.city.acting("scjg.operator"):
        service.give_up(ceremony.draw_id, "另有安排")


def test_texts_close_by_themselves_and_who_does_not_reveal_is_named(
    city: City, owner: psycopg.Connection
) -> None:
    made = Ceremony(city)
    made.open()
    assert not ended(made)
    days_pass(owner, made, 2)
    assert ended(made) and state(made) == "closed"
    assert not ended(made), "everybody has a day to reveal from here"
    days_pass(owner, made, 2)
    assert ended(made)
    with city.acting("scjg.operator"):
        draw = queries.draw(made.draw_id)
        assert (draw.state, draw.kept_waiting) == ("void", [JUSTICE])
        assert [entry.kind for entry in queries.entries_of(made.draw_id)] == ["plan", "texts", "void"]


def test_a_lead_does_not_undo_a_draw_by_not_looking(city: City, clock: Clock) -> None:
    """With a source: the supervisor's reading counts a day later where the lead read nothing."""
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    made.close()
    made.reveal()
    made.run()
    clock.on(timedelta(hours=3))
    with city.acting("sfj.supervisor"):
        service.read_beacon(made.draw_id, NUMBERS, "福彩开奖公告")
        assert queries.board(made.draw_id)["state"] == "awaiting"
    clock.on(timedelta(hours=30))
    with city.acting("sfj.supervisor"):
        assert queries.board(made.draw_id)["state"] == "revealed"
    made.run()
    assert state(made) == "drawn"


def test_a_source_that_nobody_reads_ends_as_void_and_names_them(city: City, clock: Clock) -> None:
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    made.close()
    made.reveal()
    made.run()
    clock.on(timedelta(days=2))
    assert not ended(made)
    clock.on(timedelta(days=4))
    assert ended(made)
    with city.acting("scjg.operator"):
        draw = queries.draw(made.draw_id)
        assert (draw.state, draw.kept_waiting) == ("void", ["示范市市场监督管理局", JUSTICE])


def test_the_supervisor_sees_what_came_before(city: City) -> None:
    """Drawn, void, hanging, given up: of this lead's draws those whose lists meet this one, on the page it commits on."""
    drawn, void, given_up, apart = (Ceremony(city) for _ in range(4))
    for each in (void, given_up):
        each.firms = drawn.firms
    drawn.whole()
    void.open()
    give_void(void)
    given_up.create()
    given_up.deposit()
    with city.acting("scjg.operator"):
        service.give_up(given_up.draw_id, "名单有误")
    apart.open()
    now = Ceremony(city, firms=drawn.firms)
    now.create()
    now.deposit()
    with city.acting("sfj.supervisor"):
        found = {each.id: each for each in queries.neighbours(now.draw_id)}
        assert {drawn.draw_id, void.draw_id, given_up.draw_id} <= set(found)
        assert apart.draw_id not in found and found[given_up.draw_id].given_up
    page = city.client("sfj.supervisor").get(f"/draws/{now.draw_id}/secret").get_data(as_text=True)
    assert "公布方案前终止" in page and "名单有误" in page and "还没有冻结名单的：示范市应急管理局" in page


def test_verifiers_tell_what_hangs_and_what_was_void(city: City) -> None:
    """Anybody with the register knows of every (line, number) with a plan and no end, and of every void one."""
    left, void, drawn = hanging(city), hanging(city), Ceremony(city)
    give_void(void)
    drawn.whole()
    with city.acting("scjg.operator"):
        proof, whole = queries.document(drawn.draw_id, "proof"), queries.register_file()
    said = rules.verify(rules.Evidence(proof=proof, register=whole))
    assert said.valid, said.reason
    open_, ended_ = (next(one for one in said.unchecked if word in one) for word in ("no end", "as void"))
    assert (
        f"{left.line} 1" in open_ and f"{void.line} 1" in ended_ and f"{drawn.line} 1" not in open_ + ended_
    )
    _, notes = standalone.check(proof, {}, register_raw=whole)
    assert {open_, ended_} <= set(notes)


def test_no_draft_moves_which_places_stay_in(city: City) -> None:
    """Of a chain at its cap the places that stay in go by code, number and year: another draft of the campaign moves nothing."""

    def asked_of(code: str, year: int) -> list[str]:
        campaign = Campaign(
            id=uuid4(), code=code, year=year, conditions={}, unit="place", source="ad_hoc", kind="random", tenant_id=uuid4(),
            starts_on=date(year, 3, 1), ends_on=date(year, 4, 1),
        )  # fmt: skip
        own = PartyList(conditions={}, stratify="none", weights={}, skip_drawn=False, kept=[], list_name=LEAD)
        # As if a cap left one place of each firm.
        asked = pools._places(campaign, own, 0, "none")._replace(
            left_out=lambda _code, nth: [(nth > 1, "XCAP")]
        )
        query = place_pools._pool(asked).compile(dialect=postgresql.dialect())
        return sorted(repr(value) for value in query.params.values()) + [str(query)]

    with city.acting("scjg.operator"):
        drafts = [asked_of(f"SCJG-2026-{number:02d}", 2026) for number in range(1, 4)]
        assert drafts[0] == drafts[1] == drafts[2] != asked_of("SCJG-2026-01", 2027)


def test_a_place_s_default_source_says_how_it_is_read() -> None:
    """Each public source a place may choose is one that the plan can name, with the form of its words."""
    assert {code: str(name) for code, name in DEFAULT_SOURCES} == {
        code: one[0] for code, one in LOTTERIES.items()
    }
    for name, size, digits in LOTTERIES.values():
        rule = service.beacon_rule(
            name, "2026135期", datetime(2026, 11, 30, 13, 30, tzinfo=UTC), "numbers", size, digits
        )
        words = " ".join(["7".zfill(digits)] * size)
        assert rule.read(words.replace(" ", "，")) == words and f"每个{digits}位" in rule.in_plan()["name"]
