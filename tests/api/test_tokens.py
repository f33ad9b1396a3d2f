"""API tokens: made by the administrator, scoped, expiring, shown once, stored hashed, revocable (issue 3, "People")."""

from __future__ import annotations

import re

import psycopg
import pytest
from flask.testing import FlaskClient

from onedoor.kernel.errors import ClerkError
from tenants import people
from tenants.rules import Permission
from tests.fixtures.city import PASSWORD, City

LOAD = "/api/v1/registry/loads/018f0000-0000-7000-8000-000000000000"
TOKEN = re.compile(r"<code>(od_[\w-]{43})</code>")


@pytest.fixture(scope="module")
def admin(city: City) -> FlaskClient:
    return city.client("scjg.admin")


def make(admin: FlaskClient, name: str) -> str:
    data = {"name": name, "permissions": ["registry.write"], "days": "90"}
    answer = admin.post("/settings/interfaces", data=data)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    found = TOKEN.search(answer.get_data(as_text=True))
    assert found is not None
    return found[1]


def call(city: City, token: str, path: str = LOAD) -> int:
    return city.client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_shown_once_stored_hashed_and_opens_its_scope(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    token = make(admin, "业务系统")
    page = admin.get("/settings/interfaces").get_data(as_text=True)
    assert "业务系统" in page and "没有用过" in page and token not in page
    assert "每个令牌每分钟最多调用 600 次" in page
    stored = owner.execute("SELECT string_agg(t::text, '') FROM api_token t").fetchone()
    assert stored is not None and token not in stored[0]
    # Entered: there is no such load; without the token one is asked to sign in.
    assert call(city, token) == 404
    assert city.client().get(LOAD).status_code == 401
    row = owner.execute("SELECT last_used_at FROM api_token WHERE name = '业务系统'").fetchone()
    assert row is not None and row[0] is not None


def test_stale_expired_revoked_and_changed_tokens_are_nobody(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    expired, revoked, good = (make(admin, name) for name in ("过期", "停用", "好的"))
    owner.execute("UPDATE api_token SET expires_at = now() - interval '1 second' WHERE name = '过期'")
    found = owner.execute("SELECT id FROM api_token WHERE name = '停用'").fetchone()
    assert found is not None
    assert call(city, revoked) == 404
    assert admin.post(f"/settings/interfaces/{found[0]}/revoke").status_code == 303
    tried = {
        name: call(city, token)
        for name, token in {
            "expired": expired,
            "revoked": revoked,
            "changed": good[:-1] + ("A" if good[-1] != "A" else "B"),
            "cut": good[:-1],
            "digest": "0" * 64,
            "empty": "",
        }.items()
    }
    assert set(tried.values()) == {401}, tried
    assert call(city, good) == 404
    page = admin.get("/settings/interfaces").get_data(as_text=True)
    assert "已过期" in page and "已停用" in page
    log = admin.get("/settings/log").get_data(as_text=True)
    assert "增加 接口令牌" in log and "停用接口令牌" in log


def test_a_token_of_a_closed_bureau_is_nobody(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    token = make(admin, "单位停用")
    owner.execute("UPDATE bureau SET active = false WHERE id = %s", (city.bureaus["SCJG"],))
    try:
        assert call(city, token) == 401
    finally:
        owner.execute("UPDATE bureau SET active = true WHERE id = %s", (city.bureaus["SCJG"],))
    assert call(city, token) == 404


def test_a_token_is_no_session_and_a_session_no_token(city: City, admin: FlaskClient) -> None:
    token = make(admin, "不是登录")
    header = {"Authorization": f"Bearer {token}"}
    assert city.client().get("/settings/interfaces", headers=header).status_code == 302
    assert city.client().get("/desk/", headers=header).status_code == 302
    assert city.client("scjg.planner").get(LOAD).status_code == 401, "a cookie speaks for nobody here"


def test_a_scope_opens_nothing_else(city: City, owner: psycopg.Connection, admin: FlaskClient) -> None:
    token = make(admin, "别的权限")
    owner.execute("UPDATE api_token SET permissions = '{bureau.read}' WHERE name = '别的权限'")
    assert call(city, token) == 403


@pytest.mark.parametrize(
    "change",
    [
        {"permissions": []},
        {"permissions": ["users.manage"]},
        {"permissions": ["registry.write", "platform.manage"]},
        {"permissions": ["everything"]},
        {"days": "3650"},
        {"days": "-1"},
        {"name": ""},
    ],
)
def test_what_cannot_be_made_says_why(admin: FlaskClient, change: dict[str, object]) -> None:
    data = {"name": "系统", "permissions": ["registry.write"], "days": "90"}
    answer = admin.post("/settings/interfaces", data={**data, **change})
    assert answer.status_code == 422 and "od_" not in answer.get_data(as_text=True)


def test_only_what_the_api_asks_for_is_offered(admin: FlaskClient) -> None:
    page = admin.get("/settings/interfaces").get_data(as_text=True)
    assert f'value="{Permission.REGISTRY_WRITE}"' in page
    assert f'value="{Permission.USERS_MANAGE}"' not in page


def test_another_bureaus_token_is_not_there(
    city: City, owner: psycopg.Connection, admin: FlaskClient
) -> None:
    token = make(admin, "不归别局")
    found = owner.execute("SELECT id FROM api_token WHERE name = '不归别局'").fetchone()
    assert found is not None
    stranger = city.client("yjgl.admin")
    assert "不归别局" not in stranger.get("/settings/interfaces").get_data(as_text=True)
    assert stranger.post(f"/settings/interfaces/{found[0]}/revoke").status_code == 404
    assert call(city, token) == 404, "it still works"
    colleague = city.client("scjg.planner")
    assert "不归别局" not in colleague.get("/settings/interfaces").get_data(as_text=True)
    assert colleague.post(f"/settings/interfaces/{found[0]}/revoke").status_code == 404
    assert call(city, token) == 404, "it still works"


def test_a_token_may_be_confined_to_rooms_and_says_which_program_used_it(
    city: City, admin: FlaskClient
) -> None:
    data = {"name": "只读事件", "permissions": ["bureau.read"], "days": "30", "rooms": ["events"]}
    refused = admin.post("/settings/interfaces", data={**data, "rooms": ["nothing"]})
    assert refused.status_code == 422
    found = TOKEN.search(admin.post("/settings/interfaces", data=data).get_data(as_text=True))
    assert found is not None
    header = {"Authorization": f"Bearer {found[1]}", "User-Agent": "exchange/2.1"}
    client = city.client()
    assert client.get("/api/v1/events/", headers=header).status_code == 200
    assert client.get("/api/v1/plans/", headers=header).status_code == 403
    page = admin.get("/settings/interfaces").get_data(as_text=True)
    assert "exchange/2.1" in page and "events" in page


def test_the_log_tells_two_systems_of_one_name_apart(city: City, admin: FlaskClient) -> None:
    planner = city.client("scjg.planner")
    for year in ("2041", "2042"):
        made = {"name": "同名系统", "permissions": ["plan.draft"], "days": "30", "known": PASSWORD}
        found = TOKEN.search(planner.post("/settings/interfaces", data=made).get_data(as_text=True))
        assert found is not None
        header = {"Authorization": f"Bearer {found[1]}"}
        body = {"kind": "supplement", "reason": "机构改革", "year": year}
        assert city.client().post("/api/v1/plans/", headers=header, json=body).status_code == 201
    log = admin.get("/settings/log?q=同名系统（令牌").get_data(as_text=True)
    assert len(set(re.findall(r"同名系统（令牌 [0-9a-f]{6}）", log))) == 2


def given_by_planner(city: City, name: str, **more: object) -> tuple[FlaskClient, str]:
    planner = city.client("scjg.planner")
    data = {"name": name, "permissions": ["plan.draft", "bureau.read"], "days": "90", "known": PASSWORD}
    page = planner.post("/settings/interfaces", data={**data, **more}).get_data(as_text=True)
    found = TOKEN.search(page)
    return planner, found[1] if found else page


def test_nobody_gives_what_they_lack_and_who_signs_in_by_password_says_it_again(
    city: City, admin: FlaskClient
) -> None:
    offered = admin.get("/settings/interfaces").get_data(as_text=True)
    assert 'value="plan.draft"' not in offered, "an administrator plans nothing"
    refused = admin.post(
        "/settings/interfaces", data={"name": "越权", "permissions": ["plan.approve"], "days": "30"}
    )
    assert refused.status_code == 422 and "od_" not in refused.get_data(as_text=True)
    with city.acting("scjg.admin"), pytest.raises(ClerkError, match="没有所选的权限"):
        people.make_token("越权", [Permission.PLAN_APPROVE], 30, frozenset({Permission.PLAN_APPROVE}))
    for wrong in ("", "not-my-password"):
        assert "当前密码不正确" in given_by_planner(city, "没有密码", known=wrong)[1]
    _planner, token = given_by_planner(city, "计划系统")
    assert call(city, token, "/api/v1/plans/") == 200


def test_a_token_loses_what_its_giver_loses_and_ends_with_their_account(
    city: City, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    planner, token = given_by_planner(city, "随人的令牌")
    header, body = {"Authorization": f"Bearer {token}"}, {"kind": "supplement", "reason": "机构改革"}

    def draft(year: int) -> int:
        return city.client().post("/api/v1/plans/", headers=header, json={**body, "year": year}).status_code

    assert draft(2051) == 201
    roles = "UPDATE user_account SET roles = %s WHERE username = 'scjg.planner'"
    kept = owner.execute("SELECT roles FROM user_account WHERE username = 'scjg.planner'").fetchone()
    assert kept is not None
    try:
        owner.execute(roles, (["reader"],))
        assert draft(2052) == 403 and call(city, token, "/api/v1/plans/") == 200
        assert "<del>编制计划</del>" in admin.get("/settings/interfaces").get_data(as_text=True)
        owner.execute(roles, kept)
        assert draft(2052) == 201
        owner.execute("UPDATE user_account SET active = false WHERE username = 'scjg.planner'")
        assert call(city, token, "/api/v1/plans/") == 401, "an ended person's"
    finally:
        owner.execute(roles, kept)
        owner.execute("UPDATE user_account SET active = true WHERE username = 'scjg.planner'")
    row = owner.execute("SELECT id FROM api_token WHERE name = '随人的令牌'").fetchone()
    assert row is not None
    assert admin.post(f"/settings/interfaces/{row[0]}/renewal").status_code == 422, "not the administrator's"
    again = planner.post(f"/settings/interfaces/{row[0]}/renewal", data={"known": PASSWORD})
    renewed = TOKEN.search(again.get_data(as_text=True))
    assert renewed is not None and call(city, renewed[1], "/api/v1/plans/") == 200
    assert admin.post(f"/settings/interfaces/{row[0]}/revoke").status_code == 303
    assert call(city, token, "/api/v1/plans/") == 401


def test_a_supervisor_gives_a_supervisors_view_and_others_do_not(city: City, admin: FlaskClient) -> None:
    data = {"name": "监督平台", "permissions": ["oversight.read"], "days": "90"}
    found = TOKEN.search(
        city.client("sfj.supervisor").post("/settings/interfaces", data=data).get_data(as_text=True)
    )
    assert found is not None
    assert call(city, found[1], "/api/v1/supervision/overview") == 200
    assert call(city, found[1], "/api/v1/entities/") in (403, 404)
    assert admin.post("/settings/interfaces", data=data).status_code == 422
