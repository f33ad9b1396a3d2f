"""An object that cannot be visited: another comes for that list alone, by the draw's rule, and the register has it (draw.md).

The lead draws all of its library here, so that whoever comes for a partner's list has a visit already: which firms are
drawn makes no difference.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.service.pools import pool_of
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.draws.rules import Evidence, Verdict, verify
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.kernel import trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.plans import queries as plans
from onedoor.plans.models import CapEntry, VisitCap
from onedoor.statistics import queries as statistics
from onedoor.targets import service as target_service
from onedoor.verifier import verify as standalone
from onedoor.visits import queries, service
from onedoor.visits.models import Visit, VisitPart
from onedoor.visits.rules.states import VisitState
from tenants import approvals
from tests.campaigns.builders import World, firm_code
from tests.visits.builders import (
    COORDINATOR,
    PARTIES,
    REVIEWER,
    DrawnCampaign,
    agree_to_substitute,
    draw,
    merged,
    run_jobs_of,
)

CEASED = "对象无法检查（已注销、吊销或被撤销登记），改由替补对象"


@pytest.fixture(scope="module")
def staffed(world: World) -> DrawnCampaign:
    """A campaign of three bureaus with more officers than one team takes, approved and told."""
    return draw(world, officers=6, lead_bp=10000, reserve=8).approve(notices=True)


def files_of(drawn: DrawnCampaign) -> dict[str, bytes]:
    """What the public downloads of the draw."""
    with drawn.world.city.acting("scjg.planner"):
        names = [each.name for each in draws.files(drawn.draw_id)]
        return {name: bytes(draws.file(drawn.draw_id, name).content) for name in names}


def judged(files: dict[str, bytes]) -> Verdict:
    """The verifier's word on them."""
    return verify(
        Evidence(
            proof=files["proof.json"],
            pools={name[5:-4]: content for name, content in files.items() if name.startswith("pool-")},
            roster=files["roster.txt"],
            register=files["register.jsonl"],
            logs={name: content for name, content in files.items() if name.startswith("log-")},
        )
    )


def list_of(drawn: DrawnCampaign, letters: str) -> str:
    """The name of a bureau's list."""
    with drawn.world.city.acting("scjg.planner"):
        ids = {party.bureau_id: party.list_name for party in draws.parties(drawn.draw_id)}
    return str(ids[drawn.world.city.bureaus[letters]])


def next_of(drawn: DrawnCampaign, visit_id: UUID, letters: str) -> Visit:
    """The visit of the object that would come next for a bureau's list; no other test takes it."""
    name = list_of(drawn, letters)
    with drawn.world.city.acting("scjg.planner"):
        stands, code = draws.current_state(drawn.draw_id), queries.visit(visit_id).object_code
        stratum = stands.stratum(name, code)
        assert stratum is not None
        found = queries.visits_of(drawn.draw_id, stands.reserve(name, stratum)[0])[-1]
    drawn.used.add(found.id)
    return found


def came(drawn: DrawnCampaign, visit_id: UUID, letters: str) -> Visit:
    """The visit of the object that came for a bureau's list; no other test takes it."""
    name = list_of(drawn, letters)
    with drawn.world.city.acting("scjg.planner"):
        code = draws.substitutes(drawn.draw_id)[name, queries.visit(visit_id).object_code]
        found = queries.visits_of(drawn.draw_id, code)[-1]
    drawn.used.add(found.id)
    return found


def test_another_comes_for_that_list_alone_and_every_verifier_agrees(
    staffed: DrawnCampaign, tmp_path: Path
) -> None:
    city, visit_id = staffed.world.city, staffed.joint()
    letters = staffed.partner(visit_id)
    bureau, name = city.bureaus[letters], list_of(staffed, letters)
    with city.acting("scjg.planner"):
        before = len(draws.register())
        others = {m.code for m in queries.team(visit_id) if m.bureau_id != bureau}
    there = next_of(staffed, visit_id, letters)
    agree_to_substitute(staffed, visit_id, letters)
    run_jobs_of(city.app)()
    comes = came(staffed, visit_id, letters)
    assert comes.id == there.id, "one door: the lead visits it already"
    with city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        party = next(each for each in queries.parties(visit_id) if each.bureau_id == bureau)
        assert party.deferred_reason == CEASED
        assert {m.code for m in queries.team(visit_id)} == others, "the other lists' part stays"
        assert visit.state == "approved", "a notice that names who does not come is sent again"
        assert sum(member.leader for member in queries.team(visit_id)) == 1
        assert bureau in comes.party_ids and comes.state == "proposed", "approved anew (R-V1)"
        team = queries.team(comes.id)
        assert [m.bureau_id == bureau for m in team][-2:] == [True, True]
        assert [m.slot for m in team] == list(range(len(team))) and sum(m.leader for m in team) == 1
        assert {m.bureau_id for m in queries.matters(comes.id)} == set(comes.party_ids)
        assert [entry["kind"] for entry in draws.register()[before:]] == ["log"] * 3
        outcome = {each.code: each for each in draws.outcome(staffed.draw_id).objects}
        assert outcome[visit.entity_code].ended == [name] and name not in outcome[visit.entity_code].lists
        assert outcome[comes.entity_code].came == [name]
        codes = list(db.session.scalars(draws.drawn_codes(sa.select(sa.literal(staffed.draw_id)), name)))
        assert comes.entity_code in codes and visit.entity_code not in codes
        steps = "\n".join(step.text for step in trace.of(visit_id))
        assert "申请改由替补对象" in steps and f"由替补对象{comes.entity_name}接替" in steps
    with city.acting("sfj.supervisor"):
        assert any("由替补对象" in step.text for step in trace.of(staffed.draw_id))
    _every_verifier_agrees(files_of(staffed), tmp_path)


def _every_verifier_agrees(files: dict[str, bytes], folder: Path) -> None:
    logs = sorted(name for name in files if name.startswith("log-"))
    verdict = judged(files)
    assert verdict.valid, verdict.reason
    assert not [text for text in verdict.unchecked if text.startswith(("log ", "changes after"))]
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = ["proof.json", "--roster", "roster.txt", "--register", "register.jsonl"]
    for name in files:
        command += ["--pool", f"{name[5:-4]}={name}"] if name.startswith("pool-") else []
    for name in logs:
        command += ["--log", name]
    for program in ([str(standalone.__file__)], ["-m", "onedoor", "verify"]):
        said = subprocess.run(
            [sys.executable, *program, *command], cwd=folder, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0 and said.stdout.startswith("VALID"), said.stdout + said.stderr
        assert "log 1" not in said.stdout
    (folder / logs[0]).write_bytes(files[logs[0]].replace(b'"slot":null', b'"slot":0'))
    spoilt = [sys.executable, str(standalone.__file__), *command]
    assert subprocess.run(spoilt, cwd=folder, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("what", ["begun", "called off"])
def test_a_visit_that_is_over_or_under_way_is_left_alone_and_another_is_made(
    staffed: DrawnCampaign, what: str
) -> None:
    city, visit_id = staffed.world.city, staffed.joint()
    letters = staffed.partner(visit_id)
    there = next_of(staffed, visit_id, letters)
    with city.acting("scjg.planner") as lead:
        if what == "begun":
            part = {"begun_at": now(), "begun_by": "甲", "scanned": True}
            db.session.add(VisitPart(tenant_id=lead.tenant_id, visit_id=there.id, **part))
        else:
            service.cancel(there.id, "停业")
        team_before = [member.code for member in queries.team(there.id)]
    agree_to_substitute(staffed, visit_id, letters, "moved")
    run_jobs_of(city.app)()
    comes = came(staffed, visit_id, letters)
    assert comes.id != there.id and comes.ordinal == there.ordinal + 1
    assert comes.entity_code == there.entity_code
    with city.acting("scjg.planner"):
        assert [p.bureau_id for p in queries.parties(comes.id)] == [city.bureaus[letters]]
        team = queries.team(comes.id)
        assert len(team) == 2 and sum(member.leader for member in team) == 1
        assert [member.code for member in queries.team(there.id)] == team_before
        assert queries.party_ids(there.id) == there.party_ids


def test_asked_twice_decided_twice_and_killed_in_between_it_happens_once(staffed: DrawnCampaign) -> None:
    city, visit_id = staffed.world.city, staffed.joint()
    letters = staffed.partner(visit_id)
    asked = agree_to_substitute(staffed, visit_id, letters)
    with city.acting(f"{letters.lower()}.planner"), pytest.raises(Conflict, match="不必重复"):
        service.ask_substitute(visit_id, "moved", "再来一次", COORDINATOR)
    with city.acting(f"{letters.lower()}.reviewer"):
        assert approvals.waiting_for("substitute", asked) is None
    with city.acting("scjg.planner"):
        before = len(draws.register())
    with pytest.raises(KeyboardInterrupt), city.acting("scjg.planner"):
        service.substitute(asked)
        raise KeyboardInterrupt
    with city.acting("scjg.planner"):
        assert len(draws.register()) == before, "killed in between, nothing has happened"
    run_jobs_of(city.app)()
    comes = came(staffed, visit_id, letters)
    with city.acting("scjg.planner"):
        assert len(draws.register()) == before + 3
        assert service.substitute(asked) == {"comes": comes.entity_code, "added": 0}
        assert len(draws.register()) == before + 3


def test_who_may_not(staffed: DrawnCampaign) -> None:
    """R-T5, R-T1: another bureau, an officer who is not on the visit, who asked; and the database says so too."""
    city, visit_id = staffed.world.city, staffed.joint()
    letters = staffed.partner(visit_id)
    who = letters.lower()
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        service.ask_substitute(visit_id, "ceased", "试", COORDINATOR)
    with city.acting(f"{who}.head"), pytest.raises(Forbidden, match="检查组"):
        service.ask_substitute(visit_id, "ceased", "试", frozenset())
    with city.acting(f"{who}.reviewer"):
        with pytest.raises(ClerkError, match="怎样核实"):
            service.ask_substitute(visit_id, "ceased", " ", COORDINATOR)
        asked = service.ask_substitute(visit_id, "ceased", "自己提自己批", COORDINATOR).id
        approval = approvals.waiting_for("substitute", asked)
        assert approval is not None
        with pytest.raises(Forbidden):
            service.decide_substitute(approval, True, "", REVIEWER)
    with city.acting("scjg.planner"):
        code = queries.visit(visit_id).entity_code
        with pytest.raises(NotFound, match="已同意"):
            service.substitute(asked)
    with pytest.raises(DBAPIError, match="once its bureau has decided"), city.acting("scjg.planner"):
        drawing.substitute(staffed.draw_id, list_of(staffed, letters), code, "无法联系")
    with pytest.raises(DBAPIError, match="decided by another"), city.acting(f"{who}.planner"):
        queries.substitution(asked).state = "approved"
        db.session.flush()
    with city.acting(f"{who}.planner"):
        approval = approvals.waiting_for("substitute", asked)
        assert approval is not None
        service.decide_substitute(approval, False, "先去现场看", REVIEWER)
        assert queries.my_substitution(visit_id) is None, "it can be asked again"


def test_nobody_found_there_is_a_result_and_another_comes(staffed: DrawnCampaign) -> None:
    """R-V6: the record stays, and the list gets its substitute once the unit has accepted it."""
    city = staffed.world.city
    with city.acting("scjg.planner"):
        visit_id = next(
            visit.id
            for visit in staffed.visits()
            if visit.id not in staffed.used
            and "SCJG-00" in {m.code for m in queries.team(visit.id)}
            and visit.state == "noticed"
        )
        staffed.used.add(visit_id)
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="无人在场，无法扫码")
        with pytest.raises(Conflict, match="检查已经开始"):
            service.ask_substitute(visit_id, "unreachable", "敲门无人", frozenset())
        service.set_overall_result(visit_id, "unreachable")
        service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        problem = service.why_no_substitute(queries.visit(visit_id))
        assert problem is not None and "用完" in problem.message, "the lead has drawn all there is"
    with city.acting("scjg.planner"):
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.NOT_FOUND


def test_what_is_promised_is_counted_and_an_exhausted_reserve_says_what_to_do(world: World) -> None:
    city, drawn = world.city, draw(world, reserve=1)
    name = list_of(drawn, "SCJG")
    with city.acting("scjg.planner"):
        stands = draws.current_state(drawn.draw_id)
        mine = [visit for visit in drawn.visits() if stands.stratum(name, visit.entity_code) == "91"]
        first, second, third = (visit.id for visit in mine[:3])
        asked = [
            service.ask_substitute(visit_id, "no_team", "没有人可派", COORDINATOR).id
            for visit_id in (first, second)
        ]
    with city.acting("scjg.reviewer"):
        one, two = (approvals.waiting_for("substitute", each) for each in asked)
        assert one is not None and two is not None
        service.decide_substitute(one, True, "", REVIEWER)
        with pytest.raises(Conflict, match="用完.*再建一个抽查任务"):
            service.decide_substitute(two, True, "", REVIEWER)
        service.decide_substitute(two, False, "替补已用完", REVIEWER)
    run_jobs_of(city.app)()
    assert came(drawn, first, "SCJG")
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="用完"):
        service.ask_substitute(third, "ceased", "已注销", COORDINATOR)


def test_a_fourth_replacement_at_a_place_needs_the_supervisor(staffed: DrawnCampaign) -> None:
    city, visit_id = staffed.world.city, staffed.joint()
    with city.acting("scjg.planner"):
        mine = [m for m in queries.team(visit_id) if m.bureau_id == city.bureaus["SCJG"]]
        member = next(m for m in mine if not m.leader)
        with pytest.raises(Conflict, match="可以直接更换"):
            service.plead_for_member(member.id, "试")
        for _ in range(3):
            came = service.replace_member(member.id, "因故不能参加")
            assert came is not None
            member = came
        with pytest.raises(ClerkError, match="监督部门同意"):
            service.replace_member(member.id, "又不能参加")
    # What the page would not do, the database does not either.
    again = sa.text(
        "INSERT INTO draw_change (tenant_id, draw_id, n, kind, object_code, slot, reason, content, digest, at, made_by)"
        " SELECT tenant_id, draw_id, n + 100, kind, object_code, slot, reason, content, digest, at, made_by"
        " FROM draw_change WHERE draw_id = :draw ORDER BY n DESC LIMIT 1"
    )
    with pytest.raises(DBAPIError, match="need the supervisor"), city.acting("scjg.planner"):
        db.session.execute(again, {"draw": staffed.draw_id})
    with city.acting("scjg.planner"):
        service.plead_for_member(member.id, "连续几人生病")
        with pytest.raises(Conflict, match="不必重复"):
            service.plead_for_member(member.id, "再报一次")
        plea = draws.pleas(staffed.draw_id)[-1][0].id
        with pytest.raises(Forbidden):
            drawing.answer_plea(plea, True, "自己同意")
    with city.acting("yjgl.planner"), pytest.raises(Forbidden):
        drawing.answer_plea(plea, True, "代为同意")
    with city.acting("sfj.supervisor"):
        assert staffed.draw_id in [found.id for found in db.session.scalars(draws.to_answer())]
        with pytest.raises(ClerkError, match="写明理由"):
            drawing.answer_plea(plea, False, " ")
        drawing.answer_plea(plea, True, "属实")
        with pytest.raises(Conflict, match="已经答复"):
            drawing.answer_plea(plea, False, "改主意")
        assert staffed.draw_id not in [found.id for found in db.session.scalars(draws.to_answer())]
    with city.acting("scjg.planner"):
        comes = service.replace_member(member.id, "连续几人生病")
        assert comes is not None and comes.slot == member.slot
        with pytest.raises(ClerkError, match="监督部门同意"):
            service.replace_member(comes.id, "第五次")
    verdict = judged(files_of(staffed))
    assert verdict.valid, verdict.reason


def _place(world: World, number: int, address: str, name: str = "1号店") -> UUID:
    """One more place of a firm, which market regulation lists."""
    given = {"name": name, "address": address, "jurisdiction_code": "990102", "closed_on": None, "note": ""}
    with world.city.acting("scjg.planner"):
        firm = entity_queries.entity(world.firms[number])
        made = entity_service.save_premises(firm, given).id
        target_service.list_places(firm, [made])
    return made


@pytest.fixture(scope="module")
def of_places(world: World) -> DrawnCampaign:
    """A draw of places: firm 20 has three, 25 has what 24 has too, the others have one; the lead draws all of them."""
    world.give_places({20: 3, **dict.fromkeys(range(21, 28), 1)}, *PARTIES)
    _place(world, 25, "示范路24-1号")
    return draw(world, lead_bp=10000, bp=3000, reserve=3, unit="place").approve(notices=True)


def test_each_place_drawn_is_a_door_with_its_own_lot(of_places: DrawnCampaign) -> None:
    """draw.md, "Pool": code and number; whose place it is and which one is said wherever somebody reads of the visit."""
    drawn, city, chain = of_places, of_places.world.city, firm_code(20)
    with city.acting("scjg.planner"):
        visits = {visit.object_code: visit for visit in drawn.visits()}
        further = {f"{chain}:2", f"{chain}:3", f"{firm_code(25)}:2"}
        assert set(visits) == {f"{firm_code(20 + n)}:1" for n in range(8)} | further
        assert {each.code for each in draws.outcome(drawn.draw_id).objects} == set(visits)
        mine = [visits[f"{chain}:{n}"] for n in (1, 2, 3)]
        said = [f"示范路20-{n}号（{n}. {n}号店）" for n in (1, 2, 3)]
        assert [visit.entity_address for visit in mine] == said
        assert {visit.entity_code for visit in mine} == {chain} and mine[1].called.endswith("（2）")
        assert {row.entity_code for row in db.session.execute(sa.select(statistics.objects()))} >= set(visits)
        assert service.schedule(drawn.campaign_id, drawn.draw_id)["added"] == 0
        asked = mine[1].code
    with city.acting("sfj.supervisor"):
        steps = "\n".join(step.text for step in trace.of(drawn.draw_id))
    assert "2户不止一处经营场所，最多的一户有3处" in steps
    assert "抽查范围以内的经营场所" in steps and "不在名单里的0处" in steps
    assert "名录里还有72户在抽查范围内而没有列入在用的经营场所" in steps
    web = city.client()
    page = web.get(f"/open/draws/{drawn.draw_id}").get_data(as_text=True)
    assert "以经营场所为单位抽取" in page and f"{chain}:2" in page and "（2. 2号店）" in page
    lots = web.get(f"/open/draws/{drawn.draw_id}/lot?code={chain}").get_data(as_text=True)
    assert all(f"编号 {n}" in lots for n in (1, 2, 3))
    assert said[1] in web.get(f"/v/{asked}").get_data(as_text=True)


def test_places_still_to_be_visited_count_for_the_next_list(of_places: DrawnCampaign) -> None:
    """R-P6: of a firm so many places stay in as it may still be visited, and no draw breaks the cap."""
    drawn, chain = of_places, firm_code(20)
    with pytest.raises(KeyboardInterrupt), drawn.world.city.acting("scjg.planner") as lead:
        year, campaign = today().year, campaigns.campaign(drawn.campaign_id)
        here = Visit.campaign_id == drawn.campaign_id
        db.session.execute(sa.update(Visit).where(here).values(scheduled_on=today()))
        coming = sa.func.my_visits_to_come(year).table_valued(sa.column("code"), sa.column("kind"))
        to_come = Counter(db.session.scalars(sa.select(coming.c.code)))
        before = to_come[chain] + plans.my_counts([chain], year).get(chain, 0)
        assert before >= 3
        cap = {"tenant_id": lead.tenant_id, "year": year, "entity_kind": chain[:2], "basis": "示范文件"}
        db.session.add(VisitCap(**cap, visits=before + 2))
        db.session.flush()
        own = campaigns.my_list(drawn.campaign_id)
        assert own is not None
        rows = {row.id: row.status for row in pool_of(campaign, own).rows}
        assert sorted(rows[f"{chain}:{n}"] for n in (1, 2, 3)) == ["E", "E", "XCAP"]
        raise KeyboardInterrupt


def test_of_a_place_another_place_comes_instead_and_every_verifier_agrees(
    of_places: DrawnCampaign, tmp_path: Path
) -> None:
    drawn, visit_id = of_places, of_places.joint()
    letters = drawn.partner(visit_id)
    agree_to_substitute(drawn, visit_id, letters)
    run_jobs_of(drawn.world.city.app)()
    assert ":" in came(drawn, visit_id, letters).object_code
    _every_verifier_agrees(files_of(drawn), tmp_path)


def test_what_is_found_at_a_place_counts_for_its_firm_and_says_which_it_was(of_places: DrawnCampaign) -> None:
    drawn, city = of_places, of_places.world.city
    with city.acting("scjg.planner"):
        mine = [one for one in drawn.visits() if one.entity_code == firm_code(20)]
        visit = next(one for one in mine if one.id not in drawn.used and one.state == "noticed")
        drawn.used.add(visit.id)
        visit_id, code, address = visit.id, visit.entity_code, visit.entity_address
    record_id = drawn.record(visit_id, "SCJG")
    drawn.accept(record_id, "SCJG")
    with city.acting("scjg.planner"):
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == visit_id)).one()
        assert entry.entity_code == code and ":" not in code
    with city.acting("scjg.discloser"):
        service.disclose([record_id])
        found = disclosures.of_subject("result", record_id)
        assert found is not None and (found.entity_code, found.content["premises"]) == (code, address)
        path = f"/open/results/{found.subject_id}"
    assert address in city.client().get(path).get_data(as_text=True)


def test_what_is_one_place_by_now_is_one_door_and_a_closed_one_is_said(of_places: DrawnCampaign) -> None:
    """R-T4: of merged firms the same place is visited once, and their other places each for itself."""
    drawn, city, lead = of_places, of_places.world.city, of_places.world.city.bureaus["SCJG"]
    with city.acting("scjg.planner"):
        ids = {visit.object_code: visit.id for visit in drawn.visits() if visit.ordinal == 1}
    one, other = firm_code(24), firm_code(25)

    def left_out(name: str) -> bool:
        party = next(each for each in queries.parties(ids[name]) if each.bureau_id == lead)
        return party.deferred_reason is not None

    with merged(drawn.world, one, other):
        with city.acting("scjg.planner"):
            service.schedule(drawn.campaign_id, drawn.draw_id)
            assert [left_out(name) for name in (f"{one}:1", f"{other}:1", f"{other}:2")] == [
                True,
                False,
                False,
            ]
            place_id = queries.visit(ids[f"{firm_code(27)}:1"]).premises_id
            assert place_id is not None
            shut = entity_queries.premises(place_id)
            closed = {"name": shut.name, "address": shut.address, "jurisdiction_code": "990102", "note": ""}
            firm = entity_queries.entity(shut.entity_id)
            entity_service.save_premises(firm, {**closed, "closed_on": today()}, shut)
            gone = {visit.id: place for visit, _firm, place in queries.gone(drawn.campaign_id)}
            assert gone[ids[f"{firm_code(27)}:1"]] == shut and ids[f"{other}:1"] not in gone
