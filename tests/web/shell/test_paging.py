"""Lists on PostgreSQL: every row once whatever the order, state in the address, files that run nothing."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from onedoor.edge.lists import keyset, reader
from onedoor.web.shell import exports
from onedoor.web.shell.lists import Filter, View
from tests.web.shell.gallery import FIRMS, Firm


@pytest.fixture
def session(gallery: Flask) -> Any:
    with Session(gallery.extensions["gallery.engine"]) as session:
        yield session


def view(session: Session, gallery: Flask, **args: Any) -> View:
    with gallery.test_request_context("/gallery/list"):
        return FIRMS.view(session, sa.select(Firm), MultiDict(args))


@pytest.mark.parametrize("sort", ["name", "-name", "staff", "-staff", "since", "-since"])
def test_pages_forward_and_back_show_every_row_once(session: Session, gallery: Flask, sort: str) -> None:
    pages = [view(session, gallery, sort=sort)]
    while pages[-1].next_cursor:
        pages.append(view(session, gallery, sort=sort, after=pages[-1].next_cursor))
    ids = [row.id for one in pages for row in one.rows]
    assert sorted(ids) == list(range(1, 124))
    back = [pages[-1]]
    while back[-1].previous_cursor:
        back.append(view(session, gallery, sort=sort, before=back[-1].previous_cursor))
    assert [[row.id for row in one.rows] for one in reversed(back)] == [
        [row.id for row in one.rows] for one in pages
    ]


@pytest.mark.parametrize("sort", ["staff", "-staff"])
def test_rows_without_a_value_come_last_in_either_direction(
    session: Session, gallery: Flask, sort: str
) -> None:
    rows = view(session, gallery, sort=sort, size=100).rows
    values = [row.staff for row in rows if row.staff is not None]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert rows[0].staff is not None


def test_a_row_added_meanwhile_neither_repeats_nor_hides_another(session: Session, gallery: Flask) -> None:
    first = view(session, gallery, sort="name")
    session.add(Firm(id=900, name="", code="91990100MA0000900X", state="draft"))
    session.flush()
    second = view(session, gallery, sort="name", after=first.next_cursor)
    seen = [row.id for row in (*first.rows, *second.rows)]
    assert len(seen) == len(set(seen)) == 40 and 900 not in seen
    session.rollback()


def test_search_words_all_have_to_be_found_and_signs_are_taken_literally(
    session: Session, gallery: Flask
) -> None:
    assert view(session, gallery, q="样板 第001").count == 1
    assert view(session, gallery, q="%").count == 0
    assert view(session, gallery, q="_").count == 0


def test_filters_narrow_and_a_choice_that_is_none_of_ours_is_left_out(
    session: Session, gallery: Flask
) -> None:
    drafts = view(session, gallery, state="draft")
    assert {row.state for row in drafts.rows} == {"draft"} and drafts.narrowed
    assert view(session, gallery, state="'; drop table firm").count == 123
    since = view(session, gallery, **{"from": "2020-01-01"}, size=100)
    assert since.rows and all(row.since >= date(2020, 1, 1) for row in since.rows)
    assert view(session, gallery, **{"from": "2020-13-99"}).count == 123


@pytest.mark.parametrize("kind,days", [("from", {"b", "c"}), ("to", {"a", "b"})])
def test_a_day_filter_on_an_instant_means_the_day_in_shanghai(
    session: Session, kind: str, days: set[str]
) -> None:
    instants = sa.values(
        sa.column("name", sa.Text), sa.column("at", sa.DateTime(timezone=True)), name="given"
    ).data(
        [
            ("a", datetime(2026, 3, 4, 15, 59, tzinfo=UTC)),
            ("b", datetime(2026, 3, 4, 16, 1, tzinfo=UTC)),
            ("c", datetime(2026, 3, 5, 16, 1, tzinfo=UTC)),
        ]
    )
    query = Filter("day", "日期", column=instants.c.at, kind=kind).narrow(
        sa.select(instants.c.name), "2026-03-05"
    )
    assert set(session.scalars(query)) == days


@pytest.mark.parametrize("cursor", ["", "x", "W10", "e30", "bnVsbA", "WzEsMiwzXQ", "W1tdLFtdXQ", "[\x00"])
def test_a_broken_cursor_is_the_first_page(session: Session, gallery: Flask, cursor: str) -> None:
    assert [row.id for row in view(session, gallery, after=cursor).rows] == [
        row.id for row in view(session, gallery).rows
    ]


def test_a_cursor_of_another_order_does_not_break_the_list(client: FlaskClient) -> None:
    after = re.search(r"after=([^\"&]+)", client.get("/gallery/list?sort=name").text)
    assert after is not None
    answer = client.get(f"/gallery/list?sort=staff&after={after[1]}")
    assert answer.status_code == 200 and "共 123 条" in answer.text and "before=" not in answer.text


values = st.one_of(
    st.none(), st.text(), st.integers(), st.booleans(), st.dates(), st.uuids(),
    st.datetimes(timezones=st.just(UTC)), st.decimals(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(values, st.one_of(st.integers(), st.uuids(), st.text()))
def test_a_cursor_holds_what_was_put_in_for_its_order_only(gallery: Flask, value: Any, key: Any) -> None:
    with gallery.app_context():
        cursor = keyset.pack("-name", value, key)
        assert keyset.unpack("-name", cursor) == (value, key)
        assert keyset.unpack("name", cursor) is None


def test_a_cursor_keeps_the_kind_of_a_value(gallery: Flask) -> None:
    with gallery.app_context():
        for value in (Decimal("1.50"), uuid4(), date(2026, 3, 5), datetime(2026, 3, 5, tzinfo=UTC)):
            found = keyset.unpack("a", keyset.pack("a", value, 1))
            assert found is not None and type(found[0]) is type(value)


def test_the_fragment_is_the_page_without_its_frame(client: FlaskClient) -> None:
    whole = client.get("/gallery/list?state=draft&sort=-staff").text
    part = client.get(
        "/gallery/list?state=draft&sort=-staff", headers={"HX-Request": "true", "HX-Target": "list"}
    )
    assert "<html" not in part.text and "HX-Request" in part.headers["Vary"]
    strip = re.compile(r'value="[^"]*\.[^"]*"')  # the token is another one each time
    assert strip.sub("", part.text.strip()) in strip.sub("", whole)


def test_chips_say_what_narrows_and_take_it_away(session: Session, gallery: Flask) -> None:
    with gallery.test_request_context("/gallery/list"):
        narrowed = FIRMS.view(
            session, sa.select(Firm), MultiDict({"q": "示例", "state": "draft", "sort": "-staff"})
        )
        assert list(narrowed.chips()) == [
            ("搜索", "示例", "/gallery/list?state=draft&sort=-staff"),
            ("状态", "草稿", "/gallery/list?q=%E7%A4%BA%E4%BE%8B&sort=-staff"),
        ]


def test_an_empty_list_says_what_to_do(client: FlaskClient) -> None:
    assert "从经营主体中按条件选取，或导入名录表格。" in client.get("/gallery/list?none=1").text
    assert "清除全部条件" in client.get("/gallery/list?q=没有这样的").text


def test_export_is_all_that_is_filtered_in_the_order_shown(client: FlaskClient) -> None:
    answer = client.get("/gallery/list?export=csv&state=draft&sort=-name")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["名称", "统一社会信用代码", "状态", "从业人数", "成立日期"]
    assert len(rows) == 1 + 24 and {row[2] for row in rows[1:]} == {"草稿"}
    names = [row[0] for row in rows[1:]]
    assert names == sorted(names, reverse=True)
    assert "filename*=UTF-8''%E6%A3%80" in answer.headers["Content-Disposition"]


def test_nothing_exported_is_a_formula(session: Session, gallery: Flask, client: FlaskClient) -> None:
    with Session(gallery.extensions["gallery.engine"]) as writing:
        writing.add(Firm(id=901, name='=HYPERLINK("http://x")', code="91990100MA0000901X", state="draft"))
        writing.commit()
        try:
            book = load_workbook(io.BytesIO(client.get("/gallery/list?export=xlsx&q=HYPERLINK").data))
            cell = book.worksheets[0]["A2"]
            assert (cell.data_type, cell.value) == ("s", '=HYPERLINK("http://x")')
            text = client.get("/gallery/list?export=csv&q=HYPERLINK").data.decode("utf-8-sig")
            assert next(csv.reader(text.splitlines()[1:]))[0].startswith("'=")
        finally:
            writing.execute(sa.delete(Firm).where(Firm.id == 901))
            writing.commit()


def test_an_unknown_kind_of_export_is_the_page(client: FlaskClient) -> None:
    assert client.get("/gallery/list?export=exe").mimetype == "text/html"


@pytest.mark.parametrize("sort", ["name", "-name", "staff", "-staff", "since", "-since"])
def test_a_file_is_read_in_parts_and_has_every_row_once_in_the_lists_order(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    whole = client.get(f"/gallery/list?export=csv&sort={sort}").data
    monkeypatch.setattr(reader, "CHUNK", 10)
    answer = client.get(f"/gallery/list?export=csv&sort={sort}")
    assert answer.data == whole and int(answer.headers["Content-Length"]) == len(whole)
    assert len(list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))) == 124


def test_more_than_a_sheet_takes_is_said_and_goes_out_as_csv(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_IN_A_SHEET", 122)
    answer = client.get("/gallery/list?export=xlsx")
    assert answer.status_code == 409 and "上限 122 条" in answer.get_data(as_text=True)
    assert client.get("/gallery/list?export=csv").data.count(b"\r\n") == 124


def test_beyond_what_is_counted_a_list_says_more_than(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_COUNTED", 122)
    assert "超过 1 万条" in client.get("/gallery/list").text
    monkeypatch.setattr(reader, "MOST_COUNTED", 123)
    assert "共 123 条" in client.get("/gallery/list").text
