"""The calendar: a month and a week, by officer and unit, moving a visit, and the feed by a token that can be taken back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.text.icalendar import DayEvent, calendar_text, escaped, folded
from onedoor.visits import queries
from onedoor.visits.models import Visit
from tenants import people
from tests.notifications.test_workflow_events import _account
from tests.visits.builders import DrawnCampaign


def test_text_is_escaped_and_lines_are_folded_between_characters() -> None:
    assert escaped("a,b;c\\d\r\ne\x07") == "a\\,b\\;c\\\\d\\ne"
    long = folded("SUMMARY:" + "检查" * 60)
    lines = long.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(one) <= 75 for one in lines) and all(one.startswith(b" ") for one in lines[1:])
    assert (lines[0] + b"".join(one[1:] for one in lines[1:])).decode() == "SUMMARY:" + "检查" * 60


def test_a_day_ends_before_the_next() -> None:
    event = DayEvent(
        "1@x", date(2026, 12, 31), date(2026, 12, 31), "检查，一次; 两家", "https://example.org/1"
    )
    text = calendar_text("日历", [event], datetime(2026, 12, 1, 8, tzinfo=UTC)).decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in text
    assert "SUMMARY:检查，一次\\; 两家\r\n" in text and "DTSTAMP:20261201T080000Z" in text


def visit_of(staffed: DrawnCampaign) -> Visit:
    visit_id = staffed.joint()
    with staffed.world.city.acting("scjg.planner"):
        found = queries.visit(visit_id)
        db.session.expunge(found)
    return found


def test_a_month_shows_what_there_is_and_an_officer_only_their_own(staffed: DrawnCampaign) -> None:
    city, visit = staffed.world.city, visit_of(staffed)
    with city.acting("scjg.planner"):
        team = [one for one in queries.team(visit.id) if one.bureau_id == city.bureaus["SCJG"]]
        ours = queries.calendar_entries(visit.scheduled_on, visit.scheduled_on)
        mine = queries.calendar_entries(visit.scheduled_on, visit.scheduled_on, account_id=team[0].account_id)
        assert f"visit-{visit.id}" in {one.id for one in mine} < {one.id for one in ours}
        assert {one.kind for one in mine} == {"visit"} and any(one.kind == "period" for one in ours)
    client = city.client("scjg.planner")
    for view in ("month", "week"):
        page = client.get(f"/visits/calendar?view={view}&day={visit.scheduled_on}")
        assert page.status_code == 200 and "改期" in page.text
    assert visit.number in client.get(f"/visits/calendar?view=week&day={visit.scheduled_on}").text
    assert client.get("/visits/calendar?view=century&day=x&officer=1").status_code == 200
    elsewhere = city.client("wsjk.planner").get(f"/visits/calendar?view=week&day={visit.scheduled_on}").text
    assert visit.number not in elsewhere


def test_a_visit_is_moved_where_the_rule_lets_it(staffed: DrawnCampaign) -> None:
    city, visit = staffed.world.city, visit_of(staffed)
    client, page = city.client("scjg.planner"), f"/visits/calendar/{visit.id}"
    with city.acting("scjg.planner"):
        day = queries.calendar().add_working_days(visit.scheduled_on, 1)
    assert f'value="{day}"' in client.get(f"{page}?day={day}").text
    past = client.post(page, data={"day": str(today() - timedelta(days=1)), "reason": ""})
    assert past.status_code == 422 and "之间" in past.text
    assert client.post(page, data={"day": "nonsense"}).status_code == 422
    assert client.post(page, data={"day": str(day), "reason": "企业盘点"}).status_code == 303
    with city.acting("scjg.planner"):
        assert queries.visit(visit.id).scheduled_on == day
    partner = city.client(f"{staffed.partner(visit.id).lower()}.planner")
    assert partner.post(page, data={"day": str(day)}).status_code in (403, 404)


def feed_of(staffed: DrawnCampaign, who: str) -> str:
    answer = staffed.world.city.client(who).post("/notifications/own/calendar", data={"name": "手机日历"})
    found = re.search(r"/notifications/calendar/[\w-]+\.ics", answer.text)
    assert answer.status_code == 200 and found
    return found[0]


def test_a_feed_has_the_officers_own_visits_until_it_is_taken_back(staffed: DrawnCampaign) -> None:
    city, visit = staffed.world.city, visit_of(staffed)
    with city.acting("scjg.planner"):
        team = queries.team(visit.id)
        officer = next(_account(one.code) for one in team if one.bureau_id == city.bureaus["SCJG"])
        queries.visit(visit.id).announced = False
        other = next(
            one for one in staffed.visits() if officer not in {_account(m.code) for m in queries.team(one.id)}
        )
        other_number = other.number
    address, stranger = feed_of(staffed, officer), city.client()
    answer = stranger.get(address)
    text = answer.get_data().replace(b"\r\n ", b"").decode()
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    assert visit.number in text and other_number not in text
    event = next(one for one in text.split("BEGIN:VEVENT") if visit.number in one)
    assert visit.entity_name not in event, "unannounced: without the firm"
    assert stranger.get("/notifications/calendar/od_nobody.ics").status_code == 404
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    bearer = {"Authorization": f"Bearer {token}"}
    assert stranger.get("/api/v1/visits/", headers=bearer).status_code in (401, 403)
    with city.acting(officer):
        (kept,) = people.my_calendar_tokens()
        assert people.my_phone_tokens() == []
        people.end_phone_token(kept.id)
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("name", ["", "长" * 61])
def test_a_feed_needs_a_name(staffed: DrawnCampaign, name: str) -> None:
    client = staffed.world.city.client("scjg.planner")
    assert client.post("/notifications/own/calendar", data={"name": name}).status_code == 422
