"""A draw of closed pools: held by two, registered only then, its strata told to nobody (draw.md, "Pool" and "Proof")."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries, rules, service
from onedoor.draws.models import (
    DepositFile,
    DrawChange,
    DrawDocument,
    DrawLot,
    DrawnPart,
    DrawReceipt,
    DrawSecret,
    TeamSlot,
)
from onedoor.draws.service import register
from onedoor.kernel import trace
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.verifier import FILE
from tenants import scope
from tests.draws_room.ceremony import HOLDER, LEAD, PARTNER, Ceremony, pool
from tests.draws_room.test_ceremony import public_files
from tests.fixtures.city import City


def closed(city: City, **more: Any) -> Ceremony:
    return Ceremony(city, mode=service.Mode(closed=True, holder_id=city.bureaus["WSJK"], **more))


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    return closed(city)


@pytest.fixture(scope="module")
def drawn(city: City) -> Ceremony:
    """One draw that several tests read and none changes."""
    made = closed(city)
    made.whole()
    return made


def content(ceremony: Ceremony) -> dict[str, Any]:
    with in_scope(scope.public(), ceremony.city.app):
        published = disclosure.of_subject("draw", ceremony.draw_id)
        assert published is not None
        return published.content


def proof_of(ceremony: Ceremony) -> rules.Proof:
    with ceremony.city.acting("scjg.operator"):
        return queries.proof(ceremony.draw_id)


def standalone(folder: Path, files: Mapping[str, bytes], *options: str) -> subprocess.CompletedProcess[str]:
    """The verifier that anybody downloads, on these files."""
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    words = [sys.executable, "-X", "utf8", "-I", str(FILE), "proof.json", *options]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def held(ceremony: Ceremony, who: str = HOLDER) -> dict[str, bytes]:
    with ceremony.city.acting(who):
        return {each.name: each.content for each in service.take(ceremony.draw_id)}


def test_the_public_form_is_valid_and_says_what_it_leaves_unchecked(drawn: Ceremony, tmp_path: Path) -> None:
    files = public_files(drawn)
    assert set(files) == {"plan.json", "proof.json", "register.jsonl"}
    assert (
        json.loads(files["proof.json"])["v"] == "onedoor-public/1"
        and json.loads(files["plan.json"])["closed"]
    )
    verdict = rules.verify(rules.Evidence(proof=files["proof.json"], register=files["register.jsonl"]))
    assert verdict.valid, verdict.reason
    assert any(each.startswith(f"pool of {LEAD} not checked") for each in verdict.unchecked)
    said = standalone(tmp_path, files, "--register", "register.jsonl")
    assert said.returncode == 0 and said.stdout.startswith("VALID"), said.stdout


@pytest.mark.parametrize("who", ["sfj.supervisor", HOLDER])
def test_who_holds_the_files_checks_everything(drawn: Ceremony, tmp_path: Path, who: str) -> None:
    files = held(drawn, who) | {"roster.txt": drawn.roster()}
    pools = {name: files[f"pool-{name}.txt"] for name in (LEAD, PARTNER)}
    verdict = rules.verify(
        rules.Evidence(files["proof.json"], pools, files["roster.txt"], files["register.jsonl"])
    )
    assert verdict.valid, verdict.reason
    assert (
        verdict.unchecked
        == (
            "the register itself not compared with an entry that someone noted",
            "the parties together could have steered it: the plan names no beacon",
        )
        or len(verdict.unchecked) == 2
    )
    options = [each for name in pools for each in ("--pool", f"{name}=pool-{name}.txt")]
    said = standalone(tmp_path, files, *options, "--roster", "roster.txt", "--register", "register.jsonl")
    assert said.returncode == 0 and said.stdout.startswith("VALID"), said.stdout
    # With all pools and the roster the public form is shown to be that of this very proof.
    both = rules.verify(
        rules.Evidence(public_files(drawn)["proof.json"], pools, files["roster.txt"], files["register.jsonl"])
    )
    assert both.valid and len(both.unchecked) == 2, both


def test_a_firm_checks_its_own_lot_with_the_public_form_alone(drawn: Ceremony, tmp_path: Path) -> None:
    proof, files = proof_of(drawn), public_files(drawn)
    code = proof["result"][0]["strata"][0]["drawn"][0]
    with drawn.city.acting("scjg.operator"):
        kept = db.session.scalars(sa.select(DrawLot).where(DrawLot.draw_id == drawn.draw_id)).all()
        own = {each.list_name: each.content for each in kept if each.object_code == code}
        given = {lot["list"]: rules.canonical(lot) for lot in service.give_lots(drawn.draw_id, code)}
        (absent,) = service.give_lots(drawn.draw_id, drawn.codes(60, 1)[0])[:1]
    assert own == given
    verdict = rules.verify(rules.Evidence(files["proof.json"], lot=own[LEAD]))
    assert verdict.valid and verdict.drawn, verdict
    said = standalone(tmp_path, {**files, "lot.json": own[LEAD]}, "--lot", "lot.json")
    assert "DRAWN" in said.stdout.splitlines()[:2], said.stdout
    # Of what stands in the lists as gone, and of every other: not drawn, and no other's line.
    assert rules.parse_line(absent["line"]).id == drawn.codes(60, 1)[0]
    other = rules.verify(rules.Evidence(files["proof.json"], lot=rules.canonical(absent)))
    assert other.valid and other.drawn is (drawn.codes(60, 1)[0] in drawn_codes(proof, absent["list"])), other


def drawn_codes(proof: rules.Proof, list_name: str) -> set[str]:
    return {
        code
        for result in proof["result"]
        if result["list"] == list_name
        for stratum in result["strata"]
        for code in stratum["drawn"]
    }


def test_what_is_published_tells_nobodys_stratum(drawn: Ceremony) -> None:
    """Digests and counts; of the drawn a flat list by code, of all others nothing, and nothing of the secret."""
    proof, said, files = proof_of(drawn), content(drawn), public_files(drawn)
    everyone = {code for name in (LEAD, PARTNER) for code in drawn_codes(proof, name)}
    result = json.dumps(said, ensure_ascii=False) + "".join(raw.decode() for raw in files.values())
    assert {code for code in drawn.codes(1, 90) if code in result} == everyone
    assert [each["code"] for each in said["objects"]] == sorted(everyone)
    assert said["reserve"] == [] and said["changes"] == []
    for each in said["lists"]:
        assert all(set(row) == {"stratum", "eligible", "quota"} for row in each["strata"])
    with drawn.city.acting("scjg.operator"):
        z = service.secret(drawn.draw_id)
    assert z is not None and z.hex() not in result
    assert not [row for row in each_dict(said) if row.get("code") in everyone and "stratum" in row]


def each_dict(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in each_dict(each))]
    if isinstance(value, list):
        return [found for each in value for found in each_dict(each)]
    return []


@pytest.mark.parametrize(
    ("who", "models"),
    [
        ("scjg.operator", {"DrawnPart", "TeamSlot", "DrawLot", "DrawSecret", "DepositFile"}),
        ("yjgl.planner", {"DrawnPart", "TeamSlot", "DrawSecret", "DepositFile"}),
        ("sfj.supervisor", {"DrawnPart", "TeamSlot"}),
        (HOLDER, {"DrawnPart", "TeamSlot"}),
        ("mzj.planner", set()),
    ],
)
def test_the_database_tells_each_bureau_its_part(drawn: Ceremony, who: str, models: set[str]) -> None:
    with drawn.city.acting(who):
        seen = {
            model.__name__: db.session.scalars(
                sa.select(model.id).where(model.draw_id == drawn.draw_id)
            ).all()
            for model in (DrawnPart, TeamSlot, DrawLot, DrawSecret, DepositFile)
        }
        kinds = set(
            db.session.scalars(sa.select(DrawDocument.kind).where(DrawDocument.draw_id == drawn.draw_id))
        )
        lists = set(
            db.session.scalars(sa.select(DrawnPart.list_name).where(DrawnPart.draw_id == drawn.draw_id))
        )
        weights = {
            key
            for face in queries.deposits(drawn.draw_id)
            for row in face.strata
            for key in row
            if "weight" in key
        }
        board = str(queries.board(drawn.draw_id)["lists"]) if models else ""
        of_holder = db.session.execute(
            sa.text("SELECT list_name FROM draw_held(:d)"), {"d": drawn.draw_id}
        ).all()
    assert {name for name, rows in seen.items() if rows} == models
    # Beside a stratum of one firm a weight would be that firm's class.
    assert not weights and "weight" not in board
    assert ("proof" in kinds) == (who in ("scjg.operator", "sfj.supervisor", HOLDER))
    # A partner's own list alone: of the others' strata it reads no more than anybody.
    assert lists == ({PARTNER} if who == "yjgl.planner" else {LEAD, PARTNER} if models else set())
    assert bool(of_holder) == (who in ("sfj.supervisor", HOLDER))


def test_no_plan_without_both_receipts(ceremony: Ceremony) -> None:
    """The page says so, and the register refuses it by itself."""
    ceremony.create()
    ceremony.deposit()
    with ceremony.city.acting(HOLDER), pytest.raises(Conflict, match="还有部门没有冻结名单"):
        service.sign(ceremony.draw_id, {LEAD: "0" * 64})
    ceremony.deposit("yjgl.planner", PARTNER)
    digest = ceremony.committed()
    with ceremony.city.acting("sfj.supervisor"):
        service.commit(ceremony.draw_id, digest)
    ceremony.receive("sfj.supervisor")
    with ceremony.city.acting("scjg.operator"):
        with pytest.raises(ClerkError, match="示范市卫生健康委员会"):
            service.open(ceremony.draw_id)
        with pytest.raises(DBAPIError, match="two holders"), db.session.begin_nested():
            register.append(ceremony.draw_id, "plan", bytes(32))
    ceremony.receive(HOLDER)
    with ceremony.city.acting("scjg.operator"):
        assert [each["received_at"] is not None for each in queries.board(ceremony.draw_id)["holders"]] == [
            True
        ] * 2
        assert "签收保管全部名单" in "".join(step.text for step in trace.of(ceremony.draw_id))
        assert service.open(ceremony.draw_id).state == "open"


def test_a_receipt_is_a_holders_own_and_of_the_list_as_deposited(ceremony: Ceremony) -> None:
    ceremony.create()
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER)
    with ceremony.city.acting("scjg.operator"):
        faces = {each.list_name: each.digest for each in queries.deposits(ceremony.draw_id)}
    for who in ("scjg.operator", "yjgl.operator", "mzj.operator"):
        with ceremony.city.acting(who), pytest.raises(NotFound):
            service.sign(ceremony.draw_id, faces)
    with ceremony.city.acting(HOLDER):
        for wrong in ({**faces, LEAD: "0" * 64}, {LEAD: faces[LEAD]}, {}):
            with pytest.raises(ClerkError, match="指纹与冻结时的不同"):
                service.sign(ceremony.draw_id, wrong)
        row = {"draw_id": ceremony.draw_id, "received_at": now(), "received_by": "某人", "list_name": LEAD}
        for tenant, digest in (("WSJK", "0" * 64), ("SFJ", faces[LEAD]), ("YJGL", faces[LEAD])):
            with pytest.raises(DBAPIError), db.session.begin_nested():
                db.session.add(DrawReceipt(tenant_id=ceremony.city.bureaus[tenant], digest=digest, **row))
                db.session.flush()
        service.sign(ceremony.draw_id, faces)
        with pytest.raises(Conflict, match="已经签收"):
            service.sign(ceremony.draw_id, faces)


@pytest.mark.parametrize("letters", ["SCJG", "SFJ", "YJGL", None])
def test_the_other_holder_has_no_part_in_the_lists(city: City, letters: str | None) -> None:
    holder = city.bureaus[letters] if letters else None
    with pytest.raises(ClerkError, match="另一个部门保管"):
        Ceremony(city, mode=service.Mode(closed=True, holder_id=holder)).create()


def test_a_list_is_closed_as_its_draw_is(ceremony: Ceremony) -> None:
    ceremony.create()
    for raw in (pool(1, 60), pool(1, 60, z=bytes(32))):
        with pytest.raises(ClerkError, match="封闭或公开"):
            ceremony.deposit(raw=raw)
    public_one = Ceremony(ceremony.city)
    public_one.create()
    with pytest.raises(ClerkError, match="封闭或公开"):
        public_one.deposit(raw=public_one.pool(1, 60, z=bytes(32)))


def test_a_list_in_which_one_stratum_alone_draws_is_refused(ceremony: Ceremony) -> None:
    """Whoever is drawn would be known to be of it."""
    ceremony.create()
    spec: service.Spec = {"rates": {"91": {"number": 4}, "*": {"number": 0}}, "reserve": 0, "team": None}
    with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError, match="只有分层“91”抽取"):
        service.deposit(
            ceremony.draw_id, LEAD, ceremony.pool(1, 60, z=service.secret(ceremony.draw_id)), spec
        )


def test_what_changes_afterwards_is_for_those_who_hold_the_files(ceremony: Ceremony) -> None:
    ceremony.whole()
    before, files = content(ceremony), public_files(ceremony)
    with ceremony.city.acting("scjg.operator"):
        first = queries.outcome(ceremony.draw_id).objects[0]
        change = service.replace_inspector(ceremony.draw_id, first.code, 0, "请病假")
        assert change.reason == "请病假"
    after, later = content(ceremony), public_files(ceremony)
    assert after["objects"] == before["objects"] and after["changes"] == []
    assert set(later) == set(files) and later["proof.json"] == files["proof.json"]
    verdict = rules.verify(rules.Evidence(later["proof.json"], register=later["register.jsonl"]))
    assert verdict.valid and any("changes after the draw" in each for each in verdict.unchecked), verdict
    with ceremony.city.acting("mzj.planner"):
        assert first.code not in "".join(step.text for step in trace.of(ceremony.draw_id))
        query = sa.select(DrawChange.id).where(DrawChange.draw_id == ceremony.draw_id)
        assert db.session.scalars(query).all() == []
    mine = held(ceremony)
    whole = rules.verify(
        rules.Evidence(
            proof=mine["proof.json"],
            pools={name: mine[f"pool-{name}.txt"] for name in (LEAD, PARTNER)},
            roster=ceremony.roster(),
            register=mine["register.jsonl"],
            logs={"log-1.json": mine["log-1.json"]},
        )
    )
    assert whole.valid, whole.reason


def test_who_comes_for_an_object_is_not_public_and_its_digest_tells_nothing(
    ceremony: Ceremony, owner: psycopg.Connection
) -> None:
    """A partner, who has not the proof, knows its own reserve; the holders check the change; nobody else hears of it."""
    ceremony.whole()
    before, files, proof = content(ceremony), public_files(ceremony), proof_of(ceremony)
    (stratum,) = [each for each in proof["result"][1]["strata"] if each["stratum"] == "91"]
    out, comes = stratum["drawn"][0], stratum["reserve"][0]
    # Of the stratum that `comes` is not of: lists share tickets, and the same object could be the next of both lists.
    (others,) = [each for each in proof["result"][0]["strata"] if each["stratum"] == "92"]
    with ceremony.city.acting("yjgl.planner"):
        found = queries.reserve_of(ceremony.draw_id, PARTNER, out)
        assert found is not None and found[0][out] == "91" and found[1] == stratum["reserve"]
        assert queries.reserve_of(ceremony.draw_id, PARTNER, comes) is None
    # What a bureau decides before it is the visits' room (`tests/visits/test_substitutions.py`).
    owner.execute("ALTER TABLE draw_change DISABLE TRIGGER draw_change_was_decided")
    try:
        with ceremony.city.acting("scjg.operator"):
            made = service.substitute(ceremony.draw_id, PARTNER, out, "已注销")
            service.substitute(ceremony.draw_id, LEAD, others["drawn"][0], "已注销")
    finally:
        owner.execute("ALTER TABLE draw_change ENABLE TRIGGER draw_change_was_decided")
    assert made.comes == comes and len(made.team) == 2
    after, later = content(ceremony), public_files(ceremony)
    assert after["objects"] == before["objects"] and after["changes"] == [] == after["reserve"]
    assert set(later) == set(files) and later["proof.json"] == files["proof.json"]
    with ceremony.city.acting("mzj.planner"):
        steps = "".join(step.text for step in trace.of(ceremony.draw_id))
        assert out not in steps and comes not in steps
        assert queries.changes(ceremony.draw_id) == []
    with ceremony.city.acting("yjgl.planner"):
        changes = queries.changes(ceremony.draw_id)
        assert [each.kind for each in changes] == ["substitute", "fill", "fill"] * 2
        for each in changes:
            log = rules.parse_log(each.content)
            guess: Any = {**log, "reason": each.reason}
            assert log["reason"] != each.reason
            assert each.digest != rules.log_digest("sha256", guess).hex()
        (came,) = [each for each in queries.outcome(ceremony.draw_id).objects if each.code == comes]
        assert came.came == [PARTNER]
        found = queries.reserve_of(ceremony.draw_id, PARTNER, comes)
        assert found is not None and found[1] == stratum["reserve"][1:] and out not in found[0]
        # The rows of the lead's list are not its to read, though it hears who came.
        assert queries.reserve_of(ceremony.draw_id, LEAD, changes[3].comes or "") is None
    mine = held(ceremony)
    whole = rules.verify(
        rules.Evidence(
            proof=mine["proof.json"],
            pools={name: mine[f"pool-{name}.txt"] for name in (LEAD, PARTNER)},
            roster=ceremony.roster(),
            register=mine["register.jsonl"],
            logs={f"log-{number}.json": mine[f"log-{number}.json"] for number in range(1, 7)},
        )
    )
    assert whole.valid, whole.reason


def test_void_and_drawn_again_the_pools_stay_closed_and_the_same(ceremony: Ceremony) -> None:
    ceremony.open()
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "示范市应急管理局退出联合抽查")
    files = public_files(ceremony)
    assert set(files) == {"plan.json", "proof.json", "register.jsonl"}
    verdict = rules.verify(rules.Evidence(files["proof.json"], register=files["register.jsonl"]))
    assert verdict.valid, verdict.reason
    former, plan = ceremony.draw_id, json.loads(files["plan.json"])
    # Whatever is asked for the next: it draws from the same files.
    ceremony.mode = service.Mode()
    ceremony.create("上次作废", also=("MZJ",))
    with ceremony.city.acting("scjg.operator"):
        again = queries.draw(ceremony.draw_id)
        assert again.closed and service.secret(again.id) == service.secret(former)
        assert [each["name"] for each in queries.board(again.id)["holders"]] == [
            "示范市司法局",
            "示范市卫生健康委员会",
        ]
    ceremony.deposit()
    with ceremony.city.acting("scjg.operator"):
        (face,) = queries.deposits(ceremony.draw_id)
    assert face.digest == plan["lists"][0]["pool"]["digest"]


def test_a_closed_surprise_is_told_later_and_then_as_little_as_any_closed_draw(city: City) -> None:
    made = closed(city, surprise=True)
    made.whole()
    assert set(public_files(made)) == {"plan.json", "register.jsonl"} and content(made)["objects"] == []
    with city.acting("yjgl.planner"):
        kinds = sa.select(DrawDocument.kind).where(DrawDocument.draw_id == made.draw_id)
        assert set(db.session.scalars(kinds)) == {"plan", "public"}
    with city.acting("scjg.operator"):
        service.release(made.draw_id)
    files = public_files(made)
    assert rules.verify(rules.Evidence(files["proof.json"], register=files["register.jsonl"])).valid
    assert set(files) == {"plan.json", "proof.json", "register.jsonl"} and content(made)["objects"]


def test_what_holders_and_those_who_commit_do_stands_in_the_chain_of_each(drawn: Ceremony) -> None:
    """Issue 3: what several did together stands in each one's log; who holds lists has no campaign with the lead."""
    for who in ("scjg.operator", "yjgl.planner", "sfj.supervisor", HOLDER):
        with drawn.city.acting(who):
            mine = sa.select(AuditEntry).where(
                AuditEntry.tenant_id == drawn.city.bureaus[who.partition(".")[0].upper()],
                AuditEntry.subject_id == drawn.draw_id,
            )
            entries = db.session.scalars(mine).all()
        received = sorted(each.bureau_name for each in entries if each.event == "draws.list.receive")
        assert received == ["示范市卫生健康委员会", "示范市司法局"], who
        events = {each.event for each in entries}
        assert {
            "draws.draw.create",
            "draws.plan.publish",
            "draws.texts.close",
            "draws.draw.commit",
        } <= events, who
    with drawn.city.acting("mzj.planner"):
        nobody = sa.select(AuditEntry.id).where(AuditEntry.subject_id == drawn.draw_id)
        assert db.session.scalars(nobody).all() == []


def test_that_a_holder_took_the_files_stands_in_the_leads_log(drawn: Ceremony) -> None:
    held(drawn)
    with drawn.city.acting("scjg.operator"):
        found = db.session.scalars(
            sa.select(AuditEntry).where(
                AuditEntry.subject_id == drawn.draw_id, AuditEntry.event == "draws.file.take"
            )
        ).all()
    assert any(each.bureau_name == "示范市卫生健康委员会" and each.origin == "together" for each in found)
