"""A register of thirty firms, and a library with one of them, for the modules that read and keep them."""

from __future__ import annotations

import pytest

from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.progress import Unwatched
from onedoor.registry import queries, service
from tests.fixtures.city import City
from tests.registry.files import as_csv, f1, firm, publish_items


@pytest.fixture(scope="module")
def register(city: City) -> None:
    """Thirty firms: ten caterers and ten hotels in the city, ten schools in the county."""
    rows = [firm(n) for n in range(1, 11)]
    rows += [firm(n, scope="住宿服务、酒店管理") for n in range(11, 21)]
    rows += [
        firm(n, scope="教育咨询、餐饮管理", address="示例县学府路", prefix="92990100") for n in range(21, 31)
    ]
    with city.acting("scjg.planner"):
        run_id = service.begin_import("entities", "企业.csv", as_csv(rows)).id
        service.run_import(run_id, Unwatched())


@pytest.fixture(scope="module")
def library(city: City, register: None) -> None:
    """One caterer at least stands in the library, whichever tests ran before."""
    row = ("1", "卫生检查", "《传染病防治法》", "", "", "", "", "", "企业、产品、项目、行为")
    with city.acting("wsjk.planner"):
        fresh = not queries.allowed_kinds()
        if fresh:
            run = service.begin_import("items", "F1.csv", f1(row, more=("检查对象",)))
            service.run_import(run.id, Unwatched())
    if fresh:
        publish_items(city, "WSJK")
    with city.acting("wsjk.planner"):
        service.list_codes([made_up_credit_code(3)])
