"""R-J5: the lead invites; each partner answers with items, list and inspectors, declines, or is silent past the date."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Answer, Campaign, PartyInspector, PartyItem, PartyList, PartyReadiness
from onedoor.campaigns.rules import PartyState
from onedoor.campaigns.service.freeze_checks import expect_life
from onedoor.items.models import Item
from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.officers.models import Inspector
from tenants.settings import calendars
from tests.campaigns.builders import World


def states(world: World, campaign_id, who: str = "scjg.planner") -> dict[str, PartyState]:
    names = {one: letters for letters, one in world.city.bureaus.items()}
    with world.city.acting(who):
        return {names[party.tenant_id]: party.state for party in queries.parties(campaign_id)}


def test_a_campaign_takes_partners_scope_and_code_from_its_plan_line(world: World) -> None:
    line_id = world.line()
    with world.city.acting("scjg.planner"):
        campaign = service.start(line_id)
        assert campaign.code.startswith(f"990100-SCJG-{today().year}-")
        assert campaign.number.startswith(f"示市监任〔{today().year}〕")
        assert campaign.joint and campaign.conditions == {"kinds": ["91", "92"]}
        assert calendars.work_calendar().working_days_between(today(), campaign.answer_due) == 5
    assert states(world, campaign.id) == {
        "SCJG": PartyState.WAITING,
        "YJGL": PartyState.NOT_INVITED,
        "XFJY": PartyState.NOT_INVITED,
    }
    with world.city.acting("yjgl.planner"), pytest.raises(NotFound):
        queries.campaign(campaign.id)


def test_later_batches_get_a_code_of_their_own_and_no_more_than_planned(world: World) -> None:
    line_id = world.line()
    with world.city.acting("scjg.planner"):
        first, second = service.start(line_id), service.start(line_id)
        assert second.code == f"{first.code}-B2"
        with pytest.raises(Conflict, match="全年抽查 2 次"):
            service.start(line_id)


def test_another_bureaus_line_starts_nothing(world: World) -> None:
    line_id = world.line()
    with world.city.acting("yjgl.planner"), pytest.raises(NotFound):
        service.start(line_id)


def test_what_is_outside_the_plan_needs_reason_and_reference(world: World) -> None:
    """R-P3."""
    wanted = {"name": "节前餐饮抽查", "starts_on": today(), "ends_on": today(), "rates": {"*": {"bp": 500}}}
    with world.city.acting("scjg.planner"):
        with pytest.raises(ClerkError) as refused:
            service.start_ad_hoc(service.AdHoc(reason="", reference=" ", **wanted))  # type: ignore[arg-type]
        assert set(refused.value.fields) == {"reason", "reference"}
        made = service.start_ad_hoc(
            service.AdHoc(reason="上级临时部署", reference="示政办发〔2026〕9号", **wanted)  # type: ignore[arg-type]
        )
        assert made.source == "ad_hoc" and made.code.endswith("-L01")


def test_without_a_line_only_what_touches_life_and_property_is_drawn(world: World) -> None:
    """R-P3: an item has a mark for it; the rest is refused at the answer and again at the freeze, and no third ground is taken."""
    wanted = {
        "name": "节前食品抽查", "starts_on": today(), "ends_on": today() + timedelta(days=30), "rates": {"*": {"bp": 500}},
        "reason": "节前食品安全风险", "reference": "风险研判〔2026〕3号",
    }  # fmt: skip
    first, second = world.items["SCJG"][:2]
    with world.city.acting("scjg.planner"):
        with pytest.raises(ClerkError) as refused:
            service.start_ad_hoc(service.AdHoc(ground="mood", **wanted))  # type: ignore[arg-type]
        assert set(refused.value.fields) == {"ground"}
        made = service.start_ad_hoc(service.AdHoc(ground="life", **wanted))  # type: ignore[arg-type]
        assert made.ground == "life" and made.plan_line_id is None
        service.invite(made.id)
        campaign_id = made.id
    with pytest.raises(ClerkError, match="没有计划行"):
        world.accept(campaign_id, "SCJG")
    with world.city.acting("scjg.planner"):
        db.session.get_one(Item, first).life = "food_drug"
    with pytest.raises(ClerkError, match="没有标明：SCJG检查事项2"):
        world.accept(campaign_id, "SCJG", item_ids=[first, second])
    world.accept(campaign_id, "SCJG")
    with world.city.acting("scjg.planner"):
        campaign = queries.campaign(campaign_id)
        brought = queries.party_items(campaign_id)
        expect_life(campaign, brought)
        db.session.get_one(Item, first).life = ""
        db.session.flush()
        with pytest.raises(ClerkError, match="没有标明"):
            expect_life(campaign, brought)


def test_a_partner_accepts_with_items_list_and_inspectors(world: World) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "YJGL")
    assert states(world, campaign_id)["YJGL"] is PartyState.ACCEPTED
    with world.city.acting("scjg.planner"):
        ready = queries.readiness_rows(campaign_id)[world.city.bureaus["YJGL"]]
        # 60 targets: 45 enterprises and 15 individual businesses, each rate rounded up.
        assert (ready.rows, ready.quota, ready.slots) == (60, 5 + 2, 14)
        assert [item.number for item in queries.party_items(campaign_id)] == ["YJGL-1"]


def test_the_last_answer_counts(world: World) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "YJGL")
    world.accept(campaign_id, "YJGL", item_ids=world.items["YJGL"], rates={"*": {"number": 9}})
    with world.city.acting("yjgl.planner"):
        assert len(queries.party_items(campaign_id)) == 2
        assert queries.readiness_rows(campaign_id)[world.city.bureaus["YJGL"]].quota == 9
        service.decline(campaign_id, "本季度人手不足")
        assert queries.my_list(campaign_id) is None
    assert states(world, campaign_id)["YJGL"] is PartyState.DECLINED


def test_who_changes_its_answer_has_not_agreed_again(world: World) -> None:
    """The trace tells an agreement once; after a no, or after it withdrew, it is one again."""
    campaign_id = world.invited()
    for _ in range(2):
        world.accept(campaign_id, "YJGL")
    with world.city.acting("yjgl.planner"):
        service.decline(campaign_id, "本季度人手不足")
    world.accept(campaign_id, "YJGL")
    with world.city.acting("yjgl.planner"):
        service.withdraw(campaign_id, "执法人员抽调")
    for _ in range(2):
        world.accept(campaign_id, "YJGL")
    with world.city.acting("yjgl.planner"):
        texts = [step.text for step in trace.of(campaign_id)]
    result = [
        word for text in texts for word in ("同意参加", "修改了答复", "不参加，", "退出") if word in text
    ]
    assert result == ["同意参加", "修改了答复", "不参加，", "同意参加", "退出", "同意参加", "修改了答复"]


def test_a_partner_narrows_the_scope_and_cannot_widen_it(world: World) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "YJGL", conditions={"kinds": ["92", "93"]})
    with world.city.acting("yjgl.planner"):
        ready = queries.readiness_rows(campaign_id)[world.city.bureaus["YJGL"]]
        assert (ready.rows, ready.eligible) == (60, 15)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"item_ids": []}, "item_ids"), ({"team_size": 1}, "team_size"), ({"rates": {}}, "rate")],
)
def test_bad_input_is_told_beside_its_field(world: World, change: dict, field: str) -> None:
    campaign_id = world.invited()
    with world.city.acting("yjgl.planner"):
        with pytest.raises(ClerkError) as refused:
            service.accept(campaign_id, world.contribution("YJGL", **change))
        assert field in refused.value.fields
        db.session.rollback()


def test_another_bureaus_item_or_officer_cannot_be_brought(world: World) -> None:
    campaign_id = world.invited()
    for change in ({"item_ids": world.items["XFJY"]}, {"inspector_ids": world.officers["XFJY"]}):
        with world.city.acting("yjgl.planner"), pytest.raises(ClerkError):
            service.accept(campaign_id, world.contribution("YJGL", **change))


def test_an_officer_whose_certificate_ended_is_refused(world: World) -> None:
    """R-L8."""
    campaign_id = world.invited()
    with world.city.acting("yjgl.planner"):
        officer = db.session.get_one(Inspector, world.officers["YJGL"][7])
        before, officer.certificate_expires_on = officer.certificate_expires_on, today() - timedelta(days=1)
    with world.city.acting("yjgl.planner"):
        with pytest.raises(ClerkError, match="执法证已到期"):
            service.accept(campaign_id, world.contribution("YJGL"))
        db.session.rollback()
    with world.city.acting("yjgl.planner"):
        db.session.get_one(Inspector, world.officers["YJGL"][7]).certificate_expires_on = before


def test_silent_past_the_date_is_reminded_given_more_time_or_left_out(
    world: World, owner: psycopg.Connection
) -> None:
    campaign_id = world.invited()
    owner.execute("UPDATE campaign SET answer_due = current_date - 3 WHERE id = %s", (campaign_id,))
    assert states(world, campaign_id)["YJGL"] is PartyState.SILENT
    with world.city.acting("scjg.planner"):
        service.remind(campaign_id, world.city.bureaus["YJGL"])
        # Each reminder stands in the partner's log too, so one a day has to do.
        with pytest.raises(Conflict, match="今天已经催办过"):
            service.remind(campaign_id, world.city.bureaus["YJGL"])
        said = [str(problem) for _, problem in service.readiness(campaign_id).stops]
        assert any("市应急管理局过了答复期限" in sentence for sentence in said)
        service.extend(campaign_id, today() + timedelta(days=3))
    assert states(world, campaign_id)["YJGL"] is PartyState.WAITING
    with world.city.acting("scjg.planner"):
        with pytest.raises(ClerkError) as refused:
            service.leave_out(campaign_id, world.city.bureaus["YJGL"], " ")
        assert "reason" in refused.value.fields
        service.leave_out(campaign_id, world.city.bureaus["YJGL"], "多次催办未答复")
    assert states(world, campaign_id, "xfjy.planner")["YJGL"] is PartyState.LEFT_OUT
    with world.city.acting("yjgl.planner"):
        assert any("催办" in step.text for step in trace.of(campaign_id))
        with pytest.raises(Conflict, match="不等本部门参加"):
            service.accept(campaign_id, world.contribution("YJGL"))


def test_the_lead_is_not_left_out_and_does_not_decline(world: World) -> None:
    campaign_id = world.invited()
    with world.city.acting("scjg.planner"):
        with pytest.raises(Conflict):
            service.leave_out(campaign_id, world.city.bureaus["SCJG"], "理由")
        with pytest.raises(Conflict):
            service.decline(campaign_id, "理由")


def test_only_the_lead_deals_with_partners(world: World) -> None:
    campaign_id = world.invited()
    for act in (
        lambda: service.remind(campaign_id, world.city.bureaus["XFJY"]),
        lambda: service.leave_out(campaign_id, world.city.bureaus["XFJY"], "理由"),
        lambda: service.extend(campaign_id, today() + timedelta(days=9)),
        lambda: service.cancel(campaign_id, "理由"),
        lambda: service.begin_draw(campaign_id),
    ):
        with world.city.acting("yjgl.planner"), pytest.raises(NotFound):
            act()


def test_another_bureau_sees_nothing_of_a_campaign(world: World) -> None:
    """access.md, row "campaign", column "bureau"."""
    campaign_id = world.ready()
    with world.city.acting("wsjk.planner"):
        with pytest.raises(NotFound):
            queries.campaign(campaign_id)
        for model in (Campaign, Answer, PartyItem, PartyList, PartyInspector, PartyReadiness):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
        assert trace.of(campaign_id) == []


def test_a_partys_list_and_roster_are_its_own_before_the_freeze(world: World) -> None:
    """access.md, row "a party's list and roster before the freeze": the lead reads counts, the supervisor all."""
    campaign_id = world.ready()
    yjgl = world.city.bureaus["YJGL"]
    for who in ("scjg.planner", "xfjy.planner"):
        with world.city.acting(who):
            for model in (PartyList, PartyInspector):
                found = sa.select(sa.func.count()).where(
                    model.campaign_id == campaign_id, model.tenant_id == yjgl
                )  # type: ignore[attr-defined]
                assert db.session.scalar(found) == 0, (who, model)
            seen = queries.readiness_rows(campaign_id)
            assert (yjgl in seen) is (who == "scjg.planner")
    with world.city.acting("sfj.supervisor", supervisor=True):
        query = sa.select(PartyList).where(PartyList.campaign_id == campaign_id)
        assert len(db.session.scalars(query).all()) == 3


def test_the_lead_cannot_write_a_partys_rows_nor_a_party_the_leads(world: World) -> None:
    """One writer per row."""
    campaign_id = world.ready()
    with world.city.acting("scjg.planner"):
        yjgl = world.city.bureaus["YJGL"]
        for model in (Answer, PartyItem, PartyReadiness):
            change = sa.update(model).where(model.tenant_id == yjgl).values(lead_id=yjgl)  # type: ignore[attr-defined]
            if model is PartyItem:
                change = sa.update(model).where(model.tenant_id == yjgl).values(name="改")
            assert db.session.execute(change).rowcount == 0  # type: ignore[attr-defined]
    with world.city.acting("yjgl.planner"):
        change = sa.update(Campaign).where(Campaign.id == campaign_id).values(name="改")
        assert db.session.execute(change).rowcount == 0  # type: ignore[attr-defined]
        db.session.add(
            PartyItem(
                tenant_id=world.city.bureaus["XFJY"], campaign_id=campaign_id, item_id=world.items["XFJY"][0],
                number="9", name="假冒", basis="", checklist=[], method="", qualifications=[],
            )
        )  # fmt: skip
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_withdrawing_before_the_freeze_leaves_its_part_out(world: World) -> None:
    campaign_id = world.ready()
    with world.city.acting("yjgl.planner"):
        service.withdraw(campaign_id, "机构改革")
    assert states(world, campaign_id, "xfjy.planner")["YJGL"] is PartyState.WITHDRAWN
    with world.city.acting("scjg.planner"):
        assert {item.number for item in queries.party_items(campaign_id)} == {"SCJG-1", "XFJY-1"}
        assert not service.readiness(campaign_id).stops
