"""What the lead chose when it began: the reveals registered by the job, the result of a surprise told at the end."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import docx
import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries, service
from onedoor.campaigns.rules import CampaignState
from onedoor.campaigns.service.pools import pool_of
from onedoor.campaigns.service.readiness import Readiness
from onedoor.disclosure import queries as disclosure
from onedoor.draws import queries as draws
from onedoor.draws import rules
from onedoor.draws import service as drawing
from onedoor.entities.models import CreditClass, Entity
from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import in_scope
from onedoor.plans.models import VisitCap
from onedoor.targets import service as target_service
from onedoor.visits import queries as visits
from tenants import queries as bureaus
from tenants import scope
from tests.campaigns.builders import World, firm_code
from tests.campaigns.test_campaign_draw import commit, reveal
from tests.draws_room.beacons import in_two_hours
from tests.fixtures.former_draws import set_apart

CHOSEN = {"scope", "scope_said", "narrowed", "narrowed_said", "kept_in"}


@pytest.fixture(autouse=True)
def apart(owner: psycopg.Connection) -> None:
    """Each begins with no draw of another in its way."""
    set_apart(owner)


def test_the_job_registers_the_reveals_and_goes_no_further(world: World, run_jobs: Any) -> None:
    """The campaign waits for the beacon; nothing is scheduled, and asked again nothing happens twice."""
    campaign_id, mode = world.ready(()), in_two_hours(world.city)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.operator"):
        assert draws.state(draws.draw(draw_id)) == "awaiting"
        assert queries.campaign(campaign_id).state == CampaignState.PLANNED
        assert service.run_draw(draw_id) == {"registered": True}
        assert [entry.kind for entry in draws.entries_of(draw_id)] == ["plan", "texts", "reveals"]


def test_the_end_of_the_campaign_tells_a_surprise(world: World, run_jobs: Any) -> None:
    """And until then no other pool of the year tells it: a pool is public, and a firm reads its line."""
    campaign_id, other = world.ready(()), world.invited(())
    world.accept(other, "SCJG", skip_drawn=True)
    before = drawn_this_year(world, other)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, drawing.Mode(surprise=True)).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    assert drawn_this_year(world, other) == (before[0], 1)
    with world.city.acting("scjg.planner"):
        surprised = {one.code for one in draws.outcome(draw_id).objects}
        assert draws.is_untold(draws.draw(draw_id)) and not surprised <= before[0]
        service.close(campaign_id)
        assert not draws.is_untold(draws.draw(draw_id))
        assert "proof.json" in {file.name for file in draws.files(draw_id)}
    assert drawn_this_year(world, other) == (before[0] | surprised, 0)


def in_a_row(world: World, line_id: UUID, mode: drawing.Mode = drawing.USUAL, **more: Any) -> UUID:
    """Another campaign of the line is begun, with three objects for market regulation, drawn this year or not; its draw."""
    with world.city.acting("scjg.planner"):
        campaign_id = service.start(line_id).id
        service.invite(campaign_id)
    few = {"stratify": "none", "rates": {"*": {"number": 3}}, "skip_drawn": False}
    world.accept(campaign_id, "SCJG", **{**few, **more})
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    return draw_id


def held(world: World, draw_id: UUID, run_jobs: Any) -> set[str]:
    """The draw is held to its end; what it drew."""
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.planner"):
        # Of late autumn's campaigns some visits are next year's, and count there.
        for visit in visits.of_campaign(queries.by_draw(draw_id).id):
            visit.scheduled_on = today()
        return {one.code for one in draws.outcome(draw_id).objects}


def test_two_draws_in_a_row_break_no_cap_and_no_pool_tells_of_a_surprise(world: World, run_jobs: Any) -> None:
    """R-P6: nothing of the first is begun when the next one freezes. ADR 0002: a surprise counts when it is told."""
    line_id = world.line((), times_a_year=6, rates={"*": {"number": 3}})
    cap = VisitCap(
        tenant_id=world.city.bureaus["SCJG"],
        year=today().year,
        entity_kind="*",
        visits=1,
        basis="示范文件",
    )
    first = held(world, in_a_row(world, line_id), run_jobs)
    with world.city.acting("scjg.planner"):
        db.session.add(cap)
        db.session.flush()
        cap_id = cap.id

    def capped(draw_id: UUID) -> set[str]:
        run_jobs()
        with world.city.acting("scjg.planner"):
            rows = rules.parse_pool(draws.pool_file(draw_id), "x").rows
        return {row.id for row in rows if row.status == "XCAP"}

    try:
        draw_id = in_a_row(world, line_id)
        assert first <= capped(draw_id)
        with world.city.acting("scjg.operator"):
            drawing.give_up(draw_id, "试")
        surprise_id = in_a_row(world, line_id, drawing.Mode(surprise=True))
        before = capped(surprise_id)
        surprised = held(world, surprise_id, run_jobs)
        assert len(first) == len(surprised) == 3 and first <= before and not surprised & before
        untold = in_a_row(world, line_id)
        assert capped(untold) == before
        with world.city.acting("scjg.operator"):
            drawing.give_up(untold, "试")
            drawing.release(surprise_id)
        result = in_a_row(world, line_id)
        assert capped(result) == before | surprised
        with world.city.acting("sfj.supervisor"):
            texts = ["\n".join(step.text for step in trace.of(one)) for one in (draw_id, result)]
        # The library is looked at since the former freeze of the line, which was on this day.
        assert all("上次为这一计划事项冻结名单以来新增" in text for text in texts)
        with world.city.acting("scjg.operator"):
            drawing.give_up(result, "试")
    finally:
        with world.city.acting("scjg.planner"):
            db.session.delete(db.session.get_one(VisitCap, cap_id))


def test_what_a_bureau_chose_for_its_list_is_public_with_it_and_of_a_surprise_once_it_is_told(
    world: World, run_jobs: Any
) -> None:
    """draw.md, "Who could cheat"; R-D3: its own conditions in words, and how many it keeps in, by the kind of reason."""
    kept = [
        {"code": firm_code(number), "reason": reason, "reference": "示府〔2026〕1号"}
        for number, reason in ((0, "order"), (1, "complaint"), (2, "order"))
    ]
    chosen = {
        "conditions": {"kinds": ["92"]},
        "rates": {"*": {"number": 1}},
        "skip_drawn": True,
        "kept": kept,
    }
    within = "抽查范围——主体类型：企业、个体工商户"
    words = (
        within,
        "本单位另加的条件——主体类型：个体工商户",
        "今年抽中过仍保留——投诉举报 1 户、上级交办 2 户",
    )
    line_id = world.line((), rates=chosen["rates"])
    draw_id = in_a_row(world, line_id, drawing.Mode(surprise=True), **chosen)
    with world.city.acting("scjg.operator"):
        drawing.let_watch(draw_id, True)
    held(world, draw_id, run_jobs)
    anybody, clients = world.city.client(), {}
    public = f"/open/draws/{draw_id}"

    def content() -> Any:
        with in_scope(scope.public("test"), world.city.app):
            found = disclosure.of_subject("draw", draw_id)
            assert found is not None
            return found.content["lists"][0]

    def watched() -> Any:
        with in_scope(scope.public("test"), world.city.app):
            return draws.board(draw_id)["lists"][0]

    def board(who: str) -> Any:
        with world.city.acting(who):
            return draws.board(draw_id)["lists"][0].get("kept_in")

    for who in ("scjg.operator", "sfj.supervisor"):
        clients[who] = world.city.client(who)
        page = clients[who].get(f"/draws/{draw_id}").get_data(as_text=True)
        assert all(text in page for text in words), who
        assert board(who) == {"complaint": 1, "order": 2}
    seen = clients["sfj.supervisor"].get(f"/oversight/draws/{draw_id}").get_data(as_text=True)
    assert all(text in seen for text in words)
    page = anybody.get(public).get_data(as_text=True)
    assert "不符合本单位另加的条件" in page and not any(text in page for text in words)
    assert not CHOSEN & content().keys() and not CHOSEN & watched().keys()
    with world.city.acting("scjg.operator"):
        drawing.release(draw_id)
    page = anybody.get(public).get_data(as_text=True)
    assert all(text in page for text in words)
    result = content()
    assert watched()["kept_in"] == result["kept_in"]
    assert result["narrowed"] == "主体类型：个体工商户" and result["kept_in"] == {"complaint": 1, "order": 2}
    record = clients["scjg.operator"].get(f"/draws/{draw_id}/announcement").get_data(as_text=True)
    assert all(text in record for text in words)
    word = docx.Document(io.BytesIO(clients["scjg.operator"].get(f"/draws/{draw_id}/announcement.docx").data))
    cells = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert all(text in cells for text in words)


def test_the_scope_of_a_check_outside_the_plan_is_told_in_words_to_all(world: World, run_jobs: Any) -> None:
    """draw.md, "Who could cheat": a word of the scope leaves a friend out of the file with no row and no status. Whoever commits
    reads it first, and how many it leaves out; nobody is told that nobody was left out of more than the scope."""
    friend = firm_code(5)
    with world.city.acting("scjg.planner"):
        for firm in db.session.scalars(sa.select(Entity)):
            firm.scope = "美容服务" if firm.code == friend else "餐饮服务"
        wanted = service.AdHoc(
            name="临时抽查", reason="上级临时部署", reference="示范办5号", starts_on=today(), ends_on=today(),
            rates={"*": {"number": 2}}, conditions={"kinds": [], "scope": ["餐饮"]},
        )  # fmt: skip
        campaign_id = service.start_ad_hoc(wanted).id
        service.invite(campaign_id)
    world.accept(campaign_id, "SCJG", stratify="none")
    within, client = "抽查范围——经营范围含：餐饮", world.city.client("scjg.operator")
    assert "经营范围含：餐饮" in client.get(f"/campaigns/{campaign_id}").get_data(as_text=True)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id).draw_id
        assert draw_id is not None
        drawing.let_watch(draw_id, True)
    run_jobs()
    with world.city.acting("sfj.supervisor"):
        steps = [step.text for step in trace.of(draw_id)]
    with world.city.acting("scjg.operator"):
        assert friend not in {row.id for row in rules.parse_pool(draws.pool_file(draw_id), "x").rows}
    left_out = (
        "市场监管局的名单只有抽查范围以内的对象——经营范围含：餐饮；名录中不属于抽查范围、不在名单里的1户"
    )
    assert any(text.endswith(left_out) for text in steps), steps
    commit(world, draw_id)
    run_jobs()
    anybody = world.city.client()
    for path in (f"/open/draws/{draw_id}", f"/hall/{draw_id}"):
        page = anybody.get(path).get_data(as_text=True)
        assert within in page and "抽查范围内的对象全部可抽，没有排除。" in page, path
    listed = anybody.get("/api/v1/draws/").get_json()["items"]
    (result,) = [each["content"] for each in listed if each["content"]["id"] == str(draw_id)]
    assert result["lists"][0]["scope"] == "经营范围含：餐饮"


def drawn_this_year(world: World, campaign_id: UUID) -> tuple[set[str], int]:
    """What the pool of market regulation would leave out as drawn before, and how many draws it passes over."""
    with world.city.acting("scjg.planner"):
        campaign, own = queries.campaign(campaign_id), queries.my_list(campaign_id)
        assert own is not None
        rows = pool_of(campaign, own).rows
        return {row.id for row in rows if row.status == "XYEAR"}, service.untold_draws(campaign, own)


def test_a_closed_draw_waits_for_its_holders_and_the_visited_firm_gets_its_own_lot(
    world: World, run_jobs: Any
) -> None:
    """From the choice to the code at the door: frozen closed, held by two, drawn, and each firm with its line alone."""
    campaign_id = world.ready(())
    with world.city.acting("scjg.operator"):
        may = {each.id for each in service.may_hold(campaign_id)}
        assert world.city.bureaus["WSJK"] in may
        assert not may & {world.city.bureaus["SCJG"], world.city.bureaus["SFJ"]}
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    for who in ("sfj.supervisor", "wsjk.operator"):
        with world.city.acting(who):
            assert [each.id for each in db.session.scalars(draws.to_receive())] == [draw_id]
            assert draws.draw(draw_id).state == "frozen"
            (pool,) = drawing.take(draw_id)
            drawing.sign(draw_id, {"990100-SCJG": rules.pool_digest("sha256", pool.content).hex()})
            assert list(db.session.scalars(draws.to_receive())) == []
        run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    with world.city.acting("scjg.operator"):
        (visit, *others) = visits.of_campaign(campaign_id)
        files = {each.name: draws.file(draw_id, each.name).content for each in draws.files(draw_id)}
    assert others and "pool-990100-SCJG.txt" not in files
    anybody = world.city.client()
    page = anybody.get(f"/v/{visit.code}").get_data(as_text=True)
    address = f"/v/{visit.code}/lots/990100-SCJG.json"
    assert address in page and f"/open/draws/{draw_id}/lot" in page
    lot = anybody.get(address)
    assert lot.status_code == 200 and lot.headers["Cache-Control"] == "no-store"
    assert rules.parse_line(json.loads(lot.data)["line"]).id == visit.entity_code
    verdict = rules.verify(
        rules.Evidence(files["proof.json"], register=files["register.jsonl"], lot=lot.data)
    )
    assert verdict.valid and verdict.drawn, verdict
    assert anybody.get(f"/v/{visit.code}/lots/990100-YJGL.json").status_code == 404
    assert anybody.get("/v/ABCDABCDABCDABCD/lots/990100-SCJG.json").status_code == 404


def test_where_one_stratum_alone_draws_a_closed_draw_is_refused_before_it_begins(world: World) -> None:
    """Whatever would fail at the freeze is said before, with what to change; nothing is begun."""
    alone, both = {"91": {"number": 4}}, {"91": {"number": 4}, "92": {"number": 1}}
    campaign_id = world.invited((), rates=alone)
    world.accept(campaign_id, "SCJG", rates=alone)
    closed = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
    with world.city.acting("scjg.operator"):
        ready = service.readiness(campaign_id)
        assert ready.stops == []
        result = [str(each) for found in ready.of_party.values() for each in found]
        assert any("要封闭抽取的，请先给其他分层也定比例或数量" in each for each in result)
        with pytest.raises(ClerkError, match="只有分层“91”抽取.*或者不分层") as refused:
            service.begin_draw(campaign_id, closed)
        assert "closed" in refused.value.fields
        assert draws.of_campaign(campaign_id) == []
    campaign_id = world.invited((), rates=both)
    world.accept(campaign_id, "SCJG", rates=both)
    with world.city.acting("scjg.operator"):
        assert service.begin_draw(campaign_id, closed).draw_id is not None


@pytest.fixture
def levels(world: World, owner: psycopg.Connection) -> Iterator[None]:
    """Market regulation has risk levels, for one test."""
    world.give_levels()
    yield
    for table in ("target_risk", "risk_scale"):
        owner.execute(f"DELETE FROM {table} WHERE tenant_id = %s", [world.city.bureaus["SCJG"]])


BY_RISK: dict[str, Any] = {"stratify": "risk", "rates": {"R2": {"number": 3}, "*": {"number": 10}}}


@pytest.mark.usefixtures("levels")
def test_a_list_by_risk_level_is_drawn_closed_alone(world: World, run_jobs: Any) -> None:
    """R-P5, draw.md "Pool": an open pool would publish each firm's risk level."""
    campaign_id = world.invited((), rates=BY_RISK["rates"])
    world.accept(campaign_id, "SCJG", **BY_RISK)
    with world.city.acting("scjg.operator"):
        ready = service.readiness(campaign_id)
        assert ready.stops == [] and ready.private == ["市市场监管局"]
        (row,) = ready.counts.values()
        assert {each["stratum"]: each["rows"] for each in row.strata} == {"R0": 48, "R1": 16, "R2": 16}
        with pytest.raises(ClerkError, match="选取、分层或加权，只能封闭抽取"):
            service.begin_draw(campaign_id)
        assert draws.of_campaign(campaign_id) == []
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    with world.city.acting("scjg.operator"):
        pool = rules.parse_pool(draws.pool_file(draw_id), "990100-SCJG")
        assert pool.z is not None
        high = {firm_code(number) for number in range(80) if number % 5 == 0}
        assert {row.id for row in pool.rows if row.stratum == "R2"} == high


@pytest.fixture
def classes(world: World, owner: psycopg.Connection) -> Iterator[None]:
    """Every tenth firm is of the highest class, the next of the lowest, the others have none; for one test."""
    with world.city.acting("scjg.planner") as here:
        for number, firm in enumerate(world.firms):
            if number % 10 < 2:
                grade = "DA"[number % 10]
                db.session.add(
                    CreditClass(tenant_id=here.tenant_id, entity_id=firm, grade=grade, since=today())
                )
    yield
    owner.execute("DELETE FROM credit_class")


@pytest.mark.usefixtures("classes")
def test_a_list_by_credit_class_is_drawn_closed_alone(world: World, run_jobs: Any) -> None:
    """R-P5, draw.md "Pool": an open pool would publish each firm's class, which bureaus alone read."""
    rates = {"CD": {"number": 3}, "*": {"number": 10}}
    campaign_id = world.invited((), rates=rates)
    world.accept(campaign_id, "SCJG", stratify="class", rates=rates)
    with world.city.acting("scjg.operator"):
        ready = service.readiness(campaign_id)
        assert ready.stops == [] and ready.private == ["市市场监管局"]
        (row,) = ready.counts.values()
        assert {each["stratum"]: each["rows"] for each in row.strata} == {"C0": 64, "CA": 8, "CD": 8}
        with pytest.raises(ClerkError, match="只能封闭抽取"):
            service.begin_draw(campaign_id)
        mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
        draw_id = service.begin_draw(campaign_id, mode).draw_id
    assert draw_id is not None
    run_jobs()
    with world.city.acting("scjg.operator"):
        pool = rules.parse_pool(draws.pool_file(draw_id), "990100-SCJG")
        high = {firm_code(number) for number in range(80) if number % 10 == 0}
        assert {each.id for each in pool.rows if each.stratum == "CD"} == high


@pytest.mark.usefixtures("levels")
def test_an_open_draw_freezes_no_list_by_risk_level_whoever_began_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the beginning forgot to ask."""
    campaign_id = world.invited((), rates=BY_RISK["rates"])
    world.accept(campaign_id, "SCJG", **BY_RISK)
    monkeypatch.setattr(Readiness, "expect", lambda _self, _closed: None)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id).draw_id
        assert draw_id is not None
        with pytest.raises(ClerkError, match="不能公开抽取"):
            service.freeze_list(draw_id)
        assert draws.deposits(draw_id) == []
        drawing.give_up(draw_id, "名单须封闭")


@pytest.mark.usefixtures("levels")
@pytest.mark.parametrize("by_list", [True, False])
def test_a_scope_by_risk_level_is_drawn_closed_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, by_list: bool
) -> None:
    """An open pool that is exactly the firms of one level would publish it, whosever condition it is."""
    scope = {"risk": ["高"]}
    conditions = {"kinds": ["91", "92"]} if by_list else scope
    campaign_id = world.invited((), conditions=conditions, rates={"*": {"number": 3}})
    more = {"conditions": scope} if by_list else {}
    world.accept(campaign_id, "SCJG", stratify="none", rates={"*": {"number": 3}}, **more)
    with world.city.acting("scjg.operator"):
        assert service.readiness(campaign_id).private == ["市市场监管局"]
        with pytest.raises(ClerkError, match="选取、分层或加权，只能封闭抽取"):
            service.begin_draw(campaign_id)
        monkeypatch.setattr(Readiness, "expect", lambda _self, _closed: None)
        draw_id = service.begin_draw(campaign_id).draw_id
        assert draw_id is not None
        with pytest.raises(ClerkError, match="不能公开抽取"):
            service.freeze_list(draw_id)
        drawing.give_up(draw_id, "名单须封闭")


@pytest.mark.usefixtures("levels")
def test_risk_levels_weigh_in_a_closed_draw_alone(world: World) -> None:
    campaign_id = world.invited((), rates={"*": {"number": 5}})
    weights = {"by": "risk", "of": {"R2": 3}}
    world.accept(campaign_id, "SCJG", weights=weights, stratify="none", rates={"*": {"number": 5}})
    with world.city.acting("scjg.operator"):
        assert service.readiness(campaign_id).private == ["市市场监管局"]
        with pytest.raises(ClerkError, match="只能封闭抽取"):
            service.begin_draw(campaign_id)
        campaign, own = queries.campaign(campaign_id), queries.my_list(campaign_id)
        assert own is not None
        weighed = {row.id: row.weight for row in pool_of(campaign, own).rows}
        assert {weighed[firm_code(number)] for number in range(80) if number % 5 == 0} == {3}
        assert {weighed[firm_code(number)] for number in range(80) if number % 5} == {1}


@pytest.mark.usefixtures("levels")
def test_a_scale_changed_since_the_answer_stops_the_freeze_until_it_is_answered_anew(world: World) -> None:
    """R-P5: a rate for R2 would mean the middle level now, and no more the high one."""
    campaign_id = world.invited((), rates=BY_RISK["rates"])
    world.accept(campaign_id, "SCJG", **BY_RISK)
    mode = drawing.Mode(closed=True, holder_id=world.city.bureaus["WSJK"])
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, mode).draw_id
        assert draw_id is not None
    with world.city.acting("scjg.planner"):
        target_service.save_scale("低 0\n中 30\n高 60")
    with world.city.acting("scjg.operator"):
        with pytest.raises(
            ClerkError, match="市市场监管局在答复之后改过风险等级.*由市市场监管局按现在的等级重新填写"
        ):
            service.freeze_list(draw_id)
        assert draws.deposits(draw_id) == []
        drawing.give_up(draw_id, "等级改过")
        service.reopen(campaign_id)
        with pytest.raises(ClerkError, match="先解决：答复之后改过风险等级"):
            service.begin_draw(campaign_id, mode)
    with world.city.acting("scjg.planner"):
        service.try_again(campaign_id)
        (stop,) = [
            str(each) for _, each in service.readiness(campaign_id).stops if "改过风险等级" in str(each)
        ]
        assert "重新填写并提交本部门的名单" in stop
    world.accept(campaign_id, "SCJG", **BY_RISK)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id, mode).draw_id
        assert draw_id is not None
        assert service.freeze_list(draw_id)["rows"] == 80
        drawing.give_up(draw_id, "试")


def test_a_bureau_without_levels_is_told_what_to_do_first(world: World) -> None:
    campaign_id = world.invited(())
    with world.city.acting("scjg.planner"), pytest.raises(ClerkError) as refused:
        service.accept(campaign_id, world.contribution("SCJG", **BY_RISK))
    assert "还没有制定风险等级" in refused.value.fields["stratify"][0]


@pytest.mark.usefixtures("levels")
def test_where_one_level_alone_draws_it_is_refused_in_the_preview(world: World) -> None:
    campaign_id = world.invited((), rates={"R2": {"number": 3}})
    world.accept(campaign_id, "SCJG", stratify="risk", rates={"R2": {"number": 3}})
    with world.city.acting("scjg.planner"):
        (stop,) = [problem for _, problem in service.readiness(campaign_id).stops]
        assert "只有分层“R2”抽取" in str(stop) and stop.where == "list"


def test_without_a_supervisor_it_is_said_before(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who opens the line must be there; it was said when the draw was begun."""
    campaign_id = world.ready(())
    monkeypatch.setattr(bureaus, "supervisors_of", lambda _bureau: [])
    with world.city.acting("scjg.operator"):
        (stop,) = [str(problem) for _, problem in service.readiness(campaign_id).stops]
        assert "没有找到监督" in stop
