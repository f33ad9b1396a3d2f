"""Files handed in to harm: the page says one sentence, the process that serves it goes on (issue 3, hostile input)."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from onedoor.edge import sizes
from onedoor.kernel import files
from onedoor.kernel.spreadsheets import Limits, SourceTable, read_table
from onedoor.registry.rules import entities
from tests.fixtures.city import City
from tests.kernel.workbooks import xls, xlsx
from tests.registry.files import as_csv, firm

HEAD = [(0, column, one.name) for column, one in enumerate(entities.COLUMNS)]
BOMB = xls(*[[*HEAD, (65_535, 255, "x")]] * 30)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet/>'


@pytest.fixture(scope="module")
def client(city: City) -> FlaskClient:
    return city.client("scjg.planner")


def hand_in(client: FlaskClient, content: bytes, name: str = "企业.xlsx") -> Any:
    data = {"file": (io.BytesIO(content), name), "mode": "good"}
    return client.post("/registry/imports/new/entities", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (BOMB, "内存超过上限"),
        (xlsx([["x"]], xl__worksheets__sheet1_dot_xml=XXE), "工作簿打不开"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "没有找到表头"),
        (b"<html><script>alert(1)</script></html>", "这是网页格式的表格"),
    ],
    ids=["xls-bomb", "xxe", "svg", "html"],
)
def test_a_harmful_file_is_one_sentence_and_nothing_is_kept(
    client: FlaskClient, owner: psycopg.Connection, content: bytes, sentence: str
) -> None:
    before = owner.execute("SELECT count(*) FROM stored_file").fetchone()
    answer = hand_in(client, content)
    assert answer.status_code == 422 and sentence in answer.text
    assert owner.execute("SELECT count(*) FROM stored_file").fetchone() == before
    assert client.get("/registry/imports").status_code == 200


def test_a_file_that_fails_only_while_it_is_loaded_ends_the_job_with_a_sentence(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], int]
) -> None:
    """The job reads it again in a process of its own; what ends that process ends the job in order, once."""
    place = hand_in(client, as_csv([firm(1)]), "企业.csv").headers["Location"]

    def starving(parts: Any, columns: Any, limits: Limits, *rest: Any, **more: Any) -> SourceTable:
        return read_table(parts, columns, dataclasses.replace(limits, memory=8 << 20), *rest, **more)

    monkeypatch.setattr("onedoor.registry.service.imports.read_table", starving)
    run_jobs()
    assert "内存超过上限" in client.get(place).text


def test_a_file_larger_than_is_taken_is_refused_before_it_is_read(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As large as the operator allows, and no byte more than its envelope."""
    small = dataclasses.replace(app.extensions["onedoor.config"], largest_file_mb=1)
    monkeypatch.setitem(app.extensions, "onedoor.config", small)
    assert hand_in(client, bytes((1 << 20) + sizes.ENVELOPE + 1)).status_code == 413
    assert hand_in(client, as_csv([firm(2)]), "企业.csv").status_code == 303


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\名单.xlsx", "名单.xlsx"),
        ("名单\u202excod.exe", "名单xcod.exe"),
        ("a\x00b\r\nSet-Cookie: x.csv", "abSet-Cookie: x.csv"),
        ("长" * 300 + ".csv", "长" * 196 + ".csv"),
        ("..", "未命名文件"),
        ("", "未命名文件"),
        (None, "未命名文件"),
    ],
)
def test_a_name_is_only_a_name(given: str | None, shown: str) -> None:
    assert files.plain_name(given) == shown


def test_a_name_with_markup_is_shown_as_text(client: FlaskClient) -> None:
    name = "<img src=x onerror=alert(1)>.csv"
    page = client.get(hand_in(client, as_csv([firm(2)]), name).headers["Location"]).text
    assert "<img" not in page and "&lt;img src=x onerror=alert(1)&gt;.csv" in page
