"""工作日历: a year by hand, from a file and over the interface, with its source (R-S3)."""

from __future__ import annotations

import io
from datetime import date
from html import unescape

import psycopg
import pytest
from flask.testing import FlaskClient

from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import write_xlsx
from tenants.settings import calendars
from tenants.settings.calendars import work_calendar
from tests.fixtures.city import City

NOTICE = "2031-01-01 放假\n2031-01-22 至 2031-01-28 放假\n2031-01-19 上班\n2031年10月1日至2031年10月7日 放假"
SOURCE = "国办发明电〔2030〕9号"


def text(answer, status: int = 200) -> str:  # type: ignore[no-untyped-def]
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def operator(city: City) -> FlaskClient:
    return city.client("sjj.ops")


def test_a_year_by_hand_is_read_shown_and_then_counts(city: City, operator: FlaskClient) -> None:
    given = {"year": "2031", "days": NOTICE, "provenance": SOURCE}
    seen = text(operator.post("/platform/calendars", data=given))
    assert "15 天" in seen and "1 天" in seen
    with city.acting("scjg.planner"):
        assert not work_calendar().knows(2031)
    assert operator.post("/platform/calendars", data={**given, "then": "enter"}).status_code == 303
    assert SOURCE in text(operator.get("/platform/calendars"))
    with city.acting("scjg.planner"):
        known = work_calendar()
        assert known.is_working_day(date(2031, 1, 19)) and not known.is_working_day(date(2031, 1, 22))


def test_a_year_from_a_file(city: City, operator: FlaskClient) -> None:
    target = io.BytesIO()
    rows = [
        ["2032-01-01", "2032-01-03", "放假"],
        ["2032-01-04", "", "上班"],
        ["2032-10-01", "2032-10-07", "放假"],
    ]
    write_xlsx(target, ("日期", "至", "安排"), rows, sheet="2032")
    sent = {"year": "2032", "provenance": SOURCE, "file": (io.BytesIO(target.getvalue()), "放假安排.xlsx")}
    assert "2032-10-01 2032-10-07 放假" in text(operator.post("/platform/calendars", data=sent))
    sent |= {"file": (io.BytesIO(target.getvalue()), "放假安排.xlsx"), "then": "enter"}
    assert operator.post("/platform/calendars", data=sent).status_code == 303
    with city.acting("scjg.planner"):
        assert work_calendar().is_working_day(date(2032, 1, 4))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days": ""}, "没有读到放假的日期"),
        ({"days": "2031-01-01 放假\n元旦放三天"}, "第 2 行看不懂"),
        ({"days": "2031-02-30 放假"}, "第 1 行看不懂"),
        ({"days": "2032-01-01 放假"}, "不在 2031 年"),
        ({"days": "2031-01-01 放假\n2031-01-02 上班"}, "不是周末"),
        ({"days": "2031-01-04 放假\n2031-01-04 上班"}, "既是放假又是上班"),
        ({"days": "2031-01-01 至 2031-04-30 放假\n2031-05-01 放假"}, "超过 120 天"),
        ({"provenance": ""}, "必填"),
        ({"year": "1990"}, "2016"),
        ({"file": (io.BytesIO(b"PK\\x03\\x04nonsense"), "坏.xlsx")}, ""),
    ],
)
def test_what_no_notice_could_say_is_refused_with_what_was_typed(
    operator: FlaskClient, change: dict[str, object], said: str
) -> None:
    given = {"year": "2031", "days": NOTICE, "provenance": SOURCE, "then": "enter", **change}
    shown = text(operator.post("/platform/calendars", data=given), 422)
    assert said in shown


def test_what_lacks_a_year_says_so_and_leads_there(operator: FlaskClient, owner: psycopg.Connection) -> None:
    coming = today().year + 1
    before = owner.execute(
        "DELETE FROM calendar_year WHERE year = %s RETURNING days_off::text, provenance", (coming,)
    ).fetchall()
    if coming not in calendars.official_years():
        assert f"/platform/calendars?year={coming}" in text(operator.get("/platform/health"))
        assert f"还没有 {coming} 年的放假安排" in text(operator.get("/platform/calendars"))
    for days_off, provenance in before:
        owner.execute(
            "INSERT INTO calendar_year (year, days_off, days_on, provenance) VALUES (%s, %s, '[]', %s)",
            (coming, days_off, provenance),
        )
    with pytest.raises(ClerkError, match="没有读到"):
        calendars.check(2031, [], [], SOURCE)


def test_the_interface_lists_official_years(city: City) -> None:
    items = city.client().get("/api/v1/settings/calendars").get_json()["items"]
    assert {one["year"]: one["working_days"] for one in items if one["official"]}[2024] == 251
