"""What a bureau has made public, and withdrawing a result with its reason (R-O3)."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from onedoor.disclosure import queries
from onedoor.kernel.db import new_id
from tests.credit.results import publish
from tests.fixtures.city import City


@pytest.fixture(scope="module")
def subject(city: City) -> UUID:
    made = publish(city, 1)
    publish(city, 1, subject=made, handling="无需后续处置")
    return made


def disclosure_of(city: City, subject: UUID) -> UUID:
    with city.acting("scjg.discloser"):
        return queries.versions("result", subject)[-1].id


def test_every_version_is_listed(city: City, subject: UUID) -> None:
    client = city.client("scjg.reviewer")
    listed = client.get("/disclosures/").text
    assert listed.count("示范市乙禾示例超市：检查结果") >= 2 and "公示中" in listed
    assert "公示中" not in client.get("/disclosures/?state=ended").text.split("<tbody>")[1]
    one = client.get(f"/disclosures/{disclosure_of(city, subject)}").text
    assert "第 1 版" in one and "已由新的版本替代" in one and "撤回的理由" not in one


def test_withdrawing_asks_the_reason_and_takes_it_off_the_public_site(city: City, subject: UUID) -> None:
    one = disclosure_of(city, subject)
    reviewer, discloser = city.client("scjg.reviewer"), city.client("scjg.discloser")
    assert reviewer.post(f"/disclosures/{one}/withdraw", data={"reason": "信用修复"}).status_code == 403
    refused = discloser.post(f"/disclosures/{one}/withdraw", data={"reason": " "})
    assert refused.status_code == 422 and "请填写此项" in refused.text
    assert city.client().get(f"/open/results/{subject}").status_code == 200
    done = discloser.post(f"/disclosures/{one}/withdraw", data={"reason": "信用修复"})
    assert done.status_code == 303
    text = discloser.get(done.location).text
    assert "已结束" in text and "撤回公示“示范市乙禾示例超市：检查结果”：信用修复" in text
    public = city.client().get(f"/open/results/{subject}")
    assert public.status_code == 410 and "已撤回公示" in public.text and "信用修复" in public.text
    assert "示范市乙禾示例超市" not in public.text
    again = discloser.post(f"/disclosures/{one}/withdraw", data={"reason": "再撤一次"})
    assert again.status_code == 409 and "已经结束" in again.text


def test_plans_are_replaced_not_withdrawn(city: City) -> None:
    from onedoor.disclosure import service

    with city.acting("scjg.discloser"):
        made = service.publish("plan", new_id(), "年度计划", {}).id
    client = city.client("scjg.discloser")
    assert "撤回的理由" not in client.get(f"/disclosures/{made}").text
    answer = client.post(f"/disclosures/{made}/withdraw", data={"reason": "不要了"})
    assert answer.status_code == 409 and "只能公布新的版本" in answer.text


def test_another_bureau_finds_none_of_it(city: City, subject: UUID) -> None:
    one, other = disclosure_of(city, subject), city.client("sfj.discloser")
    assert other.get(f"/disclosures/{one}").status_code == 404
    assert other.post(f"/disclosures/{one}/withdraw", data={"reason": "别人的"}).status_code == 404
    assert not re.search("乙禾", other.get("/disclosures/").text)
