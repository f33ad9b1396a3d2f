"""A draw that names a beacon: reveals registered before it speaks, two bureaus read it, nobody is waited for (draw.md)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries, rules, service
from onedoor.draws.rules.beacons import BeaconRule
from onedoor.draws.service import register
from onedoor.draws.service.ceremony import countdown
from onedoor.kernel import trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import Job
from onedoor.verifier import FILE
from tests.draws_room.beacons import Clock, asked, in_two_hours
from tests.draws_room.ceremony import HOLDER, JUSTICE, LEAD, PARTNER, Ceremony
from tests.draws_room.test_ceremony import public_files
from tests.fixtures.city import City
from tests.verifier.cases import judge, packed

NUMBERS = "03 07 12 18 25 31 09"
SOURCE = "福彩开奖公告"


@pytest.fixture
def clock(owner: psycopg.Connection) -> Iterator[Clock]:
    made = Clock(owner)
    yield made
    made.back()


@pytest.fixture
def ceremony(city: City, clock: Clock) -> Ceremony:
    """A draw with a beacon whose texts are closed."""
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    made.close()
    return made


def read(ceremony: Ceremony, who: str, value: str | None) -> None:
    with ceremony.city.acting(who):
        service.read_beacon(ceremony.draw_id, value, SOURCE)


def verified(ceremony: Ceremony) -> rules.Verdict:
    files = public_files(ceremony)
    return rules.verify(
        rules.Evidence(
            proof=files["proof.json"],
            pools={name: files[f"pool-{name}.txt"] for name in (LEAD, PARTNER)},
            roster=ceremony.roster(),
            register=files["register.jsonl"],
        )
    )


def kinds(ceremony: Ceremony) -> list[str]:
    with ceremony.city.acting("scjg.operator"):
        return [entry.kind for entry in queries.entries_of(ceremony.draw_id)]


def board(ceremony: Ceremony) -> dict:
    with ceremony.city.acting("sfj.supervisor"):
        return queries.board(ceremony.draw_id)


@pytest.mark.parametrize("hash_name", ["sha256", "sm3"])
def test_a_whole_draw_with_a_beacon_is_valid(city: City, clock: Clock, hash_name: str) -> None:
    made = Ceremony(city, mode=in_two_hours(city, hash=hash_name))
    made.open()
    made.close()
    made.reveal()
    made.run()
    assert (kinds(made), board(made)["state"]) == (["plan", "texts", "reveals"], "awaiting")
    clock.on(timedelta(hours=3))
    read(made, "scjg.operator", NUMBERS)
    read(made, "sfj.supervisor", NUMBERS.replace(" ", "，"))
    assert board(made)["state"] == "revealed"
    made.run()
    assert kinds(made) == ["plan", "texts", "reveals", "proof"]
    verdict = verified(made)
    assert verdict.valid, verdict.reason
    with city.acting("scjg.operator"):
        proof = queries.proof(made.draw_id)
        assert bytes.fromhex(proof["beacon"]) == NUMBERS.encode()
        assert proof["plan"]["hash"] == hash_name
        assert proof["plan"]["beacon"] is not None and "每个2位" in proof["plan"]["beacon"]["name"]


def test_who_withholds_is_named_and_counts_as_empty(ceremony: Ceremony, clock: Clock) -> None:
    """Nobody can stop a draw with a beacon by keeping silent."""
    clock.on(timedelta(minutes=111))
    ceremony.run()
    assert board(ceremony)["withheld"] == [JUSTICE]
    with ceremony.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="按空值计"):
        service.reveal(ceremony.draw_id, ceremony.nonce.hex())
    clock.on(timedelta(hours=3))
    read(ceremony, "scjg.operator", NUMBERS)
    read(ceremony, "sfj.supervisor", NUMBERS)
    ceremony.run()
    verdict = verified(ceremony)
    assert verdict.valid, verdict.reason
    with ceremony.city.acting("scjg.operator"):
        assert queries.proof(ceremony.draw_id)["reveals"][1][1] is None


def test_the_operator_cannot_cut_anybody_off(ceremony: Ceremony) -> None:
    """Before the time for reveals is over they are registered only when all are in."""
    with ceremony.city.acting("scjg.operator"):
        service.reveal_system(ceremony.draw_id)
        with pytest.raises(Conflict, match=f"还在等{JUSTICE}揭示"):
            service.run(ceremony.draw_id)
    assert kinds(ceremony) == ["plan", "texts"]


def test_the_operator_leaves_time_to_reveal(
    city: City, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A countdown to the last second, or texts closed in it, would have others published as who withheld."""
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    clock.on(timedelta(minutes=106))
    with pytest.raises(Conflict, match="离揭示截止不到 5 分钟"):
        made.close()
    with city.acting("scjg.operator"):
        draw = queries.draw(made.draw_id)
        assert draw.reveals_due is not None
        left = int((draw.reveals_due - now()).total_seconds())
        monkeypatch.setattr(countdown, "LONGEST", left)
        with pytest.raises(Conflict, match="来不及等到"):
            service.announce(made.draw_id, left - 200)


def test_closing_enqueues_the_registering_for_the_due_moment(ceremony: Ceremony) -> None:
    with ceremony.city.acting("scjg.operator"):
        draw = queries.draw(ceremony.draw_id)
        job = db.session.scalars(
            sa.select(Job).where(Job.subject_id == draw.id, Job.name == "campaigns.run_draw")
        ).one()
        assert draw.reveals_due is not None and draw.beacon is not None
        assert (
            job.not_before
            == draw.reveals_due
            == BeaconRule.from_json(draw.beacon).moment - timedelta(minutes=10)
        )


def test_nobody_reads_the_beacon_before_it_spoke(ceremony: Ceremony, clock: Clock) -> None:
    ceremony.reveal()
    ceremony.run()
    with pytest.raises(Conflict, match="还没有到公布时间"):
        read(ceremony, "scjg.operator", NUMBERS)
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="公布之前不能作废"):
        service.void(ceremony.draw_id, "不想抽了")
    with ceremony.city.acting("scjg.operator"), pytest.raises(DBAPIError, match="out of order"):
        register.append(ceremony.draw_id, "proof", bytes(32))


def test_one_alone_does_not_say_what_the_beacon_said(ceremony: Ceremony, clock: Clock) -> None:
    """And what was mistyped is no result: each reads at the source."""
    ceremony.reveal()
    ceremony.run()
    clock.on(timedelta(hours=3))
    read(ceremony, "scjg.operator", NUMBERS)
    ceremony.run()
    assert kinds(ceremony)[-1] == "reveals"
    with ceremony.city.acting("scjg.operator"), pytest.raises(DBAPIError, match="out of order"):
        register.append(ceremony.draw_id, "proof", bytes(32))
    read(ceremony, "sfj.supervisor", NUMBERS.replace("09", "08"))
    assert board(ceremony)["beacon"]["value"] is None
    with pytest.raises(ClerkError, match="7 个号码，每个 2 位"):
        read(ceremony, "sfj.supervisor", "03 07")
    with ceremony.city.acting("sfj.supervisor"), pytest.raises(ClerkError) as refused:
        service.read_beacon(ceremony.draw_id, NUMBERS, "福彩\u202e公告")
    assert list(refused.value.fields) == ["source"]
    read(ceremony, "sfj.supervisor", NUMBERS)
    assert board(ceremony)["beacon"]["value"] == NUMBERS
    with pytest.raises(Conflict, match="已经由牵头部门和监督部门核对一致"):
        read(ceremony, "scjg.operator", NUMBERS.replace("09", "08"))
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="才能作废"):
        service.void(ceremony.draw_id, "结果不合意")


def test_the_lead_and_a_partner_settle_nothing_without_the_supervisor(
    ceremony: Ceremony, clock: Clock
) -> None:
    """All reveals are known by now: the two could type whatever words draw whom they like, in the first second."""
    ceremony.reveal()
    ceremony.run()
    clock.on(timedelta(hours=3))
    for who in ("scjg.operator", "yjgl.operator"):
        read(ceremony, who, NUMBERS.replace("09", "11"))
    assert (board(ceremony)["beacon"]["value"], board(ceremony)["state"]) == (None, "awaiting")
    with ceremony.city.acting("scjg.operator"), pytest.raises(DBAPIError, match="out of order"):
        register.append(ceremony.draw_id, "proof", bytes(32))
    read(ceremony, "sfj.supervisor", NUMBERS)
    other = NUMBERS.replace("09", "08")
    for value in (None, other):
        read(ceremony, "scjg.operator", value)
        read(ceremony, "yjgl.operator", value)
    assert (board(ceremony)["beacon"]["value"], board(ceremony)["state"]) == (None, "awaiting")
    ceremony.run()
    with ceremony.city.acting("scjg.operator"), pytest.raises(DBAPIError, match="out of order"):
        register.append(ceremony.draw_id, "proof", bytes(32))
    # It may have slipped, and reads again; or says that the source was silent, and again not.
    read(ceremony, "sfj.supervisor", None)
    assert board(ceremony)["beacon"]["silent"] is True
    read(ceremony, "sfj.supervisor", NUMBERS.replace("09", "10"))
    assert (board(ceremony)["beacon"]["silent"], board(ceremony)["beacon"]["value"]) == (False, None)
    read(ceremony, "sfj.supervisor", other)
    assert board(ceremony)["beacon"]["value"] == other


def test_who_reads_otherwise_afterwards_is_heard(ceremony: Ceremony, clock: Clock) -> None:
    """Until it is drawn the supervisor stops it; after that a reading changes nothing, and everybody sees it."""
    ceremony.reveal()
    ceremony.run()
    clock.on(timedelta(hours=3))
    wrong = NUMBERS.replace("09", "08")
    for who in ("scjg.operator", "sfj.supervisor"):
        read(ceremony, who, wrong)
    with pytest.raises(Conflict, match="不必再录入"):
        read(ceremony, "sfj.supervisor", wrong)
    read(ceremony, "yjgl.operator", NUMBERS)
    assert board(ceremony)["state"] == "revealed"
    read(ceremony, "sfj.supervisor", NUMBERS)
    assert board(ceremony)["state"] == "awaiting"
    ceremony.run()
    assert kinds(ceremony)[-1] == "reveals"
    read(ceremony, "scjg.operator", NUMBERS)
    ceremony.run()
    # Drawn with what was settled last, though the two had agreed on other words before.
    assert (kinds(ceremony)[-1], board(ceremony)["beacon"]["value"]) == ("proof", NUMBERS)
    with pytest.raises(Conflict, match="已经抽取完毕"):
        read(ceremony, "scjg.operator", wrong)
    later = NUMBERS.replace("09", "10")
    read(ceremony, "sfj.supervisor", later)
    assert board(ceremony)["beacon"]["value"] == NUMBERS
    ceremony.run()
    with ceremony.city.acting("scjg.operator"):
        published = disclosure.of_subject("draw", ceremony.draw_id)
        assert published is not None and queries.proof(ceremony.draw_id)["beacon"] == NUMBERS.encode().hex()
    result = published.content
    assert result["beacon"]["value"] == NUMBERS
    assert [(each["bureau"], each["value"]) for each in result["readings"] if not each["agrees"]][-1] == (
        JUSTICE,
        later,
    )
    verdict = verified(ceremony)
    assert verdict.valid, verdict.reason


def test_a_stranger_reads_nothing(ceremony: Ceremony, clock: Clock) -> None:
    ceremony.reveal()
    ceremony.run()
    clock.on(timedelta(hours=3))
    with pytest.raises(NotFound):
        read(ceremony, "wsjk.operator", NUMBERS)


def test_a_source_that_did_not_speak_makes_it_void_and_the_next_names_another(
    ceremony: Ceremony, clock: Clock
) -> None:
    ceremony.reveal()
    ceremony.run()
    clock.on(timedelta(hours=3))
    read(ceremony, "scjg.operator", None)
    # Lead and partner know the result already if the source spoke: without the supervisor they cannot undo it.
    read(ceremony, "yjgl.operator", None)
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="才能作废"):
        service.void(ceremony.draw_id, "当期停止开奖")
    read(ceremony, "sfj.supervisor", None)
    assert board(ceremony)["beacon"]["silent"]
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "当期停止开奖")
    assert kinds(ceremony) == ["plan", "texts", "reveals", "void"]
    verdict = verified(ceremony)
    assert verdict.valid, verdict.reason
    ceremony.mode = service.USUAL
    with pytest.raises(ClerkError, match="约定公共随机数，或由原来没有承诺过的部门"):
        ceremony.create("来源没有公布")
    ceremony.mode = in_two_hours(ceremony.city)
    ceremony.create("来源没有公布")
    digest = ceremony.committed()
    with ceremony.city.acting("sfj.supervisor"):
        assert db.session.scalar(queries.to_note().with_only_columns(sa.func.count())) == 1
        with pytest.raises(ClerkError, match="理由是“来源没有公布”。请确认已知悉"):
            service.commit(ceremony.draw_id, digest)
    ceremony.fill()
    with ceremony.city.acting("sfj.supervisor"):
        assert db.session.scalar(queries.to_note().with_only_columns(sa.func.count())) == 0
        assert any("已知悉再次抽取的理由" in str(each.text) for each in trace.of(ceremony.draw_id))
    ceremony.publish()
    with ceremony.city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).seq == 2


def test_after_a_void_draw_a_beacon_does_and_needs_no_other_party(city: City, clock: Clock) -> None:
    made = Ceremony(city)
    made.open()
    made.close()
    with city.acting("scjg.operator"):
        service.void(made.draw_id, "司法局没有揭示")
    made.mode = in_two_hours(city)
    made.create("上一次抽取已作废")
    made.fill()
    made.publish()
    assert board(made)["state"] == "open"


def test_reveals_that_came_too_late_make_it_void(ceremony: Ceremony, clock: Clock) -> None:
    """Whoever did not register them in time draws nothing, and the register shows it for good."""
    clock.on(timedelta(hours=3))
    with ceremony.city.acting("scjg.operator"):
        with pytest.raises(Conflict, match="没有在公共随机数公布之前登记"):
            service.run(ceremony.draw_id)
        with pytest.raises(DBAPIError, match="out of order"), db.session.begin_nested():
            register.append(ceremony.draw_id, "reveals", bytes(32))
        service.void(ceremony.draw_id, "揭示没有按时登记")
    assert kinds(ceremony) == ["plan", "texts", "void"]
    assert not verified(ceremony).valid


def test_texts_are_not_closed_when_there_is_no_time_left_to_reveal(city: City, clock: Clock) -> None:
    made = Ceremony(city, mode=in_two_hours(city))
    made.open()
    clock.on(timedelta(minutes=115))
    with pytest.raises(Conflict, match="离揭示截止不到 5 分钟"):
        made.close()
    clock.on(timedelta(hours=3))
    with city.acting("scjg.operator"):
        service.void(made.draw_id, "没有按时截止见证")


def test_a_plan_is_not_published_when_its_beacon_is_about_to_speak(city: City, clock: Clock) -> None:
    made = Ceremony(city, mode=in_two_hours(city))
    made.freeze()
    clock.on(timedelta(minutes=115))
    with pytest.raises(ClerkError, match="另选较晚的期次"):
        made.publish()


def test_a_beacon_that_speaks_too_soon_or_says_nothing_is_refused(city: City, clock: Clock) -> None:
    with asked(city) as now:
        soon = service.beacon_rule(" ", "", now + timedelta(minutes=5), "numbers", 0, 0)
    with pytest.raises(ClerkError) as refused:
        Ceremony(city, mode=service.Mode(beacon=soon)).create()
    assert set(refused.value.fields) == {
        "beacon_name", "beacon_round", "beacon_size", "beacon_digits", "beacon_time",
    }  # fmt: skip
    with pytest.raises(ClerkError, match="摘要算法"):
        Ceremony(city, mode=service.Mode(hash="md5")).create()


def test_mode_and_registered_reveals_stay(ceremony: Ceremony, owner: psycopg.Connection) -> None:
    ceremony.reveal()
    ceremony.run()
    for change in ("hash = 'sm3'", 'beacon = beacon || \'{"round": "1"}\'', "reveals_digest = NULL"):
        with pytest.raises(psycopg.errors.RaiseException, match="R-D7"):
            owner.execute(f"UPDATE draw SET {change} WHERE id = %s", [ceremony.draw_id])


@pytest.mark.parametrize(
    ("form", "size", "digits", "typed", "written"),
    [
        ("hex", 4, 0, "0xDEAD beef", "deadbeef"),
        ("numbers", 7, 2, "03、07、12、18、25、31 + 09", NUMBERS),
        ("numbers", 7, 2, "03071218253109", NUMBERS),
        ("numbers", 3, 1, "５ ２ ８", "5 2 8"),
    ],
)
def test_words_are_written_in_one_way(form: str, size: int, digits: int, typed: str, written: str) -> None:
    """Or whoever types them could try spellings until one suits."""
    rule = service.beacon_rule("源", "1", datetime(2026, 11, 21, tzinfo=UTC), form, size, digits)
    assert rule.read(typed) == written
    assert rule.bytes_of(written) == (bytes.fromhex(written) if form == "hex" else written.encode())


@pytest.mark.parametrize(
    ("form", "typed"), [("hex", "dead"), ("numbers", "3 7 12 18 25 31 9"), ("numbers", "")]
)
def test_words_of_another_form_are_refused(form: str, typed: str) -> None:
    rule = service.beacon_rule("源", "1", datetime(2026, 11, 21, tzinfo=UTC), form, 7, 2)
    with pytest.raises(rules.ProtocolError):
        rule.read(typed)


def test_a_closed_draw_with_a_beacon_is_drawn_and_checked_by_all(
    city: City, clock: Clock, tmp_path: Path
) -> None:
    """Both safeguards in one: held lists, one who withholds, a source; the three verifiers on what each may have."""
    made = Ceremony(city, mode=in_two_hours(city, closed=True, holder_id=city.bureaus["WSJK"]))
    made.open()
    made.speak(made.invite("钱见证（记者）"), "众目睽睽")
    made.close()
    clock.on(timedelta(minutes=111))
    made.run()
    assert (kinds(made), board(made)["withheld"]) == (["plan", "texts", "reveals"], [JUSTICE])
    with city.acting("scjg.operator"), pytest.raises(DBAPIError, match="out of order"):
        register.append(made.draw_id, "proof", bytes(32))
    clock.on(timedelta(hours=3))
    # Who holds the lists may read the source too; lead and supervisor settle it.
    for who in (HOLDER, "scjg.operator", "sfj.supervisor"):
        read(made, who, NUMBERS)
    made.run()
    assert kinds(made) == ["plan", "texts", "reveals", "proof"]
    public = public_files(made)
    assert set(public) == {"plan.json", "proof.json", "register.jsonl"}
    with city.acting(HOLDER):
        kept = {each.name: each.content for each in service.take(made.draw_id)}
    with city.acting("scjg.operator"):
        (code, *_others) = queries.proof(made.draw_id)["result"][0]["strata"][0]["drawn"]
        (lot, *_more) = service.give_lots(made.draw_id, code)
    pools = {name: kept[f"pool-{name}.txt"] for name in (LEAD, PARTNER)}
    whole: dict[str, Any] = {"pools": pools, "roster": made.roster(), "register": kept["register.jsonl"]}
    bare: dict[str, Any] = {"register": public["register.jsonl"], "lot": rules.canonical(lot)}
    for proof, given in (
        (kept["proof.json"], whole),
        (public["proof.json"], whole),
        (public["proof.json"], bare),
    ):
        verdict = rules.verify(rules.Evidence(proof, **given))
        assert verdict.valid, verdict.reason
        said = standalone(tmp_path, proof, given)
        assert said.startswith("VALID"), said
        (browser,) = judge([in_browser(proof, given)])
        assert browser["valid"], browser
        if "lot" in given:
            assert verdict.drawn and "DRAWN" in said.splitlines() and browser["lots"][0]["drawn"]
    # A nonce that was withheld, put in afterwards, is no proof of this draw.
    forged = json.loads(public["proof.json"])
    forged["reveals"][1][1] = made.nonce.hex()
    raw = rules.canonical(forged)
    assert not rules.verify(rules.Evidence(raw, **bare)).valid
    assert standalone(tmp_path, raw, bare).startswith("INVALID")
    assert not judge([in_browser(raw, bare)])[0]["valid"]


def standalone(folder: Path, proof: bytes, given: Mapping[str, Any]) -> str:
    """What the verifier that anybody downloads says of these files."""
    (folder / "proof.json").write_bytes(proof)
    words = ["proof.json"]
    for name, raw in given.get("pools", {}).items():
        (folder / f"{name}.txt").write_bytes(raw)
        words += ["--pool", f"{name}={name}.txt"]
    for option in ("roster", "register", "lot"):
        if option in given:
            (folder / option).write_bytes(given[option])
            words += [f"--{option}", option]
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-I", str(FILE), *words],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def in_browser(proof: bytes, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same files as the browser's verifier takes them."""
    lot = given.get("lot")
    return {
        "proof": packed(proof),
        "pools": {name: packed(raw) for name, raw in given.get("pools", {}).items()},
        "roster": packed(given.get("roster")),
        "register": packed(given["register"]),
        "lots": [packed(lot)] if lot else [],
    }
