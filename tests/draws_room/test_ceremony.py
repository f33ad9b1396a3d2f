"""The ceremony of a draw on a real database, from freezing to a proof that the verifier accepts (R-D1 to R-D8)."""

from __future__ import annotations

import copy
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries, rules, service
from onedoor.draws.models import Deposit, DepositFile, Draw, DrawDocument, DrawnPart, Reveal
from onedoor.kernel import jobs, trace
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import Job, JobName
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.draws_room.ceremony import JUSTICE, LEAD, PARTNER, Ceremony, codes
from tests.fixtures.city import City


@pytest.fixture
def ceremony(city: City) -> Ceremony:
    return Ceremony(city)


def public_files(ceremony: Ceremony) -> dict[str, bytes]:
    """What anybody can download of the draw, as the public's login reads it."""
    with in_scope(scope.public(), ceremony.city.app):
        published = disclosure.of_subject("draw", ceremony.draw_id)
        assert published is not None
        return {f.name: f.content for f in disclosure.files(published.id)}


def test_the_proof_of_a_whole_ceremony_is_valid_with_all_files(ceremony: Ceremony) -> None:
    ceremony.whole()
    files = public_files(ceremony)
    entries = rules.parse_register(files["register.jsonl"])
    verdict = rules.verify(
        rules.Evidence(
            proof=files["proof.json"],
            pools={name: files[f"pool-{name}.txt"] for name in (LEAD, PARTNER)},
            roster=ceremony.roster(),
            register=files["register.jsonl"],
            head=(len(entries), rules.entry_digest(entries[-1])),
        )
    )
    assert verdict.valid, verdict.reason
    assert verdict.unchecked == ("the parties together could have steered it: the plan names no beacon",)


def test_who_is_recused_from_whom_is_for_the_lead_alone(ceremony: Ceremony) -> None:
    """access.md, "inspectors: … recusals": nobody reads them but as counts; without them all but the teams is verified."""
    ceremony.whole()
    files, kept = public_files(ceremony), ceremony.roster()
    assert b"\n!\tSC01\t" in kept and not any(b"\n!\t" in content for content in files.values())
    with in_scope(scope.public(), ceremony.city.app):
        said = disclosure.of_subject("draw", ceremony.draw_id)
        assert said is not None
        content = said.content
    assert content["roster"] == {"digest": rules.roster_digest("sha256", kept).hex(), "public": False}
    assert [each["recusals"] for each in content["lists"]] == [{"KIN": 1}, {"KIN": 1}]
    pools = {name: files[f"pool-{name}.txt"] for name in (LEAD, PARTNER)}
    verdict = rules.verify(rules.Evidence(proof=files["proof.json"], pools=pools))
    assert verdict.valid and any(
        "who was placed in the teams not checked" in each for each in verdict.unchecked
    )
    kinds = sa.select(DrawDocument.kind).where(DrawDocument.draw_id == ceremony.draw_id)
    for who, supervisor in (("yjgl.operator", False), ("wsjk.operator", False), ("sfj.supervisor", True)):
        with ceremony.city.acting(who, supervisor=supervisor):
            assert set(db.session.scalars(kinds)) == {"plan", "proof"}, who
            if not supervisor:
                with pytest.raises(NotFound):
                    service.hand_out_roster(ceremony.draw_id)
    with ceremony.city.acting("sfj.supervisor", supervisor=True):
        assert db.session.scalars(sa.select(DepositFile.pool)).first() is not None
        with pytest.raises(DBAPIError, match="permission denied"):
            db.session.scalars(sa.select(DepositFile.recusals)).all()
        db.session.rollback()


def test_a_roster_without_recusals_is_public(city: City) -> None:
    made = Ceremony(city, recused=False)
    made.open()
    files = public_files(made)
    assert files["roster.txt"] == made.roster()
    with city.acting("yjgl.planner"):
        assert (
            queries.plan(made.draw_id)["roster"] == rules.roster_digest("sha256", files["roster.txt"]).hex()
        )


def test_the_outcome_is_what_the_proof_says(ceremony: Ceremony) -> None:
    ceremony.whole()
    with ceremony.city.acting("yjgl.planner"):
        proof, outcome = queries.proof(ceremony.draw_id), queries.outcome(ceremony.draw_id)
        counts = queries.counts(ceremony.draw_id)
    drawn = {code for entry in proof["result"] for stratum in entry["strata"] for code in stratum["drawn"]}
    assert [each.code for each in outcome.objects] == [team["object"] for team in proof["teams"]]
    assert {each.code for each in outcome.objects} == drawn
    for each, team in zip(outcome.objects, proof["teams"], strict=True):
        members = [(m.bureau, m.inspector, int(m.lead)) for m in each.team]
        assert members == [(m["bureau"], m["inspector"], m["lead"]) for m in team["team"]]
        assert len(each.team) + len(each.unfilled) == 2 * len(each.lists)
    assert counts is not None
    assert counts.doors == len(drawn)
    assert counts.matters == sum(2 * len(each.lists) for each in outcome.objects)
    # What separate draws would take is an expectation: between the longest list and all of them.
    # One draw may take more doors than that.
    each_list = [sum(len(stratum["drawn"]) for stratum in entry["strata"]) for entry in proof["result"]]
    assert max(each_list) <= counts.independent_doors <= sum(each_list)


@pytest.mark.parametrize("surprise", [False, True])
def test_the_room_hears_the_stages_and_what_is_found(city: City, surprise: bool) -> None:
    """The objects before their teams are found, then the teams; of a surprise only what the job is at."""
    made = Ceremony(city, mode=service.Mode(surprise=surprise))
    made.open()
    made.close()
    made.reveal()
    heard: list[tuple[int, dict[str, Any] | None]] = []
    with city.acting("scjg.operator"):
        service.run(made.draw_id, lambda stage, found=None: heard.append((stage, copy.deepcopy(found))))
        outcome = queries.outcome(made.draw_id)
    assert [stage for stage, _ in heard] == list(range(len(service.STAGES)))
    if surprise:
        assert [found for _, found in heard] == [None] * 5
        return
    _, before, drawn, teamed, last = (found for _, found in heard)
    assert before is None and drawn is not None and teamed is not None and last == teamed
    assert drawn["doors"] == teamed["doors"] == len(outcome.objects)
    assert {each["code"] for each in drawn["objects"]} == {each.code for each in outcome.objects}
    assert not any(each["team"] for each in drawn["objects"])
    found = {each["code"]: [one["inspector"] for one in each["team"]] for each in teamed["objects"]}
    assert found == {each.code: [one.inspector for one in each.team] for each in outcome.objects}


def test_quotas_follow_the_rates_and_the_shortfall_is_kept(ceremony: Ceremony) -> None:
    """A rate counts all rows in scope, a number is at most the eligible (R-P5)."""
    ceremony.create()
    ceremony.deposit(raw=ceremony.pool(1, 5))
    with ceremony.city.acting("scjg.operator"):
        (face,) = queries.deposits(ceremony.draw_id)
    assert [(s["stratum"], s["rows"], s["quota"], s["shortfall"]) for s in face.strata] == [
        ("91", 2, 2, 2),
        ("92", 3, 1, 0),
    ]


def test_the_last_commitment_enqueues_the_opening_for_the_lead(ceremony: Ceremony) -> None:
    ceremony.freeze()
    with ceremony.city.acting("scjg.operator"):
        asked = sa.select(Job).where(Job.subject_id == ceremony.draw_id, Job.name == JobName.OPEN_DRAW)
        assert db.session.scalars(asked).one().tenant_id == ceremony.city.bureaus["SCJG"]


def test_the_last_reveal_enqueues_the_draw_for_the_lead(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    ceremony.reveal()
    with ceremony.city.acting("scjg.operator"):
        job = jobs.latest_for(ceremony.draw_id)
        assert job is not None
        assert (job.name, job.tenant_id) == (JobName.RUN_DRAW, ceremony.city.bureaus["SCJG"])


def test_opening_names_whose_list_and_whose_commitment_are_missing(ceremony: Ceremony) -> None:
    ceremony.create()
    with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError, match="示范市应急管理局"):
        service.open(ceremony.draw_id)
    ceremony.deposit()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    with ceremony.city.acting("scjg.operator"), pytest.raises(ClerkError, match="承诺：示范市司法局"):
        service.open(ceremony.draw_id)


def test_a_nonce_other_than_the_one_committed_to_is_refused(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    with ceremony.city.acting("sfj.supervisor"), pytest.raises(ClerkError, match="与当初的承诺不一致"):
        service.reveal(ceremony.draw_id, "00" * 32)


def test_nobody_reveals_before_the_texts_are_closed(ceremony: Ceremony, owner: psycopg.Connection) -> None:
    ceremony.open()
    with ceremony.city.acting("sfj.supervisor"), pytest.raises(Conflict, match="见证尚未截止"):
        service.reveal(ceremony.draw_id, ceremony.nonce.hex())
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="见证尚未截止"):
        service.reveal_system(ceremony.draw_id)
    with pytest.raises(psycopg.errors.RaiseException, match="before the texts are closed"):
        owner.execute(
            "INSERT INTO draw_reveal (tenant_id, draw_id, name, nonce, made_at, made_by)"
            " VALUES (%s, %s, %s, %s, now(), '')",
            (ceremony.city.bureaus["SFJ"], ceremony.draw_id, JUSTICE, ceremony.nonce.hex()),
        )


def test_a_list_is_frozen_once(ceremony: Ceremony) -> None:
    ceremony.create()
    ceremony.deposit()
    with pytest.raises(Conflict, match="已经冻结"):
        ceremony.deposit(raw=ceremony.pool(500, 20))


def test_nobody_commits_or_deposits_after_the_plan_is_out(ceremony: Ceremony) -> None:
    ceremony.open()
    digest = ceremony.committed()
    with ceremony.city.acting("sfj.supervisor"), pytest.raises(Conflict):
        service.commit(ceremony.draw_id, digest)
    with pytest.raises(Conflict):
        ceremony.deposit()


def test_a_bureau_cannot_deposit_the_list_of_another(ceremony: Ceremony) -> None:
    ceremony.create()
    with pytest.raises(NotFound):
        ceremony.deposit("wsjk.planner", LEAD)
    with pytest.raises(NotFound):
        ceremony.deposit("yjgl.planner", LEAD)


def test_a_draw_that_ran_stays_when_the_job_comes_again(ceremony: Ceremony) -> None:
    """One run takes effect once (R-D7)."""
    ceremony.whole()
    with ceremony.city.acting("scjg.operator"):
        before = queries.document(ceremony.draw_id, "proof")
    ceremony.run()
    with ceremony.city.acting("scjg.operator"):
        assert queries.document(ceremony.draw_id, "proof") == before
        assert [entry.kind for entry in queries.entries_of(ceremony.draw_id)] == ["plan", "texts", "proof"]


def test_a_run_that_is_interrupted_before_its_commit_leaves_nothing(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    ceremony.reveal()
    with pytest.raises(KeyboardInterrupt), ceremony.city.acting("scjg.operator"):
        service.run(ceremony.draw_id)
        raise KeyboardInterrupt
    with ceremony.city.acting("scjg.operator"):
        assert queries.state(queries.draw(ceremony.draw_id)) == "revealed"
        assert db.session.scalar(sa.select(sa.func.count()).where(DrawnPart.draw_id == ceremony.draw_id)) == 0
        assert [entry.kind for entry in queries.entries_of(ceremony.draw_id)] == ["plan", "texts"]
    ceremony.run()
    with ceremony.city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).state == "drawn"


def test_running_names_who_has_not_revealed(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    with ceremony.city.acting("scjg.operator"):
        service.reveal_system(ceremony.draw_id)
        with pytest.raises(ClerkError, match="示范市司法局"):
            service.run(ceremony.draw_id)


def test_nobody_changes_or_deletes_a_drawn_draw(ceremony: Ceremony, owner: psycopg.Connection) -> None:
    """R-D7, as the database holds it, even against a superuser who forgot the rule."""
    ceremony.whole()
    with ceremony.city.acting("scjg.operator"):
        change = sa.update(Draw).where(Draw.id == ceremony.draw_id).values(title="改")
        assert db.session.execute(change).rowcount == 0  # type: ignore[attr-defined]
        with pytest.raises(DBAPIError, match="permission denied"), db.session.begin_nested():
            db.session.execute(sa.delete(Draw).where(Draw.id == ceremony.draw_id))
    for statement in ("UPDATE draw SET title = '改' WHERE id = %s", "DELETE FROM draw WHERE id = %s"):
        with pytest.raises(psycopg.errors.RaiseException, match="R-D7"):
            owner.execute(statement, (ceremony.draw_id,))


def test_another_draw_of_the_line_needs_a_reason_and_follows_the_former(ceremony: Ceremony) -> None:
    ceremony.whole()
    first = ceremony.draw_id
    with pytest.raises(ClerkError, match="写明理由"):
        ceremony.create()
    ceremony.create("首次抽取后备案被退回")
    ceremony.fill()
    ceremony.publish()
    with ceremony.city.acting("sfj.supervisor"):
        former, again = queries.draw(first), queries.draw(ceremony.draw_id)
        assert (again.seq, again.prev, again.reason) == (2, former.proof_digest, "首次抽取后备案被退回")
        assert queries.plan(again.id)["prev"] == former.proof_digest
        steps = [step.text for step in trace.of(again.id)]
    assert any("第2次抽取" in text and "备案被退回" in text for text in steps)


def test_two_draws_of_a_line_do_not_go_on_at_once(ceremony: Ceremony) -> None:
    ceremony.create()
    with pytest.raises(Conflict, match="正在进行"):
        ceremony.create("再来一次")


def test_a_draw_given_up_before_its_plan_takes_no_place_in_the_line(ceremony: Ceremony) -> None:
    ceremony.create()
    with ceremony.city.acting("scjg.operator"):
        service.give_up(ceremony.draw_id, "应急管理局退出")
    ceremony.create()
    with ceremony.city.acting("scjg.operator"):
        assert queries.draw(ceremony.draw_id).seq == 1


def test_a_draw_is_void_when_a_party_withholds(ceremony: Ceremony) -> None:
    ceremony.open()
    with ceremony.city.acting("scjg.operator"):
        service.void(ceremony.draw_id, "示范市应急管理局退出联合抽查")
    files = public_files(ceremony)
    verdict = rules.verify(
        rules.Evidence(
            proof=files["proof.json"],
            pools={name: files[f"pool-{name}.txt"] for name in (LEAD, PARTNER)},
            roster=ceremony.roster(),
            register=files["register.jsonl"],
        )
    )
    assert verdict.valid, verdict.reason


def test_a_draw_that_all_have_revealed_cannot_be_made_void(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    ceremony.reveal()
    with ceremony.city.acting("scjg.operator"), pytest.raises(Conflict, match="不能作废"):
        service.void(ceremony.draw_id, "结果不合意")


def test_lists_of_two_units_do_not_meet_in_one_draw(ceremony: Ceremony) -> None:
    ceremony.create()
    ceremony.deposit()
    places = rules.build_pool([(f"{codes(1, 1)[0]}:1", "91", 1, "E")])
    with pytest.raises(ClerkError, match="不能有的按主体"):
        ceremony.deposit("yjgl.planner", PARTNER, places)


def test_another_bureau_sees_nothing_before_the_plan_and_no_page_after_it(ceremony: Ceremony) -> None:
    """access.md: bureau: R once published; pages of a draw are for those who take part (R-T1)."""
    ceremony.freeze()
    with ceremony.city.acting("wsjk.planner"):
        assert db.session.get(Draw, ceremony.draw_id) is None
        assert db.session.scalars(sa.select(Deposit).where(Deposit.draw_id == ceremony.draw_id)).all() == []
    ceremony.publish()
    with ceremony.city.acting("wsjk.planner"):
        assert db.session.get(Draw, ceremony.draw_id) is not None
        assert db.session.scalars(sa.select(Deposit).where(Deposit.draw_id == ceremony.draw_id)).all() == []
        with pytest.raises(NotFound):
            queries.draw(ceremony.draw_id)


def test_the_lead_gets_no_partners_file_before_all_are_in(ceremony: Ceremony) -> None:
    ceremony.create()
    ceremony.deposit("yjgl.planner", PARTNER, ceremony.pool(31, 60))
    with ceremony.city.acting("scjg.operator"):
        assert (
            db.session.execute(sa.text("SELECT * FROM draw_files(:d)"), {"d": ceremony.draw_id}).all() == []
        )
        assert [face.list_name for face in queries.deposits(ceremony.draw_id)] == [PARTNER]
    with ceremony.city.acting("sfj.supervisor", supervisor=True):
        assert queries.deposits(ceremony.draw_id)[0].n == 60


def test_a_party_reveals_only_for_itself(ceremony: Ceremony) -> None:
    ceremony.open()
    ceremony.close()
    with ceremony.city.acting("yjgl.planner"):
        with pytest.raises(NotFound):
            service.reveal(ceremony.draw_id, ceremony.nonce.hex())
        forged = Reveal(
            tenant_id=ceremony.city.bureaus["YJGL"],
            draw_id=ceremony.draw_id,
            name=JUSTICE,
            nonce="00" * 32,
            made_at=sa.func.now(),
            made_by="",
        )
        with pytest.raises(DBAPIError, match="violates foreign key"), db.session.begin_nested():
            db.session.add(forged)


def test_an_inspector_is_replaced_by_a_draw_that_the_register_keeps(ceremony: Ceremony) -> None:
    """R-D6: key per object and slot, reasons public."""
    ceremony.whole()
    with ceremony.city.acting("scjg.operator"):
        first = queries.outcome(ceremony.draw_id).objects[0]
        change = service.replace_inspector(ceremony.draw_id, first.code, 1, "出差")
        assert change.leaves == first.team[1].inspector
        after = queries.outcome(ceremony.draw_id).objects[0]
        assert after.team[1].inspector == change.comes != change.leaves
        assert queries.entries_of(ceremony.draw_id)[-1].digest == change.digest
    assert "log-1.json" in public_files(ceremony)
    with ceremony.city.acting("scjg.operator"):
        for reason in ("生病", "回避"):
            service.replace_inspector(ceremony.draw_id, first.code, 1, reason)
        with pytest.raises(ClerkError, match="监督部门"):
            service.replace_inspector(ceremony.draw_id, first.code, 1, "再换")
