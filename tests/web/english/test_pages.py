"""Chinese first, English complete: after the main job nobody who reads English meets Chinese that is no data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from onedoor.config import Config
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.web.english.catalogue import Catalogue
from tests.web.english.page_texts import Data, leaks, said, walk

READERS = (
    None, "scjg.planner", "scjg.head", "scjg.operator", "scjg.officer", "scjg.discloser", "scjg.admin",
    "sfj.supervisor", "sjj.ops", "xfjy.planner",
)  # fmt: skip
MOST = 2


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


@pytest.fixture
def data(owner: psycopg.Connection) -> Data:
    return Data.of(owner, Catalogue())


def test_no_page_leaks_chinese(app: Flask, city: City, data: Data) -> None:
    taken: Counter[str] = Counter()
    found: list[str] = []
    for reader in READERS:
        client = city.client(reader)
        client.set_cookie("lang", "en")
        read = leaks(walk(app, client, taken, MOST), data)
        found += [f"{reader} at {address}: {text}" for text, address in read.items()]
    assert len(taken) > 90, "the walk came to few pages"
    assert not found, "\n".join(["Chinese on English pages:", *found])


def test_a_leak_is_found_and_data_is_none() -> None:
    data = Data(["示范市乙禾示例超市"])
    page = (
        '<p>示范市乙禾示例超市, <b title="在岗">open</b>，<i lang="zh-CN">笔录</i>示范市乙禾示例超市Lead</p>'
    )
    rests = [data.rest(text) for text in said(page)]
    assert rests == ["█,", "在岗", "open", "，", "█Lead"]
