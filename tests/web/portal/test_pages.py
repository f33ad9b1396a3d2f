"""The public site: what is disclosed and nothing else, in words anyone reads (R-O1, R-O5, R-L12)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from onedoor.disclosure import service as disclosure
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.db import new_id
from tests.credit.results import publish
from tests.fixtures.city import City
from tests.web.portal.city import ITEM, publish_lists

IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
FOREIGN = re.compile(
    r"\b(drawn|open|closed|revealed|void|frozen|random|yes_no|corrected|nothing|None|True|result|plan)\b"
)


def text_of(answer: Any, status: int = 200) -> str:
    """The main part without markup: no identifier, no key, no English state in it."""
    assert answer.status_code == status, answer.text
    main = answer.text.split("<main", 1)[1].split("</main>")[0]
    text = re.sub(r"<code[^>]*>.*?</code>|<[^>]+>", " ", main, flags=re.S)
    assert not IDENTIFIER.search(text), IDENTIFIER.search(text)
    assert not FOREIGN.search(text), (FOREIGN.search(text), text)
    return text


@pytest.fixture(scope="module")
def published(city: City) -> dict[str, UUID]:
    made = publish_lists(city)
    made["result"] = publish(city, 1)
    made["clean"] = publish(
        city,
        2,
        results=["未发现问题"],
        result_codes=["nothing"],
        items=[{"name": "明码标价", "results": ["未发现问题"]}],
    )
    return made


def test_an_empty_site_says_what_will_be_there(city: City) -> None:
    """Runs first: nothing is published yet."""
    client = city.client()
    for path in (
        "/",
        "/open/items",
        "/open/plans",
        "/open/draws",
        "/open/results",
        "/open/data",
        "/open/register",
    ):
        text_of(client.get(path))


def test_home_leads_to_what_is_new(city: City, published: dict[str, UUID]) -> None:
    answer = city.client().get("/")
    text = text_of(answer)
    assert "示范市乙禾示例超市：检查结果" in text and "2026年度行政执法检查计划" in text
    assert f"/open/results/{published['result']}" in answer.text


def test_items_are_found_by_name_and_shown_with_their_basis(city: City, published: dict[str, UUID]) -> None:
    client = city.client()
    text = text_of(client.get("/open/items?q=食品经营"))
    assert "找到 1 项" in text and "第一百一十条" in text and "企业、个体工商户" in text and "3%" in text
    assert "找到 1 项" in text_of(client.get("/open/items?q=SPJY 示范市"))
    assert "找到 0 项" in text_of(client.get("/open/items?q=yjps"))
    assert "找到 0 项" in text_of(client.get("/open/items?q=没有的事"))
    assert "是否悬挂许可证" in text_of(client.get(f"/open/items/{published['items']}"))
    assert "示执A0001" in text_of(client.get(f"/open/inspectors/{published['inspectors']}"))


def test_earlier_versions_of_a_list_stay_and_what_changed_stands_beside(
    city: City, published: dict[str, UUID]
) -> None:
    client, former = city.client(), new_id()
    place = f"/open/items/{published['items']}"
    assert "这是第一版" in text_of(client.get(f"{place}/changes"))
    with city.acting("scjg.discloser"):
        old = {**ITEM, "basis": "食品安全法（旧）", "checklist": []}
        gone = {**ITEM, "number": "SCJG-009", "name": "旧事项"}
        disclosure.publish("items_former", former, "清单（旧）", {"version": 0, "items": [old, gone]})
    assert "第 1 版改了什么" in text_of(client.get(place))
    text = text_of(client.get(f"/open/items/{former}"))
    assert "这是旧版" in text and "旧事项" in text
    text = text_of(client.get(f"{place}/changes"))
    assert "退出的事项（1 项）" in text and "是否悬挂许可证" in text
    assert "<del><span" in client.get(f"{place}/changes?against={former}").text
    text_of(client.get(f"{place}/changes?against=nonsense"), 404)


def test_a_plan_shows_its_lines_and_caps(city: City, published: dict[str, UUID]) -> None:
    assert "年度计划" in text_of(city.client().get("/open/plans"))
    text = text_of(city.client().get(f"/open/plans/{published['plan']}"))
    assert "餐饮单位联合抽查" in text and "城区餐饮单位" in text and "其他各类主体" in text and "2 次" in text


def test_results_are_found_filtered_and_taken_along(city: City, published: dict[str, UUID]) -> None:
    client = city.client()
    both = text_of(client.get("/open/results"))
    assert "示范市乙禾示例超市" in both and "示范市丙竹示例旅馆" in both
    assert "示范市丙竹示例旅馆" not in text_of(client.get("/open/results?q=乙禾"))
    assert "示范市乙禾示例超市" not in text_of(client.get("/open/results?found=nothing"))
    assert "示范市乙禾示例超市" not in text_of(client.get("/open/results?to=2020-01-01"))
    assert "示范市乙禾示例超市" not in text_of(client.get("/open/results?outcome=clean"))
    assert "示范市丙竹示例旅馆" not in text_of(client.get("/open/results?outcome=found"))
    sheet = client.get("/open/results?export=csv").text
    assert made_up_credit_code(1) in sheet and "发现问题已责令改正" in sheet


def test_a_result_says_what_was_found_and_why_this_firm(city: City, published: dict[str, UUID]) -> None:
    text = text_of(city.client().get(f"/open/results/{published['result']}"))
    for said in (
        "发现问题已责令改正",
        "明码标价",
        "《价格法》",
        "2026-11-12",
        "不定向",
        "实地检查",
        "示市监查〔2026〕1号",
    ):
        assert said in text, said


def test_a_firm_has_its_results_or_none(city: City, published: dict[str, UUID]) -> None:
    client = city.client()
    assert "示范市乙禾示例超市" in text_of(client.get(f"/open/firms/{made_up_credit_code(1).lower()}"))
    assert "没有这一户的公示结果" in text_of(client.get(f"/open/firms/{made_up_credit_code(999)}"))
    assert client.get("/open/firms/91990100MA00000000").status_code == 404


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        (made_up_credit_code(1), f"/open/firms/{made_up_credit_code(1)}"),
        (made_up_credit_code(1).lower() + " ", f"/open/firms/{made_up_credit_code(1)}"),
        ("7K3F 9QMX-7K3F-9QMX", "/v/7K3F9QMX7K3F9QMX"),
    ],
)
def test_a_code_leads_straight_to_its_page(
    city: City, published: dict[str, UUID], typed: str, leads: str
) -> None:
    answer = city.client().get("/open/search", query_string={"q": typed})
    assert (answer.status_code, answer.location) == (302, leads)


def test_words_find_everything_public(city: City, published: dict[str, UUID]) -> None:
    client = city.client()
    assert "检查结果" in text_of(client.get("/open/search?q=乙禾"))
    assert "食品经营许可和经营条件检查" in text_of(client.get("/open/search?q=食品经营"))
    assert "2026年度行政执法检查计划" in text_of(client.get("/open/search?q=年度行政"))
    for nothing in ("查无此户", "%", "_", "' OR 1=1 --", "\x00", "<script>alert(1)</script>", "x" * 5000):
        answer = client.get("/open/search", query_string={"q": nothing})
        assert answer.status_code == 200 and "<script>alert" not in answer.text
    assert "没有找到" in text_of(client.get("/open/search?q=%"))


def test_the_check_page_leads_to_the_code(city: City) -> None:
    client = city.client()
    assert client.get("/check?code=7k3f-9qmx-7k3f-9qmx").location == "/v/7K3F9QMX7K3F9QMX"
    assert "16 位字母和数字" in text_of(client.get("/check?code=12"), 422)
    assert "检查码" in text_of(client.get("/check"))


def test_files_come_as_attachments_with_exact_bytes(city: City, published: dict[str, UUID]) -> None:
    client = city.client()
    page = client.get(f"/open/items/{published['items']}").text
    url = re.search(r'href="(/open/files/[^"]+)"', page)
    assert url is not None
    answer = client.get(url.group(1))
    assert answer.data == b"PK" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%B8%85")
    again = client.get(url.group(1), headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(url.group(1).replace(".xlsx", ".xls")).status_code == 404


def test_data_counts_what_is_public(city: City, published: dict[str, UUID]) -> None:
    answer = city.client().get("/open/data")
    text = text_of(answer)
    assert (
        "发现问题的" in text and "占 50.0%" in text and "data-chart" in answer.text and "/api/" in answer.text
    )


def test_what_is_withdrawn_is_gone_everywhere(city: City) -> None:
    subject = publish(city, 3)
    client = city.client()
    assert client.get(f"/open/results/{subject}").status_code == 200
    with city.acting("scjg.discloser"):
        disclosure.withdraw("result", subject, "信用修复")
    gone = client.get(f"/open/results/{subject}")
    assert gone.status_code == 410 and "已撤回公示" in gone.text and "丁石" not in gone.text
    assert "丁石" not in client.get("/open/results").text
    assert "丁石" not in client.get("/open/search?q=丁石").text.split("<main")[1].split("h1")[2]
    assert "没有这一户" in text_of(client.get(f"/open/firms/{made_up_credit_code(3)}"))


def test_things_with_little_in_them_do_not_break_a_page(city: City) -> None:
    """Whatever a room leaves out of the content, its page stands."""
    subject = new_id()
    with city.acting("scjg.discloser"):
        for kind in ("items", "inspectors", "plan", "draw", "result", "rulebook"):
            disclosure.publish(kind, subject, "空内容", {})
    client = city.client()
    for path in ("items", "inspectors", "plans", "draws", "results", "rulebooks"):
        assert client.get(f"/open/{path}/{subject}").status_code == 200, path
    assert client.get(f"/open/draws/{subject}/verify").status_code == 404
    assert client.get(f"/open/plans/{new_id()}").status_code == 404
    for path in (
        "/",
        "/open/items",
        "/open/plans",
        "/open/draws",
        "/open/results",
        "/open/data",
        "/open/search?q=空",
    ):
        assert client.get(path).status_code == 200, path
