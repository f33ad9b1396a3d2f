"""The administrator's pages of people: adding, roles, closing, links, sessions; each act in the log (R-T5, R-T6)."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from uuid import UUID

import psycopg
import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.spreadsheets import write_xlsx
from tenants.audit_anchors import TOTP
from tests.fixtures.city import PASSWORD, City

SENTENCE = "a long sentence of one's own"
LINK = re.compile(r"http://127\.0\.0\.1(/invitation/[\w-]+)")


@pytest.fixture(scope="module")
def admin(city: City) -> FlaskClient:
    return city.client("scjg.admin")


def number(of: int) -> str:
    return made_up_identity_number(date(1981, 1, 1), of)


def add(admin: FlaskClient, username: str, *roles: str, of: int = 1) -> str:
    """The path of the link that is shown for somebody new."""
    data = {
        "display_name": "新来的人",
        "username": username,
        "identity_number": number(of),
        "roles": list(roles),
    }
    answer = admin.post("/settings/users/new", data=data)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    return link_in(answer.get_data(as_text=True))


def link_in(page: str) -> str:
    found = LINK.search(page)
    assert found is not None
    return found[1]


def of(city: City, username: str) -> str:
    """The address of somebody's page."""
    return f"/settings/users/{city.person(username).user_id}"


def accept(city: City, link: str, password: str = SENTENCE) -> int:
    return city.client().post(link, data={"password": password, "again": password}).status_code


def enter(city: City, username: str, password: str = SENTENCE, code: str = "") -> FlaskClient:
    client = city.client()
    answer = client.post("/sign-in", data={"username": username, "password": password, "code": code})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


def acts(owner: psycopg.Connection, subject: UUID | None = None) -> list[str]:
    query = "SELECT event FROM audit_entry WHERE subject_id = coalesce(%s, subject_id) ORDER BY at, id"
    return [row[0] for row in owner.execute(query, (subject,)).fetchall()]


def test_somebody_is_added_invited_and_signs_in(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    link = add(admin, "xin.lai", "planner")
    assert "新来的人" in city.client().get(link).get_data(as_text=True)
    assert accept(city, link, "too short") == 422
    assert accept(city, link) == 303
    assert enter(city, "xin.lai").get("/plans/").status_code == 200
    result = acts(owner, city.person("xin.lai").user_id)
    assert result[:3] == ["tenants.user.add", "tenants.link.issue", "tenants.password.set"]
    page = admin.get("/settings/log").get_data(as_text=True)
    assert "增加 用户" in page and "发放 设置密码的链接" in page


def test_a_link_works_once_and_until_it_expires(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    link = add(admin, "yi.ci", "reader", of=2)
    assert accept(city, link) == 303
    assert accept(city, link) == 410
    old = link_in(admin.post(f"{of(city, 'yi.ci')}/link").get_data(as_text=True))
    new = link_in(admin.post(f"{of(city, 'yi.ci')}/link").get_data(as_text=True))
    assert accept(city, old) == 410, "a newer link takes the older one's place"
    owner.execute("UPDATE access_link SET expires_at = now() - interval '1 second'")
    answer = city.client().get(new)
    assert answer.status_code == 410 and "要一个新的链接" in answer.get_data(as_text=True)
    assert city.client().get("/invitation/no-such-link").status_code == 410
    assert enter(city, "yi.ci")


def test_links_are_stored_hashed_and_looking_does_not_use_them_up(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    link = add(admin, "ha.xi", "reader", of=3)
    rows = owner.execute("SELECT string_agg(t::text, '') FROM access_link t").fetchone()
    assert rows is not None and link.rsplit("/", 1)[1] not in rows[0]
    answer = [city.client().get(link) for _ in range(3)][-1]
    assert answer.status_code == 200
    assert accept(city, link) == 303


def test_a_new_password_ends_every_session(city: City, admin: FlaskClient) -> None:
    accept(city, add(admin, "huan.mi", "reader", of=4))
    before = enter(city, "huan.mi")
    link = link_in(admin.post(f"{of(city, 'huan.mi')}/link").get_data(as_text=True))
    assert before.get("/desk/").status_code == 200, "until the link is used, nothing changes"
    assert accept(city, link, "another long sentence of mine") == 303
    assert before.get("/desk/").status_code == 302
    assert enter(city, "huan.mi", "another long sentence of mine")


def test_a_role_that_needs_it_enrols_a_one_time_password_at_first_sign_in(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    accept(city, add(admin, "di.er.admin", "administrator", of=5), "kv7 umpq")
    client = enter(city, "di.er.admin", "kv7 umpq")
    assert client.get("/settings/users").status_code == 302, "not signed in yet"
    page = client.get("/sign-in/one-time-password").get_data(as_text=True)
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found is not None and "qr-code" in page
    assert client.post("/sign-in/one-time-password", data={"code": "000000x"}).status_code == 422
    totp = pyotp.TOTP(found[1])
    answer = client.post("/sign-in/one-time-password", data={"code": totp.at(now())})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.get_data(as_text=True))
    assert len(set(codes)) == 10
    assert client.get("/settings/users").status_code == 200
    # From now on a code is asked for; a recovery code does, once.
    data = {"username": "di.er.admin", "password": "kv7 umpq", "code": ""}
    assert city.client().post("/sign-in", data=data).status_code == 422
    assert enter(city, "di.er.admin", "kv7 umpq", codes[0].upper())
    assert city.client().post("/sign-in", data=data | {"code": codes[0]}).status_code == 422
    stored = owner.execute(
        "SELECT recovery_digests, totp_secret FROM user_account WHERE username = 'di.er.admin'"
    ).fetchone()
    assert stored is not None and len(stored[0]) == 9
    assert codes[1].replace("-", "") not in str(stored) and found[1].encode() not in bytes(stored[1])


def test_a_role_that_needs_a_code_ends_the_sessions_of_whoever_has_none(
    city: City, admin: FlaskClient
) -> None:
    accept(city, add(admin, "sheng.ren", "reader", of=6))
    client = enter(city, "sheng.ren")
    data = {"display_name": "升任", "roles": ["reader", "administrator"]}
    assert admin.post(f"{of(city, 'sheng.ren')}/edit", data=data).status_code == 303
    assert client.get("/settings/users").status_code == 302


def test_a_closed_account_is_out_at_once_and_may_come_back(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    accept(city, add(admin, "diao.li", "reader", of=7))
    client, path = enter(city, "diao.li"), of(city, "diao.li")
    assert admin.post(f"{path}/close", data={"reason": ""}).status_code == 422
    assert admin.post(f"{path}/close", data={"reason": "调离"}).status_code == 303
    assert client.get("/desk/").status_code == 302
    refused = city.client().post("/sign-in", data={"username": "diao.li", "password": SENTENCE, "code": ""})
    assert refused.status_code == 422 and "已停用" in refused.get_data(as_text=True)
    assert admin.post(f"{path}/reopen").status_code == 303
    assert client.get("/desk/").status_code == 302, "what was ended stays ended"
    assert enter(city, "diao.li")
    assert {"tenants.user.close", "tenants.user.reopen"} <= set(acts(owner))


def test_a_lost_phone(city: City, admin: FlaskClient) -> None:
    accept(city, add(admin, "diu.shouji", "administrator", of=8), "kv7 umpq")
    client = enter(city, "diu.shouji", "kv7 umpq")
    page = client.get("/sign-in/one-time-password").get_data(as_text=True)
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret is not None
    client.post("/sign-in/one-time-password", data={"code": pyotp.TOTP(secret[1]).at(now())})
    path = of(city, "diu.shouji")
    assert "清除动态口令" in admin.get(path).get_data(as_text=True)
    link = link_in(admin.post(f"{path}/clear-totp").get_data(as_text=True))
    assert client.get("/desk/").status_code == 302
    data = {"username": "diu.shouji", "password": "kv7 umpq", "code": ""}
    assert city.client().post("/sign-in", data=data).status_code == 422, "the password alone enrols nobody"
    assert accept(city, link, "rw4 plmz") == 303
    assert enter(city, "diu.shouji", "rw4 plmz").get("/sign-in/one-time-password").status_code == 200


def test_sessions_are_listed_and_ended_by_the_administrator(city: City, admin: FlaskClient) -> None:
    accept(city, add(admin, "liang.tai", "reader", of=9))
    client = enter(city, "liang.tai")
    path = of(city, "liang.tai")
    page = admin.get(path).get_data(as_text=True)
    ends = re.findall(rf'action="({path}/sessions/[\w-]+/end)"', page)
    assert "127.0.0.1" in page and ends
    for end in ends:
        assert admin.post(end).status_code == 303
    assert client.get("/desk/").status_code == 302
    assert "现在没有登录" in admin.get(path).get_data(as_text=True)


def test_the_last_administrator_stays(city: City) -> None:
    admin = city.client("mzj.admin")
    path = of(city, "mzj.admin")
    answer = admin.post(f"{path}/edit", data={"display_name": "原名", "roles": ["reader"]})
    assert answer.status_code == 422 and "至少要有一名能登录的管理员" in answer.get_data(as_text=True)
    assert admin.post(f"{path}/close", data={"reason": "试试"}).status_code == 422
    # One who was invited and never came is no administrator yet.
    add(admin, "mzj.second", "administrator", of=10)
    assert admin.post(f"{path}/edit", data={"display_name": "原名", "roles": ["reader"]}).status_code == 422
    assert admin.get("/settings/users").status_code == 200


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"username": "SCJG.Admin"}, "小写字母"),
        ({"username": "yjgl.admin"}, "已经有人使用"),
        ({"username": "ab"}, "3 到 32"),
        ({"roles": []}, "至少选择一个"),
        ({"roles": ["platform"]}, "至少选择一个"),
        ({"roles": ["emperor"]}, ""),
        ({"identity_number": "990100198101010011"}, "身份证号"),
        ({"unit_id": "018f0000-0000-7000-8000-000000000000"}, "请从所列科室中选择"),
    ],
)
def test_what_cannot_be_added_says_why(admin: FlaskClient, change: dict[str, object], message: str) -> None:
    data = {"display_name": "某", "username": "mou.ren", "identity_number": number(11), "roles": ["reader"]}
    answer = admin.post("/settings/users/new", data={**data, **change})
    assert answer.status_code == 422 and message in answer.get_data(as_text=True)


def test_only_a_supervising_bureau_has_supervisors(city: City) -> None:
    data = {
        "display_name": "某",
        "username": "jian.du",
        "identity_number": number(12),
        "roles": ["supervisor"],
    }
    refused = city.client("swj.admin").post("/settings/users/new", data=data)
    assert refused.status_code == 422 and "没有被授予监督权" in refused.get_data(as_text=True)
    assert city.client("sfj.admin").post("/settings/users/new", data=data).status_code == 200


def test_the_operator_is_no_administrators(city: City, owner: psycopg.Connection) -> None:
    """The data bureau's administrator does not get at the platform through a colleague's account."""
    secret = pyotp.random_base32()
    query = "UPDATE user_account SET roles = '{administrator}' WHERE username = 'sjj.planner' RETURNING id"
    account = owner.execute(query).fetchone()
    assert account is not None
    with city.app.app_context():
        sealed = TOTP.seal(account[0], secret)
    owner.execute("UPDATE user_account SET totp_secret = %s WHERE id = %s", (sealed, account[0]))
    client = enter(city, "sjj.planner", PASSWORD, pyotp.TOTP(secret).at(now()))
    path = of(city, "sjj.ops")
    for act in ("link", "clear-totp", "close", "edit"):
        data = {"reason": "x", "display_name": "x", "roles": ["reader"]}
        assert client.post(f"{path}/{act}", data=data).status_code in (403, 422), act
    assert "platform" in city.person("sjj.ops").roles


def test_the_one_time_password_of_another_account_opens_nothing(
    city: City, owner: psycopg.Connection
) -> None:
    """Whoever writes to the table without the keys cannot put the secret they know into somebody's account."""
    put = "UPDATE user_account a SET totp_secret = b.totp_secret FROM user_account b WHERE a.username = %s AND b.username = %s"
    kept = owner.execute("SELECT totp_secret FROM user_account WHERE username = 'wsjk.admin'").fetchone()
    owner.execute(put, ("wsjk.admin", "mzj.admin"))
    data = {"username": "wsjk.admin", "password": PASSWORD, "code": city.code("mzj.admin")}
    answer = city.client().post("/sign-in", data=data)
    assert answer.status_code == 409 and "改动或移动过" in answer.get_data(as_text=True)
    assert kept is not None
    owner.execute("UPDATE user_account SET totp_secret = %s WHERE username = 'wsjk.admin'", kept)
    assert city.client("wsjk.admin").get("/desk/").status_code == 200


@pytest.mark.parametrize("who", ["scjg.planner", "scjg.head"])
def test_only_administrators_keep_accounts(city: City, who: str) -> None:
    client, path = city.client(who), of(city, "scjg.reviewer")
    for act in ("", "/edit"):
        assert client.get(path + act).status_code == 403
    for act in ("/edit", "/close", "/reopen", "/link", "/clear-totp"):
        assert client.post(path + act).status_code == 403
    assert client.post("/settings/users/new").status_code == 403


def test_people_come_in_by_a_file_that_is_shown_first_and_their_links_once(
    city: City, admin: FlaskClient
) -> None:
    """R-L11, R-T5: a row's fault is said beside it, all are added or none, and each link stands on one page alone."""
    heads = ("姓名", "用户名", "身份证号", "职务", "科室", "角色")

    def sheet(*rows: tuple[str, ...]) -> tuple[io.BytesIO, str]:
        target = io.BytesIO()
        write_xlsx(target, heads, rows, sheet="用户")
        return io.BytesIO(target.getvalue()), "用户.xlsx"

    def text(answer: TestResponse) -> str:
        return unescape(answer.get_data(as_text=True))

    where = "/settings/users/file"
    template = admin.get(f"{where}/template")
    assert template.status_code == 200 and template.get_data()[:2] == b"PK"
    assert "请选择文件" in text(admin.post(where, data={}))
    good = ("吴某", "wu.file", number(71), "", "", "计划员")
    seen = text(admin.post(where, data={"file": sheet(good, ("郑某", "zheng.file", "1", "", "", "厨师"))}))
    assert "吴某" in seen and "厨师" in seen and 'value="enter"' not in seen
    answer = admin.post(where, data={"file": sheet(good)})
    assert answer.headers["Cache-Control"] == "no-store" and number(71) not in text(answer)
    rows = re.search(r'name="rows" value="([^"]+)"', text(answer))
    assert rows is not None
    # What was read for this bureau is nothing at another's.
    elsewhere = city.client("wsjk.admin").post(where, data={"rows": rows[1], "then": "enter"})
    assert elsewhere.status_code == 422 and "失效" in text(elsewhere)
    link = link_in(text(admin.post(where, data={"rows": rows[1], "then": "enter"})))
    assert link not in text(admin.get("/settings/users"))
    assert accept(city, link) < 400 and accept(city, link) >= 400
    assert city.client("scjg.planner").get(where).status_code == 403
