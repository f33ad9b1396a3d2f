"""Trying a list before the freeze: the counts of the pool that will be frozen, what-ifs, and nothing written."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Campaign, PartyList, PartyReadiness
from onedoor.campaigns.service import Trial, TrialRequest
from onedoor.campaigns.service.list_notes import narrowed_for_all, what_a_supervisor_asks
from onedoor.campaigns.service.pools import pool_of
from onedoor.draws import service as drawing
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.models import Entity
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id, text_as_bytes, written
from onedoor.kernel.errors import ClerkError
from onedoor.officers.models import Recusal
from onedoor.plans.models import CapEntry, VisitCap
from onedoor.targets.queries import pools
from tests.campaigns.builders import World, firm_code

GONE, CAPPED, RECUSED = 24, (20, 21, 22), (30, 31)
CODE = "990100-YJGL"


@pytest.fixture(scope="module")
def campaign_id(world: World) -> UUID:
    """Emergency management takes part: of its 60 firms one is gone, three had their visit, one officer is recused from two."""
    made = world.invited(("YJGL",))
    world.accept(made, "SCJG", "YJGL")
    with world.city.acting("scjg.planner"):
        db.session.scalars(sa.select(Entity).where(Entity.code == firm_code(GONE))).one().status = "moved"
    bureau = world.city.bureaus["YJGL"]
    with world.city.acting("yjgl.planner"):
        db.session.add(
            VisitCap(tenant_id=bureau, year=today().year, entity_kind="*", visits=1, basis="示范文件")
        )
        for number in CAPPED:
            db.session.add(
                CapEntry(tenant_id=bureau, entity_code=firm_code(number), year=today().year, visit_id=new_id(),
                         kind="random", posted_at=now())
            )  # fmt: skip
        for number in RECUSED:
            db.session.add(
                Recusal(tenant_id=bureau, inspector_id=world.officers["YJGL"][0], entity_code=firm_code(number),
                        reason_code="KIN", reason="近亲属", since=today(), created_at=now())
            )  # fmt: skip
    return made


def tried(world: World, campaign_id: UUID, what_if: dict[str, Any] | None = None, **more: Any) -> Trial:
    with world.city.acting("yjgl.planner"):
        own = queries.my_list(campaign_id)
        assert own is not None
        asked = TrialRequest.of(own, **(what_if or {}))
        return service.trial(queries.campaign(campaign_id), asked, CODE, **more)


def test_what_is_counted_is_what_will_be_frozen(world: World, campaign_id: UUID) -> None:
    """Counted where the rows are, against the rows themselves."""
    found = tried(world, campaign_id)
    with world.city.acting("yjgl.planner"):
        own = queries.my_list(campaign_id)
        assert own is not None
        rows = pool_of(queries.campaign(campaign_id), own).rows
    assert Counter((row.stratum, row.status) for row in rows) == {
        (stratum, status): count for stratum, each in found.statuses.items() for status, count in each.items()
    }
    assert (found.rows, found.left_out("XGONE"), found.left_out("XCAP")) == (60, 1, 3)
    assert found.eligible == 56 and found.recusals == {"KIN": 2}


def test_whom_a_bureaus_own_conditions_leave_out_stands_in_the_pool_with_the_reason(
    world: World, campaign_id: UUID
) -> None:
    """Who narrows by a word of a friend's business scope leaves the friend in the file, and a count (R-D2).

    No firm here has an industry: what is unknown does not hold.
    """
    found = tried(world, campaign_id, {"conditions": {"kinds": ["92"]}})
    assert (found.rows, found.left_out("XSCOPE"), found.left_out("XGONE")) == (60, 44, 1)
    assert found.eligible == 15 and {row.stratum: row.quota for row in found.strata} == {"91": 0, "92": 2}
    unknown = tried(world, campaign_id, {"conditions": {"industries": ["餐饮"]}})
    assert (unknown.eligible, unknown.left_out("XSCOPE")) == (0, 59)
    assert tried(world, campaign_id).left_out("XSCOPE") == 0


def test_a_bureaus_own_conditions_are_told_to_the_supervisor_in_words(
    world: World, campaign_id: UUID
) -> None:
    with world.city.acting("yjgl.planner"):
        own = queries.my_list(campaign_id)
        assert own is not None
        narrow = TrialRequest.of(own, conditions={"kinds": ["92"], "scope": ["热食"]})
        campaign, name = queries.campaign(campaign_id), "市应急管理局"
        result = [
            str(each) for each in what_a_supervisor_asks(campaign, narrow, name, {"E": 15, "XSCOPE": 44})
        ]
        usual = [str(each) for each in what_a_supervisor_asks(campaign, own, name, {"E": 56})]
        public = narrowed_for_all({"kinds": ["92"], "risk": ["高"], "tags": ["重点"]})
    scope = "市应急管理局的名单只有抽查范围以内的对象——主体类型：企业、个体工商户；名录中不属于抽查范围、不在名单里的0户"
    assert result[0] == usual[0] == scope
    assert result[1] == (
        "市应急管理局本单位另加的条件——主体类型：个体工商户；经营范围含：热食；名录中属于抽查范围而不列入的44户"
    )
    assert not any("另加的条件" in text for text in usual)
    # Of tags and levels that there are some: whoever is drawn would be known to have them (access.md, "target").
    assert public == "主体类型：个体工商户；另有不公开的条件（标签、风险等级或信用等级）"
    assert narrowed_for_all({"risk": ["高"]}) == "另有不公开的条件（标签、风险等级或信用等级）"
    assert narrowed_for_all({}) is None


def test_an_answer_of_a_time_without_references_is_mended_before_the_freeze(world: World) -> None:
    """R-D3: who is kept in though drawn this year has a document or case to show for it."""
    made = world.invited(("YJGL",))
    kept = [{"code": firm_code(number), "reason": "order", "reference": f"{number}号"} for number in (30, 31)]
    world.accept(made, "SCJG", "YJGL", kept=kept)

    def forget(letters: str) -> None:
        """As an answer stood that was given before."""
        with world.city.acting(f"{letters.lower()}.planner"):
            own = queries.my_list(made)
            assert own is not None
            own.kept = [{"code": each["code"], "reason": each["reason"]} for each in kept]

    text = "今年抽中过仍保留的对象有 2 户没有写明依据的文号或编号"
    forget("SCJG")
    with world.city.acting("scjg.operator"), pytest.raises(ClerkError, match=f"先解决：.*{text}"):
        service.begin_draw(made)
    world.accept(made, "SCJG", kept=kept)
    forget("YJGL")
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(made).draw_id
        assert draw_id is not None
    with world.city.acting("yjgl.planner"):
        with pytest.raises(ClerkError, match=f"市应急管理局{text}，不能冻结.*由市应急管理局在名单里逐户补写"):
            service.freeze_list(draw_id)
        assert "没有写明依据" in "".join(
            str(each) for each in service.trial(queries.campaign(made), _own(made), CODE).problems
        )
    with world.city.acting("scjg.operator"):
        drawing.give_up(draw_id, "补写依据")
        service.reopen(made)
    world.accept(made, "YJGL", kept=kept)
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(made).draw_id
        assert draw_id is not None
    with world.city.acting("yjgl.planner"):
        service.freeze_list(draw_id)


def _own(campaign_id: UUID) -> PartyList:
    found = queries.my_list(campaign_id)
    assert found is not None
    return found


def test_whom_it_moved_out_of_a_scope_in_the_register_is_counted(world: World, campaign_id: UUID) -> None:
    """A friend whose place is changed neither joins a library nor leaves it; one told of another thing is not counted."""
    with world.city.acting("yjgl.planner"):
        campaign = queries.campaign(campaign_id)
        assert service.look_back(campaign) == (today() - timedelta(days=30), False)
        before = service.recent_changes(campaign).moved
    with world.city.acting("scjg.planner"):
        by_code = {each.code: each for each in db.session.scalars(sa.select(Entity))}
        place = by_code[firm_code(40)].jurisdiction_code
        by_code[firm_code(40)].jurisdiction_code = "990121"
        by_code[firm_code(41)].sort_key = "041x"
        # In no library of emergency management.
        by_code[firm_code(3)].jurisdiction_code = "990121"
        db.session.flush()
    with world.city.acting("yjgl.planner"):
        assert service.recent_changes(queries.campaign(campaign_id)).moved == before + 1
    with world.city.acting("scjg.planner"):
        db.session.scalars(
            sa.select(Entity).where(Entity.code == firm_code(40))
        ).one().jurisdiction_code = place


def test_a_pool_is_made_by_all_processes_the_database_has(
    world: World, campaign_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in the query of a million lines keeps PostgreSQL to one process: it plans a second one when told to try."""
    asked: list[Any] = []

    def hear(query: Any) -> bytes:
        asked.append(query)
        return text_as_bytes(query)

    monkeypatch.setattr(pools, "text_as_bytes", hear)
    with world.city.acting("yjgl.planner"):
        own, campaign = queries.my_list(campaign_id), queries.campaign(campaign_id)
        assert own is not None
        pool_of(campaign, own)
        link = db.session.connection()
        driver = link.connection.driver_connection
        assert len(asked) == 1 and driver is not None
        driver.execute("SET LOCAL debug_parallel_query = on")
        text, given = written(asked[0], link.dialect)
        plan = [row[0] for row in driver.execute("EXPLAIN " + text, given)]
    assert any("Gather" in line for line in plan), plan


def test_caps_a_visit_higher_let_those_in_who_had_theirs(world: World, campaign_id: UUID) -> None:
    """R-P6: told apart from the ledger, before anything is frozen."""
    assert tried(world, campaign_id, more_visits=1).left_out("XCAP") == 0
    assert tried(world, campaign_id, more_visits=1).eligible == 59


def test_another_rate_moves_the_quota_and_says_what_is_too_much(world: World, campaign_id: UUID) -> None:
    usual = tried(world, campaign_id)
    more = tried(world, campaign_id, {"rates": {"*": {"bp": 6000}}})
    assert more.quota > usual.quota
    assert any("比例超过一半" in problem.message for problem in more.problems)
    one = tried(world, campaign_id, {"rates": {"*": {"bp": 0}, "91": {"number": 3}}})
    assert {row.stratum: row.quota for row in one.strata} == {"91": 3, "92": 0}
    none = tried(world, campaign_id, {"rates": {"*": {"bp": 0}}})
    assert [problem.where for problem in none.problems] == ["list"]


def test_too_few_officers_are_said_with_where_to_change_it(world: World, campaign_id: UUID) -> None:
    found = tried(world, campaign_id, {"rates": {"*": {"all": True}}}, officer_cap=2)
    assert found.capacity < found.slots and found.unfilled > 0
    assert any(problem.where == "officers" and problem.level == "stop" for problem in found.problems)


def test_recusals_are_counted_unless_one_asks_what_they_cost(world: World, campaign_id: UUID) -> None:
    """R-D5: a team so large that each recusal leaves too few."""
    narrow = tried(world, campaign_id, {"team_size": 8})
    assert any("因人员回避" in problem.message for problem in narrow.problems)
    without = tried(world, campaign_id, {"team_size": 8}, recusals=False)
    assert not any("因人员回避" in problem.message for problem in without.problems)
    assert without.recusals == {}


def test_a_weight_that_is_too_heavy_is_said(world: World, campaign_id: UUID) -> None:
    """R-P5: in one stratum, enterprises a hundred times as heavy."""
    weights = {"by": "kind", "of": {"91": 100, "92": 1}}
    found = tried(world, campaign_id, {"weights": weights, "stratify": "none", "rates": {"*": {"bp": 9000}}})
    assert any("必然抽中" in problem.message and problem.where == "list" for problem in found.problems)


def test_trying_writes_nothing(world: World, campaign_id: UUID) -> None:
    def kept() -> Any:
        with world.city.acting("yjgl.planner"):
            own = queries.my_list(campaign_id)
            assert own is not None
            row = db.session.scalars(
                sa.select(PartyReadiness).where(
                    PartyReadiness.campaign_id == campaign_id, PartyReadiness.tenant_id == own.tenant_id
                )
            ).one()
            return row.computed_at, row.quota, own.rates, own.skip_drawn, own.cap

    before = kept()
    tried(world, campaign_id, {"rates": {"*": {"all": True}}, "skip_drawn": False}, more_visits=3)
    assert kept() == before


def test_of_places_each_in_use_is_a_row_and_all_else_goes_by_its_firm(world: World) -> None:
    """draw.md, "Pool": code and number; of a firm no more stay in than it may still be visited (R-P6)."""
    made = world.invited(("YJGL",), unit="place")
    shops = world.give_places({50: 3, 51: 1, 20: 2, 30: 2}, "YJGL")
    with world.city.acting("scjg.planner"):
        firm = entity_queries.entity(world.firms[50])
        shut = {"name": "", "address": "示范路50-3号", "jurisdiction_code": "990102", "note": ""}
        entity_service.save_premises(
            firm, {**shut, "closed_on": today()}, entity_queries.premises(shops[50][2])
        )
    world.accept(made, "YJGL", stratify="place", rates={"*": {"all": True}}, skip_drawn=False)
    with world.city.acting("yjgl.planner"):
        own, campaign = queries.my_list(made), queries.campaign(made)
        assert own is not None
        pool = pool_of(campaign, own)
        rows = {row.id: (row.stratum, row.status) for row in pool.rows}
        capped = {20: 2, 30: 1, 50: 1}
        assert sorted(rows) == pool.ids and len(rows) == 8
        assert {
            number: sum(rows[f"{firm_code(number)}:{n}"][1] == "XCAP" for n in (1, 2)) for number in capped
        } == capped
        assert rows[f"{firm_code(51)}:1"] == ("990102", "E")
        assert rows[f"{firm_code(50)}:3"] == ("990102", "XGONE")
        found = service.trial(campaign, own, CODE)
        assert Counter(rows.values()) == {
            (stratum, status): count
            for stratum, each in found.statuses.items()
            for status, count in each.items()
        }
        # One who is recused from a firm is recused from each of its places.
        assert found.recusals == {"KIN": 2}
        assert [dict(one.params) for one in found.problems if "不止一处" in one.message] == [
            {"entities": 4, "places": 7, "several": 3, "most": 2}
        ]
        several = service.places_per_code(campaign, own)
        assert several is not None and several.greatest[0][2] == 2 and several.unlisted > 0
        more = service.trial(campaign, own, CODE, more_visits=1)
        assert (found.left_out("XCAP"), more.left_out("XCAP")) == (4, 1)
        assert service.places_per_code(queries.campaign(_of_entities(world)), own) is None
    with world.city.acting("yjgl.planner"):
        within = service.TrialRequest.of(own, conditions={"places": ["990102"]}, stratify="kind")
        asked = service.trial(queries.campaign(made), within, CODE)
        # Where the place is counts, and not where its firm is registered; who is out of scope takes no turn of its firm.
        assert (asked.rows, asked.eligible) == (8, 3)
        assert [asked.left_out(why) for why in ("XSCOPE", "XCAP", "XGONE")] == [3, 1, 1]


def _of_entities(world: World) -> UUID:
    with world.city.acting("yjgl.planner"):
        return db.session.scalars(sa.select(Campaign.id).where(Campaign.unit == "entity")).first() or UUID(
            int=0
        )


def test_a_check_that_goes_on_after_new_year_breaks_no_cap_of_either_year(world: World) -> None:
    """R-P6: stopped before the draw; on which side of New Year a visit will be nobody knows until it is arranged."""
    bureau, year = world.city.bureaus["XFJY"], today().year
    shops = world.give_places({1: 2, 2: 2, 3: 2}, "XFJY")
    visited = {1: year, 2: year + 1}
    with world.city.acting("xfjy.planner"):
        for each in (year, year + 1):
            cap = {"tenant_id": bureau, "year": each, "entity_kind": "*", "basis": "示范文件"}
            db.session.add(VisitCap(**cap, visits=3 if each == year else 1))
        for number, when in visited.items():
            code = firm_code(number)
            for _visit in range(3 if when == year else 1):
                entry = {"tenant_id": bureau, "entity_code": code, "year": when, "visit_id": new_id()}
                db.session.add(CapEntry(**entry, kind="random", posted_at=now()))

    def left_out(ends_on: date, unit: str) -> tuple[dict[int, int], dict[str, int]]:
        with world.city.acting("xfjy.planner"):
            wanted = service.AdHoc(
                name="岁末抽查",
                reason="上级部署",
                reference="示政办发〔2026〕12号",
                starts_on=today(),
                ends_on=ends_on,
                rates={"*": {"number": 1}},
                unit=unit,
            )
            campaign = service.start_ad_hoc(wanted)
            service.invite(campaign.id)
            service.accept(campaign.id, world.contribution("XFJY", rates={"*": {"number": 1}}))
            own = queries.my_list(campaign.id)
            assert own is not None
            full = [row.id.partition(":")[0] for row in pool_of(campaign, own).rows if row.status == "XCAP"]
            assert service.trial(campaign, own, "990100-XFJY").left_out("XCAP") == len(full)
            return {n: full.count(firm_code(n)) for n in (1, 2, 3)}, service.caps_of(campaign)

    within, beyond = date(year, 12, 31), date(year + 1, 1, 31)
    assert left_out(within, "entity") == ({1: 1, 2: 0, 3: 0}, {"*": 3})
    assert left_out(beyond, "entity") == ({1: 1, 2: 1, 3: 0}, {"*": 1})
    # Of a firm's places as many stay in as there is room for in the fuller year.
    assert len(shops) == 3 and left_out(within, "place") == ({1: 2, 2: 0, 3: 0}, {"*": 3})
    assert left_out(beyond, "place") == ({1: 2, 2: 2, 3: 1}, {"*": 1})
