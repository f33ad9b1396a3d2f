"""A freeze that is refused. After a void draw: the same lists, other parties, or the end of the campaign; after one that holds, another (R-D7, R-P4)."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries, service
from onedoor.campaigns.rules import CampaignState
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.draws import rules as draw_rules
from onedoor.draws import service as drawing
from onedoor.entities.models import Entity
from onedoor.filing import service as filing
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import in_scope
from onedoor.officers.models import Inspector
from onedoor.plans import queries as plans
from onedoor.plans.models import VisitCap
from onedoor.visits import queries as visits
from tenants import scope
from tests.campaigns.builders import World, firm_code
from tests.campaigns.test_campaign_draw import JUSTICE, begin, commit, filed, hold, reveal
from tests.fixtures.former_draws import set_apart


@pytest.fixture(autouse=True)
def apart(owner: psycopg.Connection) -> None:
    """Each begins with no draw of another in its way."""
    set_apart(owner)


def void(world: World, run_jobs: Any) -> tuple[UUID, UUID]:
    """A campaign and its draw, in which justice did not reveal."""
    campaign_id = world.ready()
    draw_id = begin(world, campaign_id)
    run_jobs()
    commit(world, draw_id)
    run_jobs()
    with world.city.acting("scjg.operator"):
        drawing.close_texts(draw_id)
        drawing.void(draw_id, "司法局设备损坏，无法揭示")
    return campaign_id, draw_id


def again(world: World, campaign_id: UUID) -> UUID:
    """Another draw, with civil affairs committing too."""
    with world.city.acting("scjg.operator"):
        made = service.draw_again(campaign_id, "上次抽取作废", [world.city.bureaus["MZJ"]]).draw_id
    assert made is not None
    return made


def test_a_void_draw_is_drawn_again_from_the_same_lists_with_its_reason(world: World, run_jobs: Any) -> None:
    """R-D7: and what changed in the register since does not change the lists."""
    campaign_id, first = void(world, run_jobs)
    with world.city.acting("scjg.planner"):
        db.session.scalars(sa.select(Entity).where(Entity.code == firm_code(70))).one().status = "moved"
    second = again(world, campaign_id)
    with world.city.acting("yjgl.planner"):
        for one in world.officers["YJGL"]:
            db.session.get_one(Inspector, one).status = "suspended"
        db.session.flush()
        with pytest.raises(ClerkError, match="没有一名在岗、证件有效.*恢复（换证、复岗、销假）后重试"):
            service.freeze_list(second)
        db.session.rollback()
    run_jobs()
    with world.city.acting("scjg.operator"):
        assert draws.pool_file(second) == draws.pool_file(first)
        assert draws.draw(second).seq == 2
        assert [part.bureau_id for part, _ in draws.committers(second)][2:] == [world.city.bureaus["MZJ"]]
        db.session.scalars(sa.select(Entity).where(Entity.code == firm_code(70))).one().status = "active"


def test_nobody_draws_again_with_the_same_parties_or_while_a_draw_goes_on(
    world: World, run_jobs: Any
) -> None:
    campaign_id, _first = void(world, run_jobs)
    with world.city.acting("scjg.operator"):
        with pytest.raises(ClerkError, match="已经作废。再次抽取须"):
            service.draw_again(campaign_id, "上次抽取作废")
        with pytest.raises(ClerkError, match="写明再次抽取的理由"):
            service.draw_again(campaign_id, " ", [world.city.bureaus["MZJ"]])
    again(world, campaign_id)
    with world.city.acting("scjg.operator"), pytest.raises(Conflict, match="没有作废"):
        service.draw_again(campaign_id, "理由", [world.city.bureaus["MZJ"]])


def test_giving_the_next_draw_up_opens_no_lists_after_a_void_one(world: World, run_jobs: Any) -> None:
    """Otherwise whoever did not like what was revealed would have new lists."""
    campaign_id, first = void(world, run_jobs)
    second = again(world, campaign_id)
    with world.city.acting("scjg.operator"):
        drawing.give_up(second, "有误")
        with pytest.raises(Conflict, match="只能用原来的名单再次抽取"):
            service.reopen(campaign_id)
    third = again(world, campaign_id)
    run_jobs()
    with world.city.acting("scjg.operator"):
        assert draws.pool_file(third) == draws.pool_file(first) and draws.draw(third).seq == 2


def test_the_new_party_commits_from_its_own_device_and_the_supervisor_says_why(
    world: World, run_jobs: Any
) -> None:
    campaign_id, _first = void(world, run_jobs)
    second = again(world, campaign_id)
    run_jobs()
    with world.city.acting("mzj.operator"):
        draw = draws.draw(second)
        own = draws.own_committer(second)
        assert own is not None and second in {one.id for one in db.session.scalars(draws.to_commit())}
        nonce = secrets.token_bytes(32)
        digest = draw_rules.commit("sha256", draw.line, draw.seq, draw.number, own.name, nonce).hex()
        drawing.commit(second, digest)
    with world.city.acting("sfj.supervisor"):
        draw = draws.draw(second)
        digest = draw_rules.commit("sha256", draw.line, draw.seq, draw.number, JUSTICE, nonce).hex()
        drawing.commit(second, digest, "由民政局共同承诺，同意再次抽取")
    run_jobs()
    with world.city.acting("scjg.operator"):
        assert draws.draw(second).state == "open"


def test_after_a_void_draw_the_campaign_may_end_instead(world: World, run_jobs: Any) -> None:
    campaign_id, _first = void(world, run_jobs)
    with world.city.acting("scjg.planner"):
        service.cancel(campaign_id, "不再开展")
        assert queries.campaign(campaign_id).state == CampaignState.CANCELLED
    going_on = world.ready()
    begin(world, going_on)
    with world.city.acting("scjg.planner"), pytest.raises(Conflict, match="抽取正在进行"):
        service.cancel(going_on, "不再开展")


def test_a_filing_returned_after_a_void_draw_stops_it_or_keeps_the_lists(world: World, run_jobs: Any) -> None:
    """R-P4."""
    campaign_id, _first = void(world, run_jobs)
    with world.city.acting("scjg.planner"):
        plan = plans.plan(queries.campaign(campaign_id).plan_id)  # type: ignore[arg-type]
        sent = filing.send(
            "plan", plan.id, plan.title, version=plan.version, review=False, due_on=None, summary={},
            series_id=plan.series_id, shared_with=[],
        )  # fmt: skip
        ids = [one.id for one in sent if one.receiver_id == world.city.bureaus["SFJ"]]
    with world.city.acting("sfj.supervisor"):
        for each in ids:
            filing.answer(each, False, "参与部门不全")
    with world.city.acting("scjg.planner"):
        with pytest.raises(Conflict, match="名单不能再改"):
            service.decide_on_filing(campaign_id, "redraw", "修改计划")
        service.decide_on_filing(campaign_id, "stop", "修改计划后另行开展")
        assert queries.campaign(campaign_id).state == CampaignState.CANCELLED


def test_a_filing_returned_after_the_draw_says_what_becomes_of_it(world: World, run_jobs: Any) -> None:
    """R-P4: and another draw is a new numbered one with the reason (R-D7)."""
    campaign_id = world.ready()
    first = hold(world, campaign_id, run_jobs)
    with world.city.acting("scjg.planner"):
        assert not service.is_returned(campaign_id)
        with pytest.raises(Conflict, match="没有被退回"):
            service.decide_on_filing(campaign_id, "keep", "理由")
    files = public_files(world, first)
    filed(world, campaign_id, accepted=False)
    with world.city.acting("scjg.planner"):
        assert service.is_returned(campaign_id)
        with pytest.raises(ClerkError) as refused:
            service.decide_on_filing(campaign_id, "redraw", "")
        assert "reason" in refused.value.fields
        service.decide_on_filing(campaign_id, "redraw", "增加参与部门后再抽")
    with world.city.acting("yjgl.planner"):
        campaign = queries.campaign(campaign_id)
        assert (campaign.filing_decision, campaign.state) == ("redraw", CampaignState.INVITING)
    second = begin(world, campaign_id)
    with world.city.acting("scjg.operator"):
        assert draws.draw(second).reason == "增加参与部门后再抽"
        assert draws.draw(first).state == "drawn"
    # The supervisor takes note of the reason before there is a plan; the new draw has the next number in the register.
    run_jobs()
    with world.city.acting("sfj.supervisor"):
        assert second in {each.id for each in db.session.scalars(draws.to_note())}
        found, nonce = draws.draw(second), secrets.token_bytes(32)
        digest = draw_rules.commit("sha256", found.line, found.seq, found.number, JUSTICE, nonce).hex()
        with pytest.raises(ClerkError, match="请确认已知悉"):
            drawing.commit(second, digest)
        drawing.commit(second, digest, noted=True)
    run_jobs()
    reveal(world, second, nonce)
    run_jobs()
    with world.city.acting("scjg.operator"):
        former, again = draws.draw(first), draws.draw(second)
        assert (again.seq, again.prev, again.state) == (2, former.proof_digest, "drawn")
        # Who was drawn before is not visited on the strength of the former draw, and everybody can see that it was drawn.
        states = {visit.required_draw_id: set() for visit in visits.of_campaign(campaign_id)}  # type: dict[UUID, set[str]]
        for visit in visits.of_campaign(campaign_id):
            states[visit.required_draw_id].add(visit.state)
        assert states[first] == {"cancelled"} and "cancelled" not in states[second]
        code = next(visit.code for visit in visits.of_campaign(campaign_id) if visit.draw_id == first)
    everybody_reads_that_another_draw_came(world, first, second, code)
    # Only what changed was written again: pools, proof and the rest went over to the new version as they were.
    again_files = public_files(world, first)
    assert again_files.keys() == files.keys() and len(files) > 3
    assert {name for name in files if files[name] != again_files[name]} == {"register.jsonl"}


def public_files(world: World, draw_id: UUID) -> dict[str, tuple[UUID, str]]:
    """The public files of a draw as everybody gets them: the row that holds each, and its digest."""
    with in_scope(scope.public(), world.city.app):
        published = disclosures.of_subject("draw", draw_id)
        assert published is not None
        files = {each.name: each for each in disclosures.files(published.id)}
        assert all(hashlib.sha256(each.content).hexdigest() == each.digest for each in files.values())
        return {name: (each.id, each.digest) for name, each in files.items()}


def everybody_reads_that_another_draw_came(world: World, first: UUID, second: UUID, code: str) -> None:
    """R-D7: on the former draw's public page, the supervisor's desk, the firm's page of the visit's code; also in English."""
    why = "抽查任务已再次抽取，以新的抽取结果为准"
    with world.city.acting("scjg.operator"):
        drawn, off = draws.outcome(first).objects, draws.called_off(first)
        assert {each.object_code: each.lists for each in off} == {each.code: each.lists for each in drawn}
        assert {each.reason for each in off} == {why} and draws.called_off(second) == []
        result = drawing.result(draws.draw(first))
        assert {each["off"] for each in result["objects"]} == {"whole"}
    with world.city.acting("sfj.supervisor"):
        assert first in {each.id for each in db.session.scalars(draws.called_off_lately())}
    client = world.city.client()
    for path in (f"/open/draws/{first}", f"/v/{code}"):
        assert why in client.get(path).get_data(as_text=True), path
    english = client.get(f"/open/draws/{first}?lang=en").get_data(as_text=True)
    assert why not in english


def test_a_list_is_tried_once_more_on_the_day_of_its_freeze(world: World) -> None:
    """R-J5, R-L8: whoever answered weeks ago draws nothing without officers, or without anybody to draw."""
    campaign_id = world.ready(("YJGL",))
    draw_id = begin(world, campaign_id)
    with world.city.acting("scjg.planner"):
        # While other draws go on, all bureaus' lists are asked before any is frozen (R-P6).
        service.freeze_list(draw_id)
    with world.city.acting("yjgl.planner"):
        officers = [db.session.get_one(Inspector, one) for one in world.officers["YJGL"]]
        for one in officers[1:]:
            one.status = "suspended"
        db.session.flush()
        result = r"市应急管理局的名单按今天的名录和执法人员重新核对，有 \d 个问题，不能冻结。先解决：.*不够每组 2 人.*终止冻结、重新开放"
        with pytest.raises(ClerkError) as refused:
            service.freeze_list(draw_id)
        assert re.match(result, str(refused.value))
        for one in officers:
            one.status = "suspended"
        db.session.flush()
        with pytest.raises(ClerkError, match="没有可以担任组长的执法人员"):
            service.freeze_list(draw_id)
        db.session.rollback()
    with world.city.acting("yjgl.planner"):
        bureau = world.city.bureaus["YJGL"]
        cap = VisitCap(tenant_id=bureau, year=today().year, entity_kind="*", visits=0, basis="示范文件")
        db.session.add(cap)
        db.session.flush()
        with pytest.raises(ClerkError, match="一户也抽不到"):
            service.freeze_list(draw_id)
        db.session.rollback()
    with world.city.acting("yjgl.planner"):
        assert world.city.bureaus["YJGL"] not in {one.tenant_id for one in draws.deposits(draw_id)}
        assert service.freeze_list(draw_id)["rows"] == 60
