"""我的账户: one's own password, one-time password and sessions; when sessions end by themselves."""

from __future__ import annotations

import re

import psycopg
import pyotp
import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from onedoor.kernel.clock import now
from tenants.people import passwords
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.password_hashes import REAL

NEW = "quite another sentence entirely"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


def enter(city: City, who: str, password: str = PASSWORD, agent: str = CHROME) -> FlaskClient:
    client = city.client()
    data = {"username": who, "password": password, "code": city.code(who)}
    answer = client.post("/sign-in", data=data, headers={"User-Agent": agent})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def age(owner: psycopg.Connection, who: str, column: str, by: str) -> None:
    """Move a moment of somebody's sessions into the past."""
    owner.execute(
        f"UPDATE user_session SET {column} = {column} - %s::interval"
        " WHERE user_id = (SELECT id FROM user_account WHERE username = %s)",
        (by, who),
    )


def test_sessions_with_device_and_address_and_ending_them(city: City) -> None:
    here, there = enter(city, "scjg.planner"), enter(city, "scjg.planner", agent="Firefox on Android")
    page = here.get("/account/").get_data(as_text=True)
    assert "Chrome · Windows" in page and "Firefox · Android" in page and "当前设备" in page
    ends = re.findall(r'action="(/account/sessions/[\w-]+/end)"', page)
    assert len(ends) == 1
    assert here.post(ends[0]).status_code == 303
    assert there.get("/desk/").status_code == 302 and here.get("/desk/").status_code == 200
    third = enter(city, "scjg.planner")
    assert here.post("/account/sessions/end-others").status_code == 303
    assert third.get("/desk/").status_code == 302 and here.get("/desk/").status_code == 200


def test_a_colleagues_session_is_not_mine_to_end(city: City) -> None:
    mine, theirs = enter(city, "scjg.head"), enter(city, "scjg.reviewer")
    enter(city, "scjg.reviewer")
    end = re.search(r"/account/sessions/[\w-]+/end", theirs.get("/account/").get_data(as_text=True))
    assert end is not None
    assert mine.post(end[0]).status_code == 404
    assert theirs.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("who", "idle", "lives"),
    [
        ("scjg.operator", "3 hours 50 minutes", True),
        ("scjg.operator", "4 hours 1 minute", False),
        ("sfj.admin", "50 minutes", True),
        ("sfj.admin", "61 minutes", False),
    ],
)
def test_a_session_nobody_uses_ends(
    city: City, owner: psycopg.Connection, who: str, idle: str, lives: bool
) -> None:
    client = enter(city, who)
    age(owner, who, "seen_at", idle)
    assert client.get("/account/").status_code == (200 if lives else 302)
    assert client.get("/account/").status_code == (200 if lives else 302)


def test_a_session_ends_after_a_working_day_however_busy(city: City, owner: psycopg.Connection) -> None:
    client = enter(city, "scjg.operator")
    age(owner, "scjg.operator", "expires_at", "11 hours 50 minutes")
    assert client.get("/desk/").status_code == 200
    age(owner, "scjg.operator", "expires_at", "11 minutes")
    assert client.get("/desk/").status_code == 302


def test_changing_the_password_ends_the_other_sessions(city: City) -> None:
    here, there = enter(city, "yjgl.planner"), enter(city, "yjgl.planner")
    data = {"present": PASSWORD, "password": NEW, "again": NEW}
    assert here.post("/account/password", data=data | {"present": "wrong"}).status_code == 422
    assert here.post("/account/password", data=data | {"again": "other"}).status_code == 422
    short = here.post("/account/password", data=data | {"password": "kv7 umpq", "again": "kv7 umpq"})
    assert short.status_code == 422 and "至少 15" in short.get_data(as_text=True)
    assert here.post("/account/password", data=data).status_code == 303
    assert here.get("/desk/").status_code == 200 and there.get("/desk/").status_code == 302
    assert enter(city, "yjgl.planner", NEW)


def test_a_session_left_open_cannot_guess_the_password(city: City) -> None:
    client = enter(city, "yjgl.reviewer")
    data = {"present": "wrong", "password": NEW, "again": NEW}
    answers = [client.post("/account/password", data=data).get_data(as_text=True) for _ in range(6)]
    assert "当前密码不正确" in answers[4] and "秒后再试" in answers[5]
    assert enter(city, "yjgl.reviewer"), "the sign-in page is not slowed down by it"


def test_a_one_time_password_of_ones_own_accord(city: City) -> None:
    client = enter(city, "yjgl.head")
    assert client.post("/account/one-time-password").status_code == 303
    page = client.get("/sign-in/one-time-password").get_data(as_text=True)
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret is not None
    code = pyotp.TOTP(secret[1]).at(now())
    assert client.post("/sign-in/one-time-password", data={"code": code}).status_code == 200
    page = client.get("/account/").get_data(as_text=True)
    assert "还剩 10 个恢复码" in page
    data = {"username": "yjgl.head", "password": PASSWORD, "code": ""}
    assert city.client().post("/sign-in", data=data).status_code == 422
    assert client.post("/account/one-time-password").status_code == 422, "once is enough"
    renewed = client.post("/account/recovery-codes", data={"known": PASSWORD}).get_data(as_text=True)
    codes = re.findall(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code>", renewed)
    assert city.client().post("/sign-in", data=data | {"code": codes[3]}).status_code == 302


def test_an_old_hash_is_made_anew_at_the_next_sign_in(
    city: City, owner: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", REAL)
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    owner.execute("UPDATE user_account SET password_hash = %s WHERE username = 'wsjk.planner'", (weak,))
    assert enter(city, "wsjk.planner")
    row = owner.execute("SELECT password_hash FROM user_account WHERE username = 'wsjk.planner'").fetchone()
    assert row is not None and row[0].startswith("$argon2id$v=19$m=65536,t=3,")
    assert enter(city, "wsjk.planner")


def test_a_known_device_does_not_wait_for_others_mistakes(city: City) -> None:
    client = enter(city, "wsjk.head")
    client.post("/sign-out")
    stranger, wrong = city.client(), {"username": "wsjk.head", "password": "wrong", "code": ""}
    answers = [stranger.post("/sign-in", data=wrong).status_code for _ in range(6)]
    assert answers == [422, 422, 422, 422, 422, 429]
    right = {**wrong, "password": PASSWORD}
    assert stranger.post("/sign-in", data=right).status_code == 429
    assert client.post("/sign-in", data=right).status_code == 302, "the cookie says who this device is"


def test_a_devices_cookie_is_worth_nothing_for_another_name_or_changed(city: City) -> None:
    client = enter(city, "wsjk.operator")
    client.post("/sign-out")
    wrong = {"username": "wsjk.discloser", "password": "wrong", "code": ""}
    assert [client.post("/sign-in", data=wrong).status_code for _ in range(6)][-1] == 429
    client.set_cookie("device", "forged." + "x" * 40)
    again = {"username": "wsjk.operator", "password": "wrong", "code": ""}
    assert [client.post("/sign-in", data=again).status_code for _ in range(6)][-1] == 429


def test_enrolling_needs_the_password_first(city: City) -> None:
    answer = city.client().get("/sign-in/one-time-password")
    assert answer.status_code == 303 and answer.headers["Location"] == "/sign-in"
