"""Burden and effect on the supervisor's page and the public's: figures, charts with their tables, data to take along (R-S6)."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onedoor.kernel.clock import today
from onedoor.statistics.rules.burden import DIMENSIONS, MEASURES
from onedoor.supervision import service
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.supervision.scene import Scene
from tests.web.supervision.test_in_browser import sign_in
from tests.web.supervision.test_pages import listed

YEAR = today().year


@pytest.fixture(scope="module")
def justice(scene: Scene) -> FlaskClient:
    return scene.city.client("sfj.supervisor")


@pytest.fixture(scope="module")
def public_page(scene: Scene) -> str:
    """The address of what justice published."""
    with scene.city.acting("sfj.supervisor"):
        service.publish_burden()
    found = re.search(r'href="(/open/burden/[0-9a-f-]{36})"', scene.city.client().get("/open/data").text)
    assert found is not None
    return found[1]


def test_a_bureaus_figures_open_as_many_records(justice: FlaskClient) -> None:
    text = justice.get("/oversight/burden").text
    assert all(
        words in text
        for words in ("按部门", "按行业", "按月份", "联合检查与单独检查", "开展联合检查以前和以后")
    )
    found = re.findall(r'href="(/oversight/results\?[^"]+)">([\d.,]+)</a>', text)
    problems = [(unescape(href), int(number)) for href, number in found if "state=problem" in href]
    assert problems and all(listed(justice, href) == number for href, number in problems)


def test_the_three_measures_stand_under_their_own_names(justice: FlaskClient) -> None:
    text = justice.get("/oversight/burden").text
    assert all(MEASURES[key].words in text for key in ("independent_doors", "doors", "saved"))


def test_csv_and_json_say_the_same(justice: FlaskClient) -> None:
    kept = json.loads(justice.get(f"/oversight/burden.json?year={YEAR}").data)
    rows = list(
        csv.DictReader(
            io.StringIO(justice.get(f"/oversight/burden.csv?year={YEAR}").data.decode("utf-8-sig"))
        )
    )
    assert len(rows) == len(kept["rows"]) > 4
    assert {row["dimension"] for row in rows} <= {"total", *DIMENSIONS}
    assert [row["checks"] for row in rows] == [str(row["checks"]) for row in kept["rows"]]


@pytest.mark.parametrize("path", ["/oversight/burden", f"/oversight/burden.csv?year={YEAR}"])
def test_it_is_for_supervisors(scene: Scene, path: str) -> None:
    assert scene.city.client("yjgl.planner").get(path).status_code == 403


def test_everybody_reads_it_and_takes_it_along(scene: Scene, public_page: str) -> None:
    client = scene.city.client()
    text = client.get(public_page).text
    assert "只统计已经完成、记录已审核通过的检查" in text
    files = re.findall(r'href="(/open/files/[^"]+)"', text)
    assert {name.rpartition(".")[2] for name in files} == {"csv", "json"}
    kept = json.loads(client.get(next(name for name in files if name.endswith("json"))).data)
    assert kept["year"] == YEAR and kept["measures"]
    said = client.get("/api/v1/disclosures?kind=burden").get_json()
    assert said["items"][0]["content"]["rows"] == kept["rows"]


def test_both_pages_in_the_browser(scene: Scene, app: Flask, context: Any, public_page: str) -> None:
    with served(app) as address:
        page = context(viewport=DESK).new_page()
        sign_in(scene, page, address, "sfj.supervisor", "/oversight/burden")
        axe(page)
        phone = context(viewport=PHONE).new_page()
        phone.goto(f"{address}{public_page}")
        axe(phone)
