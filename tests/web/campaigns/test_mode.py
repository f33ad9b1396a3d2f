"""Choosing how a draw is drawn when it begins: a public source it waits for, another hash (draw.md, "Plan")."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from onedoor.campaigns import queries
from onedoor.draws import queries as draws
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import SHANGHAI, now
from tests.campaigns.builders import World
from tests.web.campaigns.test_pages import answering, text


def chosen(**more: str) -> dict[str, str]:
    """A lottery of tomorrow."""
    at = (now() + timedelta(days=1)).astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return {
        "hash": "sm3", "beacon": "numbers", "beacon_name": "示范彩票", "beacon_round": "2026135期",
        "beacon_time": at, "beacon_size": "7", "beacon_digits": "2", **more,
    }  # fmt: skip


def test_the_lead_names_a_beacon_when_it_begins(world: World) -> None:
    campaign_id = world.ready()
    operator, url = world.city.client("scjg.operator"), f"/campaigns/{campaign_id}"
    assert f"{url}/draw-mode" in text(operator.get(url))
    assert "公布前 10 分钟截止揭示" in text(operator.get(f"{url}/draw-mode"))
    assert operator.post(f"{url}/draw-mode", data=chosen()).status_code == 303
    with world.city.acting("scjg.operator"):
        draw = draws.draw(queries.campaign(campaign_id).draw_id)  # type: ignore[arg-type]
        assert draw.hash == "sm3" and draw.beacon is not None
        assert (draw.beacon["name"], draw.beacon["size"], draw.beacon["digits"]) == ("示范彩票", 7, 2)
    assert f"{url}/draw-mode" not in text(operator.get(url))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"beacon_time": ""}, "请填写公布时间"),
        ({"beacon_time": "2020-01-01T08:00"}, "半小时以后"),
        ({"beacon_name": " "}, "哪个公共随机数源"),
        ({"beacon_size": ""}, "1 至 128"),
        ({"beacon_digits": "0"}, "1 至 8"),
    ],
)
def test_a_beacon_that_cannot_be_is_told_beside_its_field(
    world: World, change: dict[str, str], message: str
) -> None:
    campaign_id = world.ready()
    operator = world.city.client("scjg.operator")
    answer = operator.post(f"/campaigns/{campaign_id}/draw-mode", data=chosen(**change))
    assert answer.status_code == 422 and message in text(answer)
    with world.city.acting("scjg.operator"):
        assert draws.of_campaign(campaign_id) == []


def test_what_is_missing_of_a_beacon_is_told_all_at_once(world: World) -> None:
    campaign_id = world.ready()
    nothing = dict.fromkeys(
        ("beacon_name", "beacon_round", "beacon_time", "beacon_size", "beacon_digits"), ""
    )
    url = f"/campaigns/{campaign_id}/draw-mode"
    shown = text(world.city.client("scjg.operator").post(url, data=chosen(**nothing)))
    for wanted in ("哪个公共随机数源", "请写明期次", "请填写公布时间", "1 至 128", "1 至 8"):
        assert wanted in shown, wanted


def test_only_the_leads_operator_chooses(world: World) -> None:
    campaign_id = world.ready()
    for who, status in (("yjgl.operator", 404), ("wsjk.operator", 404), ("scjg.planner", 403)):
        answer = world.city.client(who).post(f"/campaigns/{campaign_id}/draw-mode", data=chosen())
        assert answer.status_code == status, who


def test_a_party_weighs_kinds_and_finds_its_weights_again(world: World) -> None:
    """R-P5."""
    campaign_id = world.invited(())
    lead, url = world.city.client("scjg.planner"), f"/campaigns/{campaign_id}/answer"
    sent = answering(world, "SCJG", weigh="kind", stratify="none", **{"kind-weight-92": "3"})
    assert lead.post(url, data={**sent, "kind-weight-92": "三"}).status_code == 422
    assert lead.post(url, data={**sent, "kind-weight-92": ""}).status_code == 422
    with world.city.acting("scjg.planner"):
        word = item_queries.qualifications.names()[0]
    unknown = lead.post(url, data={**sent, "qualifications": "没有这样的资格"})
    assert unknown.status_code == 422 and "不在资格专长目录里" in text(unknown)
    assert lead.post(url, data={**sent, "qualifications": word}).status_code == 303
    form = text(lead.get(url))
    assert 'name="kind-weight-92" value="3"' in form
    assert re.search(rf'name="qualifications" value="{word}"[^>]* checked', form)
    # What an earlier answer says in words the vocabulary never had stays readable, and may stay.
    with world.city.acting("scjg.planner"):
        own = queries.my_list(campaign_id)
        assert own is not None
        own.qualifications = ["老资格"]
    assert re.search(r'name="qualifications" value="老资格"[^>]* checked', text(lead.get(url)))
    assert lead.post(url, data={**sent, "qualifications": "老资格"}).status_code == 303
    assert "按主体类型加权" in text(lead.get(f"/campaigns/{campaign_id}"))
