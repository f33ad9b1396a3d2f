"""A surprise draw: its proof registered at once, its result told when the visits are over (draw.md, "After the draw")."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries, rules, service
from onedoor.draws.models import DrawDocument, DrawnPart, DrawRelease, Reveal, TeamSlot
from onedoor.kernel import trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.draws_room.ceremony import LEAD, PARTNER, Ceremony
from tests.draws_room.test_ceremony import public_files
from tests.fixtures.city import City


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    """Drawn, and not told."""
    made = Ceremony(city, mode=service.Mode(surprise=True))
    made.whole()
    return made


def content(ceremony: Ceremony) -> dict:
    with in_scope(scope.public(), ceremony.city.app):
        published = disclosure.of_subject("draw", ceremony.draw_id)
        assert published is not None
        return published.content


def shown_counts(ceremony: Ceremony, who: str) -> list[int]:
    """How many rows that would tell the result this person's bureau reads."""
    with ceremony.city.acting(who):
        return [
            len(db.session.scalars(sa.select(model.id).where(model.draw_id == ceremony.draw_id)).all())
            for model in (Reveal, DrawnPart, TeamSlot)
        ]


def test_the_public_has_the_digest_and_nothing_to_compute_the_result_with(ceremony: Ceremony) -> None:
    said, files = content(ceremony), public_files(ceremony)
    assert said["state"] == "drawn" and said["surprise"] and said["released_at"] is None
    assert said["objects"] == said["reserve"] == said["changes"] == []
    assert [each["nonce"] for each in said["committers"]] == [None, None]
    assert {"plan.json", "register.jsonl"} <= set(files) and "proof.json" not in files
    with ceremony.city.acting("sfj.supervisor"):
        proof = queries.draw(ceremony.draw_id).proof_digest
        nonces = [each["nonce"] for each in queries.board(ceremony.draw_id)["committers"]]
    entries = rules.parse_register(files["register.jsonl"])
    assert (entries[-1]["kind"], entries[-1]["digest"]) == ("proof", proof)
    # Every party holds all reveals the same day.
    assert None not in nonces


def test_no_other_bureau_reads_it_and_the_parties_do(ceremony: Ceremony) -> None:
    assert shown_counts(ceremony, "wsjk.planner") == [0, 0, 0]
    assert 0 not in shown_counts(ceremony, "yjgl.planner") and 0 not in shown_counts(
        ceremony, "sfj.supervisor"
    )
    with ceremony.city.acting("wsjk.planner"):
        kinds = sa.select(DrawDocument.kind).where(DrawDocument.draw_id == ceremony.draw_id)
        assert set(db.session.scalars(kinds)) == {"plan"}
        assert "检查结束" not in "".join(step.text for step in trace.of(ceremony.draw_id))


def test_the_open_hall_shows_no_nonce(city: City) -> None:
    made = Ceremony(city, mode=service.Mode(surprise=True))
    made.open()
    with city.acting("scjg.operator"):
        service.let_watch(made.draw_id, True)
    made.close()
    made.reveal()
    with in_scope(scope.public(), city.app):
        assert [each["nonce"] for each in queries.board(made.draw_id)["committers"]] == [None, None]


def test_a_replacement_is_told_to_nobody_else(ceremony: Ceremony) -> None:
    with ceremony.city.acting("scjg.operator"):
        first = queries.outcome(ceremony.draw_id).objects[0]
        service.replace_inspector(ceremony.draw_id, first.code, 0, "请病假")
    with ceremony.city.acting("wsjk.planner"):
        assert first.code not in "".join(step.text for step in trace.of(ceremony.draw_id))
    assert content(ceremony)["changes"] == [] and "log-1.json" not in public_files(ceremony)


def test_a_replacement_is_not_guessed_from_the_register(ceremony: Ceremony) -> None:
    """Firms, officers and the proof's digest are public, reasons are few: the digest of what they make must not be the registered one."""
    with ceremony.city.acting("scjg.operator"):
        first = queries.outcome(ceremony.draw_id).objects[0]
        change = service.replace_inspector(ceremony.draw_id, first.code, 0, "请病假\n")
        assert change.reason == "请病假"
        log: rules.Log = json.loads(change.content)
        made = queries.draw(ceremony.draw_id)
        assert log["reason"].startswith("请病假（") and len(log["reason"]) > 32
        plainly: rules.Log = {**log, "reason": "请病假"}
        guessed = rules.log_digest(made.hash, plainly).hex()
        assert guessed != change.digest == rules.log_digest(made.hash, log).hex()
        assert queries.entries_of(ceremony.draw_id)[-1].digest == change.digest


def test_the_public_login_is_no_bureau_whichever_it_names(ceremony: Ceremony) -> None:
    """Whoever ran SQL of their own on the public site had the nonces of a surprise, and boards that nobody opened."""
    with in_scope(scope.public(), ceremony.city.app):
        lead = {"lead": str(ceremony.city.bureaus["SCJG"]), "draw": ceremony.draw_id}
        db.session.execute(sa.text("SELECT set_config('onedoor.tenant', :lead, true)"), lead)
        assert db.session.scalar(sa.text("SELECT draw_board(:draw)"), lead) is None
        assert db.session.scalar(sa.text("SELECT draw_moment(:draw)"), lead) is None


def test_released_it_is_as_public_as_any_other(ceremony: Ceremony) -> None:
    with ceremony.city.acting("scjg.operator"):
        first = queries.outcome(ceremony.draw_id).objects[0]
        service.replace_inspector(ceremony.draw_id, first.code, 0, "请病假")
        service.release(ceremony.draw_id)
        with pytest.raises(Conflict, match="没有待公布的结果"):
            service.release(ceremony.draw_id)
    files = public_files(ceremony)
    verdict = rules.verify(
        rules.Evidence(
            proof=files["proof.json"],
            pools={name: files[f"pool-{name}.txt"] for name in (LEAD, PARTNER)},
            roster=ceremony.roster(),
            register=files["register.jsonl"],
            logs={"log-1.json": files["log-1.json"]},
        )
    )
    assert verdict.valid, verdict.reason
    assert not any("log" in each or "changes" in each for each in verdict.unchecked)
    assert content(ceremony)["objects"] and 0 not in shown_counts(ceremony, "wsjk.planner")


def test_only_the_lead_releases_and_only_what_was_drawn(ceremony: Ceremony) -> None:
    with ceremony.city.acting("yjgl.operator"), pytest.raises(NotFound):
        service.release(ceremony.draw_id)
    row = {"draw_id": ceremony.draw_id, "released_at": now(), "released_by": "某人"}
    with ceremony.city.acting("yjgl.operator"):
        for tenant in ("YJGL", "SCJG"):
            with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
                db.session.add(DrawRelease(tenant_id=ceremony.city.bureaus[tenant], **row))
                db.session.flush()
    open_one = Ceremony(ceremony.city, mode=service.Mode(surprise=True))
    open_one.open()
    with ceremony.city.acting("scjg.operator"):
        with pytest.raises(Conflict, match="没有待公布的结果"):
            service.release(open_one.draw_id)
        with pytest.raises(sa.exc.DBAPIError, match="row-level security"), db.session.begin_nested():
            more = {**row, "draw_id": open_one.draw_id, "tenant_id": ceremony.city.bureaus["SCJG"]}
            db.session.add(DrawRelease(**more))
            db.session.flush()
