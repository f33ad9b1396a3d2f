"""The stand-in for the platform: idempotent by batch, remembers across restarts, refuses with reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from onedoor.credit.platform_stand_in import Receiver
from onedoor.kernel.codes import made_up_credit_code


def record(number: str = "a", version: int = 1, action: str = "publish", **changes: Any) -> dict[str, Any]:
    fields = {
        "entity_name": "示范市甲木示例餐饮店",
        "entity_code": made_up_credit_code(1),
        "plan_number": "1",
        "plan_name": "计划",
        "task_number": "1",
        "task_name": "任务",
        "task_kind": "不定向",
        "authority": "示范市市场监督管理局",
        "finished_on": "2026-11-12",
        "findings": [{"item": "明码标价", "result": "未发现问题"}],
        **changes,
    }
    return {"number": number, "version": version, "action": action, "fields": fields}


def post(platform: Receiver, key: str, *records: Any, token: str = "any") -> httpx.Response:
    headers = {"Idempotency-Key": key, "Authorization": f"Bearer {token}"}
    return httpx.post(f"{platform.url}/batches", json={"batch": key, "records": records}, headers=headers)


def test_the_same_batch_gets_the_same_receipts_also_after_a_restart(tmp_path: Path) -> None:
    memory = tmp_path / "platform.json"
    with Receiver(memory) as platform:
        first = post(platform, "B1", record(), record("b", finished_on="")).json()
        assert post(platform, "B1", record(), record("b", finished_on="")).json() == first
    with Receiver(memory) as platform:
        assert post(platform, "B1", record(), record("b", finished_on="")).json() == first
        assert post(platform, "B1", record()).status_code == 409
        assert list(platform.records) == ["a"] and len(platform.receipts) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"finished_on": ""}, "缺少必填项“抽查完成日期”。"),
        ({"finished_on": "昨天"}, "抽查完成日期不是一个日期。"),
        ({"entity_name": "长" * 101}, "“名称”超过 100 个字。"),
        ({"entity_code": "91990100MA00000000"}, "校验位"),
        ({"task_kind": "随便"}, "抽查类型应为"),
        ({"findings": []}, "缺少检查事项和检查结果。"),
        ({"findings": [{"item": "明码标价", "result": "还行"}]}, "第 1 项“明码标价”的检查结果不在"),
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(changes: dict[str, Any], reason: str) -> None:
    with Receiver() as platform:
        receipt = post(platform, "B1", record(**changes)).json()["receipts"][0]
    assert receipt["state"] == "rejected" and reason in receipt["reason"]


def test_a_late_older_version_changes_nothing() -> None:
    with Receiver() as platform:
        post(platform, "B2", record(version=2, task_name="新"))
        assert post(platform, "B1", record(version=1)).json()["receipts"][0]["state"] == "accepted"
        assert post(platform, "B0", record(version=1, action="withdraw")).status_code == 200
        assert platform.records["a"]["fields"]["task_name"] == "新"
        post(platform, "B3", record(version=2, action="withdraw"))
        assert platform.records == {}


def test_who_has_no_token_is_refused() -> None:
    with Receiver(token="secret") as platform:
        assert post(platform, "B1", record()).status_code == 401
        assert post(platform, "B1", record(), token="secret").status_code == 200
        assert httpx.get(f"{platform.url}/batches").status_code == 405
        assert httpx.post(f"{platform.url}/", json={}).status_code == 404


def test_what_is_no_batch_is_a_bad_request() -> None:
    with Receiver() as platform:
        bad = [
            b"{",
            b"[]",
            b'{"records": 1}',
            b'{"batch": "x", "records": []}',
            b'{"batch": "B1", "records": [1]}',
        ]
        for content in bad:
            answer = httpx.post(f"{platform.url}/batches", content=content, headers={"Idempotency-Key": "B1"})
            assert answer.status_code == 400, content
        assert platform.records == {}
