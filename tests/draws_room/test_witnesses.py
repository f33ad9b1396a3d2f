"""Witnesses without an account: invitation, text, closing, what they note down (R-D4, access.md)."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.draws import queries, rules, service
from onedoor.draws.rules.wire.characters import strange
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.draws.forgeries import STRANGERS
from tests.draws_room.beacons import in_two_hours
from tests.draws_room.ceremony import Ceremony
from tests.fixtures.city import City


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    made = Ceremony(city)
    made.open()
    return made


def seen(ceremony: Ceremony, token: str) -> dict:
    with in_scope(scope.public(), ceremony.city.app):
        return queries.witness_view(token)


def test_a_witness_sees_the_plans_digest_and_the_registers_head(ceremony: Ceremony) -> None:
    view = seen(ceremony, ceremony.invite("张见证（人大代表）"))
    with ceremony.city.acting("scjg.operator"):
        assert view["plan_digest"] == rules.plan_digest(queries.plan(ceremony.draw_id)).hex()
        newest = queries.register()[-1]
        assert (view["head"]["n"], view["head"]["own"]) == (newest["n"], rules.entry_digest(newest).hex())
    assert view["who"] == "张见证（人大代表）"


def test_texts_stand_in_the_order_they_came_and_in_the_proof(ceremony: Ceremony) -> None:
    one, two = ceremony.invite("甲（记者）"), ceremony.invite("乙（政协委员）")
    ceremony.speak(two, "先说的")
    ceremony.speak(one, "后说的")
    ceremony.close()
    ceremony.reveal()
    ceremony.run()
    with ceremony.city.acting("scjg.operator"):
        witness = queries.proof(ceremony.draw_id)["witness"]
        entries = {entry.kind: entry.digest for entry in queries.entries_of(ceremony.draw_id)}
        digest = rules.texts_digest(queries.plan(ceremony.draw_id), [(w[0], w[1]) for w in witness])
    assert [list(pair) for pair in witness] == [["乙（政协委员）", "先说的"], ["甲（记者）", "后说的"]]
    assert entries["texts"] == digest.hex()


def test_a_text_is_made_fit_for_the_protocol(ceremony: Ceremony) -> None:
    token = ceremony.invite("丙（群众）")
    ceremony.speak(token, "  e\u0301 第一行\r\n第二行\x00\t尾  ")
    assert seen(ceremony, token)["text"] == "é 第一行 第二行 尾"


@pytest.mark.parametrize("text", ["", " \n ", "字" * 201])
def test_an_empty_or_long_text_is_refused(ceremony: Ceremony, text: str) -> None:
    with pytest.raises(ClerkError, match="1 至 200 个字"):
        ceremony.speak(ceremony.invite("丁（群众）"), text)


@pytest.mark.parametrize("text", STRANGERS.values(), ids=[*STRANGERS])
def test_a_text_that_some_device_reads_otherwise_is_refused_and_the_character_named(
    ceremony: Ceremony, text: str
) -> None:
    """It would stand in the proof for good, valid here and invalid there; the witness writes it once more."""
    token = ceremony.invite("丑（群众）")
    with pytest.raises(ClerkError, match=r"第\d个字.*U\+") as refused:
        ceremony.speak(token, f"公正 {text}")
    assert list(refused.value.fields) == ["text"]
    ceremony.speak(token, "公正👍🏻")
    assert seen(ceremony, token)["text"] == "公正👍🏻"


def test_no_other_entrance_takes_such_a_text(ceremony: Ceremony) -> None:
    """Names, numbers, reasons and the beacon stand in the plan, in the proof or in the log as well."""
    strange = "甲\U000105d2\u0307"
    with pytest.raises(ClerkError, match="第2个字.*U.105D2"):
        ceremony.invite(strange)
    with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError, match="105D2"):
        service.void(ceremony.draw_id, strange)
    with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError, match="105D2"):
        service.shut(ceremony.draw_id, strange)
    # What turns a sentence of the hall and of the record around is no better.
    turned = "名单有误\u202e字反"
    for what in (strange, turned):
        again = Ceremony(ceremony.city)
        again.create()
        with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError) as refused:
            service.give_up(again.draw_id, what)
        assert list(refused.value.fields) == ["reason"]
        again.fill()
        again.publish()
        again.close()
        with ceremony.city.acting("scjg.operator"):
            service.void(again.draw_id, "司法局没有揭示")
        with pytest.raises(ClerkError) as refused:
            again.create(what, ("XFJY",))
        assert list(refused.value.fields) == ["reason"]
        again.create("上一次抽取已作废", ("XFJY",))
        digest = again.committed()
        with ceremony.city.acting("sfj.supervisor"), pytest.raises(ClerkError) as refused:
            service.commit(again.draw_id, digest, what, noted=True)
        assert list(refused.value.fields) == ["reason"]
    usual = in_two_hours(ceremony.city).beacon
    assert usual is not None
    other = Ceremony(ceremony.city, mode=service.Mode(beacon=replace(usual, name=strange)))
    with pytest.raises(ClerkError) as refused:
        other.create()
    assert "105D2" in refused.value.fields["beacon_name"][0]


def test_the_database_reads_every_character_as_everybody_does(owner: psycopg.Connection) -> None:
    """It has a Unicode of its own, and takes no text that is not in NFC for it."""
    # But for ideographs and syllables, which are many and have been what they are from the beginning.
    blocks = ((0x1, 0x3400), (0xA000, 0xAC00), (0xE000, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE0200))
    few = (chr(n) for start, end in blocks for n in range(start, end))
    fit = [char for char in few if strange(char) is None]
    texts = [text for char in fit for text in (char, f"a{char}\u0323", f"a\u0345{char}")]
    found = owner.execute(
        "SELECT array_agg(normalize(t) ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, n)",
        (texts,),
    ).fetchone()
    assert found is not None and found[0] == [unicodedata.normalize("NFC", text) for text in texts]


def test_a_bureau_whose_name_cannot_be_written_begins_no_draw(city: City, owner: psycopg.Connection) -> None:
    name = owner.execute("SELECT name FROM bureau WHERE id = %s", (city.bureaus["SFJ"],)).fetchone()
    assert name is not None
    try:
        owner.execute("UPDATE bureau SET name = name || '\ue000' WHERE id = %s", (city.bureaus["SFJ"],))
        with pytest.raises(ClerkError, match="U.E000.*联系平台运维"):
            Ceremony(city).create()
    finally:
        owner.execute("UPDATE bureau SET name = %s WHERE id = %s", (name[0], city.bureaus["SFJ"]))


def test_each_witness_speaks_once(ceremony: Ceremony) -> None:
    token = ceremony.invite("戊（群众）")
    ceremony.speak(token, "一次")
    with pytest.raises(ClerkError, match="只能提交一次"):
        ceremony.speak(token, "两次")
    assert seen(ceremony, token)["text"] == "一次"


def test_after_the_closing_no_text_comes_in(ceremony: Ceremony) -> None:
    token = ceremony.invite("己（群众）")
    ceremony.close()
    with pytest.raises(ClerkError, match="见证已经截止"):
        ceremony.speak(token, "太晚")
    assert seen(ceremony, token)["state"] == "closed"


def test_before_the_plan_is_out_no_text_comes_in(city: City) -> None:
    early = Ceremony(city)
    early.create()
    with pytest.raises(ClerkError, match="尚未公布"):
        early.speak(early.invite("庚（群众）"), "太早")


def test_an_unknown_or_expired_invitation_opens_nothing(
    ceremony: Ceremony, owner: psycopg.Connection
) -> None:
    with pytest.raises(NotFound):
        ceremony.speak("0" * 32, "猜")
    with pytest.raises(NotFound):
        seen(ceremony, "0" * 32)
    token = ceremony.invite("辛（群众）")
    owner.execute("UPDATE witness_invitation SET expires_at = now() WHERE who = '辛（群众）'")
    with pytest.raises(ClerkError, match="已经过期"):
        ceremony.speak(token, "过期")


def test_tries_are_counted_and_end(ceremony: Ceremony, owner: psycopg.Connection) -> None:
    token = ceremony.invite("壬（群众）")
    for _ in range(20):
        with pytest.raises(ClerkError, match="1 至 200"):
            ceremony.speak(token, "")
    with pytest.raises(ClerkError, match="次数过多"):
        ceremony.speak(token, "好")
    count = owner.execute("SELECT count(*) FROM witness_attempt WHERE outcome = 'unfit'").fetchone()
    assert count is not None and count[0] >= 20


def test_the_same_person_is_invited_once_and_nobody_after_the_closing(ceremony: Ceremony) -> None:
    ceremony.invite("癸（记者）")
    with pytest.raises(Conflict, match="已经在邀请名单上"):
        ceremony.invite(" 癸（记者） ")
    ceremony.close()
    with pytest.raises(Conflict):
        ceremony.invite("迟到者（记者）")


def test_another_bureau_invites_nobody_and_the_public_writes_nothing_else(ceremony: Ceremony) -> None:
    with ceremony.city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.invite_witness(ceremony.draw_id, "某人")
    with in_scope(scope.public(), ceremony.city.app), pytest.raises(DBAPIError, match="permission denied"):
        db.session.execute(sa.text("INSERT INTO witness_text DEFAULT VALUES"))


def test_the_public_watches_only_what_the_lead_opened(ceremony: Ceremony) -> None:
    with in_scope(scope.public(), ceremony.city.app), pytest.raises(NotFound):
        queries.board(ceremony.draw_id)
    with ceremony.city.acting("scjg.operator"):
        service.let_watch(ceremony.draw_id, True)
    with in_scope(scope.public(), ceremony.city.app):
        board = queries.board(ceremony.draw_id)
        before = queries.glance(ceremony.draw_id)
    assert (board["state"], board["lists"][0]["n"]) == ("open", 60)
    ceremony.close()
    with in_scope(scope.public(), ceremony.city.app):
        assert queries.board(ceremony.draw_id)["state"] == "closed"
        assert queries.glance(ceremony.draw_id) != before
    with ceremony.city.acting("scjg.operator"):
        service.shut(ceremony.draw_id, "现场秩序需要")
    with in_scope(scope.public(), ceremony.city.app):
        assert queries.glance(ceremony.draw_id) is None
