"""The draw after a void one: the line goes on, others commit, the supervisor says why (draw.md, "Plan")."""

from __future__ import annotations

import secrets

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.draws import queries, rules, service
from onedoor.draws.service import register
from onedoor.kernel.errors import ClerkError
from tests.draws_room.ceremony import JUSTICE, Ceremony
from tests.fixtures.city import City

WHY = "改由消防救援局共同承诺，同意再次抽取"


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    """A line whose first draw is void: justice did not reveal."""
    made = Ceremony(city)
    made.open()
    made.close()
    with city.acting("scjg.operator"):
        service.void(made.draw_id, "司法局没有揭示")
    return made


def commit(ceremony: Ceremony, who: str, name: str, nonce: bytes, reason: str = "") -> None:
    """This party's commitment to the draw, from its own device."""
    with ceremony.city.acting(who):
        draw = queries.draw(ceremony.draw_id)
        digest = rules.commit("sha256", draw.line, draw.seq, draw.number, name, nonce).hex()
        service.commit(ceremony.draw_id, digest, reason)


def again(ceremony: Ceremony, nonce: bytes) -> None:
    """The second draw with fire rescue, as far as the opening."""
    ceremony.create("上一次抽取已作废", ("XFJY",))
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", "990100-YJGL")
    commit(ceremony, "sfj.supervisor", JUSTICE, ceremony.nonce, WHY)
    commit(ceremony, "xfjy.operator", name_of(ceremony, "XFJY"), nonce)


def enter_plan(ceremony: Ceremony) -> None:
    """The register's own door, where the service forgot to ask."""
    with ceremony.city.acting("scjg.operator"):
        register.append(ceremony.draw_id, "plan", bytes(32))


def name_of(ceremony: Ceremony, letters: str) -> str:
    """A bureau's name, as it commits."""
    with ceremony.city.acting("scjg.operator"):
        own = [part for part, _ in queries.committers(ceremony.draw_id)]
        return next(part.name for part in own if part.bureau_id == ceremony.city.bureaus[letters])


@pytest.mark.parametrize("also", [(), ("SFJ",)])
def test_the_same_parties_do_not_draw_again(ceremony: Ceremony, also: tuple[str, ...]) -> None:
    with pytest.raises(ClerkError, match="已经作废。再次抽取须.*至少选择一个") as refused:
        ceremony.create("上一次抽取已作废", also)
    assert "also_commit" in refused.value.fields


def test_the_lead_is_no_other_party(ceremony: Ceremony) -> None:
    with pytest.raises(ClerkError, match="已由运行平台承诺"):
        ceremony.create("上一次抽取已作废", ("SCJG", "XFJY"))


def test_the_supervisor_says_why_it_is_drawn_again(ceremony: Ceremony) -> None:
    ceremony.create("上一次抽取已作废", ("XFJY",))
    with pytest.raises(ClerkError, match="写明同意") as refused:
        commit(ceremony, "sfj.supervisor", JUSTICE, ceremony.nonce, "  ")
    assert "reason" in refused.value.fields
    commit(ceremony, "sfj.supervisor", JUSTICE, ceremony.nonce, WHY)
    with ceremony.city.acting("xfjy.operator"):
        committers = queries.board(ceremony.draw_id)["committers"]
    assert [each["reason"] for each in committers] == [None, WHY, None]


def test_the_plan_waits_for_the_new_party_and_all_three_make_the_seed(ceremony: Ceremony) -> None:
    nonce = secrets.token_bytes(32)
    with ceremony.city.acting("scjg.operator"):
        void = queries.draw(ceremony.draw_id).proof_digest
    ceremony.create("上一次抽取已作废", ("XFJY",))
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", "990100-YJGL")
    commit(ceremony, "sfj.supervisor", JUSTICE, ceremony.nonce, WHY)
    name = name_of(ceremony, "XFJY")
    with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError, match=name):
        service.open(ceremony.draw_id)
    commit(ceremony, "xfjy.operator", name, nonce)
    ceremony.publish()
    ceremony.close()
    ceremony.reveal()
    with ceremony.city.acting("xfjy.operator"):
        service.reveal(ceremony.draw_id, nonce.hex())
    ceremony.run()
    with ceremony.city.acting("scjg.operator"):
        draw, plan = queries.draw(ceremony.draw_id), queries.plan(ceremony.draw_id)
        assert (draw.state, draw.seq, draw.prev) == ("drawn", 2, void)
        assert [party["id"] for party in plan["parties"]][1:] == [JUSTICE, name]
        files = {each.name: queries.file(draw.id, each.name).content for each in queries.files(draw.id)}
    verdict = rules.verify(
        rules.Evidence(
            proof=files["proof.json"],
            pools={entry["list"]: files[f"pool-{entry['list']}.txt"] for entry in plan["lists"]},
            roster=ceremony.roster(),
            register=files["register.jsonl"],
        )
    )
    assert verdict.valid, verdict.reason


def test_the_register_takes_no_second_plan_without_the_supervisors_reason(
    ceremony: Ceremony, owner: psycopg.Connection
) -> None:
    """Also where the application forgot to ask."""
    again(ceremony, secrets.token_bytes(32))
    owner.execute("UPDATE draw_commitment SET reason = NULL WHERE draw_id = %s", [ceremony.draw_id])
    with pytest.raises(sa.exc.DBAPIError, match="after a void draw others commit"):
        enter_plan(ceremony)


def test_the_register_takes_no_second_plan_of_the_same_parties(
    ceremony: Ceremony, owner: psycopg.Connection
) -> None:
    again(ceremony, secrets.token_bytes(32))
    of_fire = [ceremony.draw_id, ceremony.city.bureaus["XFJY"]]
    owner.execute("DELETE FROM draw_commitment WHERE draw_id = %s AND tenant_id = %s", of_fire)
    owner.execute("DELETE FROM draw_committer WHERE draw_id = %s AND bureau_id = %s", of_fire)
    with pytest.raises(sa.exc.DBAPIError, match="after a void draw others commit"):
        enter_plan(ceremony)


def test_after_a_draw_that_was_drawn_the_same_parties_commit(city: City) -> None:
    """Only a void draw asks for others; one with a result needs the reason alone (R-D7)."""
    made = Ceremony(city)
    made.whole()
    made.create("首次抽取后备案被退回")
    made.fill()
    made.publish()
    with city.acting("scjg.operator"):
        assert queries.draw(made.draw_id).seq == 2
