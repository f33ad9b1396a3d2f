"""The pages of exports: who may do what, a refused record mended through the form (R-O2)."""

from __future__ import annotations

import re
from typing import Any

from onedoor.credit.platform_stand_in import Receiver
from onedoor.kernel.codes import made_up_credit_code
from tests.credit.conftest import platform
from tests.credit.results import NAMES, publish
from tests.fixtures.city import City

__all__ = ["platform"]
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
STATES = re.compile(r"\b(waiting|sent|accepted|rejected|withdrawn|publish)\b")


def shown(client: Any, path: str, status: int = 200) -> str:
    """The page's text without its markup; no identifier and no English state in it."""
    answer = client.get(path)
    assert answer.status_code == status
    main = answer.text.split("<main", 1)[1].split("</main>")[0]
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", main)
    assert not IDENTIFIER.search(text) and not STATES.search(text), text
    return text


def test_a_refused_record_is_mended_on_its_page(city: City, platform: Receiver, run_jobs: Any) -> None:
    """The discloser makes a batch, reads why one came back, corrects it, and sends it again."""
    publish(city, 21)
    publish(city, 22)
    platform.knows(made_up_credit_code(22), "示范市改名示例旅馆")
    client = city.client("scjg.discloser")
    assert "将报送 2 条" in shown(client, "/exports/")
    made = client.post("/exports/make")
    assert made.status_code == 303
    assert "等待开始" in shown(client, made.location)
    run_jobs()
    text = shown(client, made.location)
    assert "登记的名称为“示范市改名示例旅馆”" in text and "回执已齐，有退回" in text
    assert "被退回的报送记录" in client.get("/desk/").text
    listed = client.get("/exports/records/?state=rejected").text
    found = re.search(r"/exports/records/[0-9a-f-]{36}", listed)
    assert found is not None
    record = found.group()
    assert "被退回的原因" in shown(client, record)
    typed = client.post(f"{record}/mend", data={"entity_name": "随手填的名称", "task_kind": "不定向"})
    assert typed.status_code == 422 and "来源没有变化" in typed.text and "随手填的名称" not in typed.text
    platform.knows(made_up_credit_code(22), NAMES[22 % len(NAMES)])
    right = client.post(f"{record}/mend", data={"as_it_is": "1"})
    assert right.status_code == 303
    assert "等待报送" in shown(client, record)
    client.post("/exports/make")
    run_jobs()
    text = shown(client, record)
    assert "已接收" in text and "被退回" in text and "国家企业信用信息公示系统已接收检查结果" in text
    assert "没有等待报送的检查结果" in shown(client, "/exports/")
    assert client.post("/exports/make").status_code == 422


def test_the_sheet_of_records_can_be_taken_along(city: City, platform: Receiver) -> None:
    sheet = city.client("scjg.discloser").get("/exports/records/?export=csv")
    assert "示范市" in sheet.text and "已接收" in sheet.text


def test_who_may_not_export_reads_only(city: City, platform: Receiver) -> None:
    reviewer = city.client("scjg.reviewer")
    assert "生成报送批次" not in shown(reviewer, "/exports/").replace("点“生成报送批次”", "")
    assert reviewer.post("/exports/make").status_code == 403
    listed = reviewer.get("/exports/records/").text
    record = re.search(r"/exports/records/[0-9a-f-]{36}", listed)
    assert record is not None
    assert reviewer.post(f"{record.group()}/mend", data={}).status_code == 403
    assert reviewer.get(record.group()).status_code == 200


def test_another_bureau_finds_none_of_it(city: City, platform: Receiver) -> None:
    """R-T1: the ids of one bureau are nothing to another."""
    mine = city.client("scjg.discloser")
    batch = re.search(r"/exports/[0-9a-f-]{36}", mine.get("/exports/").text)
    record = re.search(r"/exports/records/[0-9a-f-]{36}", mine.get("/exports/records/").text)
    assert batch is not None and record is not None
    other = city.client("sfj.discloser")
    assert other.get(batch.group()).status_code == 404
    assert other.get(record.group()).status_code == 404
    assert other.post(f"{record.group()}/mend", data={}).status_code == 404
    assert city.client().get("/exports/").status_code == 302
