"""Files as clerks have them, made for the tests: every firm in them is made up."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from onedoor.kernel.codes import made_up_credit_code
from onedoor.registry import service
from tenants import approvals
from tests.fixtures.city import City

# Real registration facts, beside the repository or where this says; where there are none the tests of them say so.
REAL_FIRMS = Path(
    os.environ.get("ONEDOOR_REAL_FIRMS")
    or Path(__file__).parents[3] / "shared" / "data" / "mudanjiang_enterprises.csv"
)
HEAD = (
    "企业名称",
    "统一社会信用代码",
    "注册日期",
    "企业类型",
    "注册资金",
    "经营范围",
    "所在省份",
    "地区",
    "注册地址",
)


def firm(
    number: int, *, scope: str = "餐饮服务", address: str = "示范市城区示例路", prefix: str = "91990100"
) -> list[str]:
    """One row of the register's export."""
    code = made_up_credit_code(number, prefix)
    return [
        f"示范第{number}号商行",
        code,
        "2020-01-02",
        "有限责任公司",
        "50万元人民币",
        scope,
        "示范省",
        "示范市",
        f"{address}{number}号",
    ]


def as_csv(rows: Iterable[Sequence[str]], head: Sequence[str] = HEAD, encoding: str = "utf-8") -> bytes:
    """Rows as a .csv file."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([head, *rows])
    return buffer.getvalue().encode(encoding)


def f1(*rows: Sequence[str], more: Sequence[str] = ()) -> bytes:
    """F1 with its title, head and foot."""
    head = (
        "序号",
        "检查事项",
        "检查依据",
        "检查主体",
        "检查内容",
        "检查方式",
        "检查结果的运用情形",
        "备注",
        *more,
    )
    lines = [
        ["随机抽查事项清单"],
        ["填报单位（盖章）：", "", "时间："],
        list(head),
        *[list(row) for row in rows],
        ["填报人：", "", "联系电话："],
    ]
    width = len(head)
    return as_csv([line + [""] * (width - len(line)) for line in lines[1:]], lines[0] + [""] * (width - 1))


def publish_items(city: City, letters: str) -> None:
    """The planner hands the drafts of the item list in, and the head approves them (R-L4)."""
    name = letters.lower()
    with city.acting(f"{name}.planner"):
        made = service.submit_list().id
    held = city.person(f"{name}.head").permissions
    with city.acting(f"{name}.head"):
        for waiting in approvals.inbox(held):
            if waiting.kind == "items" and waiting.subject_id == made:
                service.decide_list(approvals.get(waiting.id), True, "", held)


def admit(city: City, letters: str) -> None:
    """The head approves whoever is proposed to enter or to leave the inspector library (R-L9)."""
    name = f"{letters.lower()}.head"
    held = city.person(name).permissions
    with city.acting(name):
        for waiting in approvals.inbox(held):
            if waiting.kind == "inspectors":
                service.decide_proposal(approvals.get(waiting.id), True, "", held)
