"""Signing in: argon2, one-time passwords that work once, lockout, and a session that ends."""

from __future__ import annotations

import pytest

from onedoor.kernel.scope import in_scope
from tenants import people, scope
from tests.fixtures.city import PASSWORD, City


def test_a_planner_signs_in_and_out(city: City) -> None:
    client = city.client("scjg.planner")
    assert client.get("/jobs/").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/jobs/").status_code == 302


def test_a_wrong_password_says_one_sentence(city: City) -> None:
    answer = city.client().post("/sign-in", data={"username": "scjg.planner", "password": "x", "code": ""})
    assert answer.status_code == 422
    assert "用户名、密码或动态口令不正确" in answer.get_data(as_text=True)


def test_a_supervisor_needs_the_code_and_each_works_once(city: City) -> None:
    client = city.client()
    data = {"username": "sfj.supervisor", "password": PASSWORD, "code": ""}
    assert client.post("/sign-in", data=data).status_code == 422
    data["code"] = city.code("sfj.supervisor")
    assert client.post("/sign-in", data=data).status_code == 302
    assert city.client().post("/sign-in", data=data).status_code == 422


@pytest.mark.parametrize("target", ["https://example.invalid/", "//example.invalid", "/\\example.invalid"])
def test_signing_in_never_leads_away(city: City, target: str) -> None:
    data = {"username": "scjg.planner", "password": PASSWORD, "code": ""}
    answer = city.client().post(f"/sign-in?next={target}", data=data)
    assert answer.status_code == 302 and "example" not in answer.headers["Location"]


def test_a_revoked_session_is_nobody(city: City) -> None:
    with in_scope(scope.identity(), city.app):
        assert people.principal_of("no such token") is None
