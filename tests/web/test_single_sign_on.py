"""OpenID Connect against a real provider in a process of its own: bound by the administrator, or not let in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from onedoor.app import create_app
from onedoor.config import Config, ConfigError
from onedoor.embedded.processes import free_port
from onedoor.kernel import jobs
from onedoor.kernel.clock import now
from tests.fixtures.browser import axe
from tests.fixtures.city import City
from tests.fixtures.clients import PageClient
from tests.fixtures.openid_provider import Issuer, providing


@pytest.fixture(scope="module")
def port() -> int:
    return free_port(None)


@pytest.fixture(scope="module")
def issuer(port: int) -> Iterator[Issuer]:
    with providing(f"http://127.0.0.1:{port}/sign-in/oidc/back") as made:
        yield made


@pytest.fixture(scope="module")
def app(config: Config, issuer: Issuer, port: int) -> Iterator[Flask]:
    """The application with a provider in its settings."""
    settings = replace(
        config,
        base_url=f"http://127.0.0.1:{port}",
        oidc_issuer=issuer.issuer,
        oidc_client_id="onedoor",
        oidc_client_secret=issuer.client_secret,
        oidc_name="市统一身份认证",
    )
    made = create_app(settings)
    made.test_client_class = PageClient
    jobs.Bell.ring = None
    yield made
    with made.app_context():
        for engine in made.extensions["sqlalchemy"].engines.values():
            engine.dispose()


@pytest.fixture(scope="module")
def admin(city: City) -> FlaskClient:
    return city.client("scjg.admin")


@pytest.fixture
def bound(city: City, admin: FlaskClient) -> Iterator[str]:
    """The planner is `wang` there."""
    path = f"/settings/users/{city.person('scjg.planner').user_id}"
    assert admin.post(f"{path}/binding", data={"subject": "wang"}).status_code == 303
    yield "wang"
    admin.post(f"{path}/unbind")


def leave(client: FlaskClient, wish: str = "") -> str:
    """Where the application sends the browser."""
    answer = client.get("/sign-in/oidc" + (f"?next={wish}" if wish else ""))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def come_back(client: FlaskClient, issuer: Issuer, port: int, name: str, wish: str = "") -> Any:
    back = issuer.sign_in(leave(client, wish), name, f"http://127.0.0.1:{port}/sign-in/oidc/back")
    return client.get("/sign-in/oidc/back?" + urlsplit(back).query)


def page_after(client: FlaskClient, answer: Any) -> str:
    """The sentence on the sign-in page one is led to."""
    assert answer.status_code == 303 and answer.headers["Location"] == "/sign-in"
    assert client.get("/desk/").status_code == 302, "nobody is signed in"
    return str(client.get("/sign-in").get_data(as_text=True))


def test_whom_the_administrator_bound_signs_in(
    city: City, issuer: Issuer, port: int, bound: str, admin: FlaskClient, owner: psycopg.Connection
) -> None:
    client = city.client()
    assert "用市统一身份认证登录" in client.get("/sign-in").get_data(as_text=True)
    answer = come_back(client, issuer, port, bound, "/plans/")
    assert answer.status_code == 302 and answer.headers["Location"] == "/plans/"
    assert client.get("/plans/").status_code == 200
    events = [row[0] for row in owner.execute("SELECT event FROM audit_entry ORDER BY at, id").fetchall()]
    assert {"tenants.federated.bind", "tenants.session.open"} <= set(events)
    page = admin.get(f"/settings/users/{city.person('scjg.planner').user_id}").get_data(as_text=True)
    assert "解除绑定" in page


def test_whom_nobody_bound_is_told_what_to_do_and_gets_no_account(
    city: City, issuer: Issuer, port: int, owner: psycopg.Connection
) -> None:
    count = owner.execute("SELECT count(*) FROM user_account").fetchone()
    client = city.client()
    page = page_after(client, come_back(client, issuer, port, "stranger"))
    assert "stranger" in page and "请把标识" in page
    assert owner.execute("SELECT count(*) FROM user_account").fetchone() == count


def test_the_question_has_state_nonce_and_a_challenge(city: City) -> None:
    asked = parse_qs(urlsplit(leave(city.client())).query)
    assert asked["response_type"] == ["code"] and asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32 and len(asked["nonce"][0]) >= 32
    assert asked["scope"] == ["openid"]


@pytest.mark.parametrize(
    "change",
    [
        lambda given: given | {"state": "another"},
        lambda given: {key: value for key, value in given.items() if key != "state"},
        lambda given: given | {"code": "guessed"},
        lambda given: given | {"iss": "https://evil.example"},
        lambda given: {"state": given["state"], "error": "access_denied"},
    ],
    ids=["state", "no state", "code", "issuer", "refused"],
)
def test_an_answer_that_was_changed_is_refused(
    city: City, issuer: Issuer, port: int, bound: str, change: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    client = city.client()
    back = issuer.sign_in(leave(client), bound, f"http://127.0.0.1:{port}/sign-in/oidc/back")
    given = {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()}
    answer = client.get("/sign-in/oidc/back?" + urlencode(change(given)))
    assert "没有通过统一身份认证" in page_after(client, answer)


def test_an_answer_is_for_the_browser_that_asked_and_works_once(
    city: City, issuer: Issuer, port: int, bound: str
) -> None:
    client, other = city.client(), city.client()
    back = issuer.sign_in(leave(client), bound, f"http://127.0.0.1:{port}/sign-in/oidc/back")
    path = "/sign-in/oidc/back?" + urlsplit(back).query
    # Planted in another browser, with a question of its own under way or without one.
    assert "没有通过" in page_after(other, other.get(path))
    leave(other)
    assert "没有通过" in page_after(other, other.get(path))
    assert client.get(path).status_code == 302
    client.post("/sign-out")
    assert "没有通过" in page_after(client, client.get(path))


def test_a_nonce_of_another_question_is_refused(city: City, issuer: Issuer, port: int, bound: str) -> None:
    client = city.client()
    back = issuer.sign_in(leave(client), bound, f"http://127.0.0.1:{port}/sign-in/oidc/back")
    with client.session_transaction() as held:
        asked = next(held[key] for key in held if key.startswith("_state_oidc_"))
        asked["data"] = asked["data"] | {"nonce": "x" * 43}
        held.modified = True
    assert "没有通过" in page_after(client, client.get("/sign-in/oidc/back?" + urlsplit(back).query))


def test_where_the_account_has_a_one_time_password_it_is_asked_for_too(
    city: City, issuer: Issuer, port: int, admin: FlaskClient
) -> None:
    sfj, path = city.client("sfj.admin"), f"/settings/users/{city.person('sfj.supervisor').user_id}"
    assert sfj.post(f"{path}/binding", data={"subject": "zheng"}).status_code == 303
    client = city.client()
    answer = come_back(client, issuer, port, "zheng", "/oversight")
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert client.get("/oversight").status_code == 302, "not yet"
    step = answer.headers["Location"]
    assert client.post(step, data={"code": "000000"}).status_code == 422
    code = pyotp.TOTP(city.secrets["sfj.supervisor"]).at(now())
    entered = client.post(step, data={"code": code})
    assert entered.status_code == 302 and entered.headers["Location"] == "/oversight"
    assert client.get("/oversight").status_code == 200


def test_a_closed_account_and_a_loosened_binding_do_not_enter(
    city: City, issuer: Issuer, port: int, bound: str, admin: FlaskClient
) -> None:
    path = f"/settings/users/{city.person('scjg.planner').user_id}"
    admin.post(f"{path}/close", data={"reason": "测试"})
    client = city.client()
    assert "已停用" in page_after(client, come_back(client, issuer, port, bound))
    admin.post(f"{path}/reopen")
    admin.post(f"{path}/unbind")
    assert "还没有绑定" in page_after(client, come_back(client, issuer, port, bound))


def test_a_subject_is_one_account_in_the_whole_deployment(city: City, bound: str, admin: FlaskClient) -> None:
    other = f"/settings/users/{city.person('scjg.head').user_id}/binding"
    answer = admin.post(other, data={"subject": bound})
    assert answer.status_code == 422 and "已经绑定了另一个账户" in answer.get_data(as_text=True)
    elsewhere = city.client("yjgl.admin")
    taken = f"/settings/users/{city.person('yjgl.planner').user_id}/binding"
    assert elsewhere.post(taken, data={"subject": bound}).status_code == 422
    foreign = f"/settings/users/{city.person('scjg.planner').user_id}"
    assert elsewhere.post(f"{foreign}/binding", data={"subject": "me"}).status_code == 404
    assert elsewhere.post(f"{foreign}/unbind").status_code == 404


def test_a_provider_that_is_away_is_said_so_and_the_password_still_works(city: City, config: Config) -> None:
    settings = replace(
        config,
        oidc_issuer=f"http://127.0.0.1:{free_port(None)}",
        oidc_client_id="onedoor",
        oidc_client_secret="x" * 32,
    )
    made = create_app(settings)
    made.test_client_class = PageClient
    client = made.test_client()
    assert client.get("/sign-in/oidc").status_code == 303
    page = client.get("/sign-in").get_data(as_text=True)
    assert "暂时没有应答" in page and "用统一身份认证登录" in page
    with made.app_context():
        for engine in made.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def test_without_a_provider_there_are_no_such_pages(config: Config) -> None:
    made = create_app(config)
    made.test_client_class = PageClient
    client = made.test_client()
    assert client.get("/sign-in/oidc").status_code == 404
    assert client.get("/sign-in/oidc/back?code=x&state=y").status_code == 404
    assert "统一身份认证" not in client.get("/sign-in").get_data(as_text=True)


def test_settings_that_cannot_be_right_are_refused(config: Config) -> None:
    with pytest.raises(ConfigError, match="OIDC_CLIENT_ID"):
        replace(config, oidc_issuer="https://id.example").check()
    with pytest.raises(ConfigError, match="https"):
        replace(
            config, https=True, oidc_issuer="http://id.example", oidc_client_id="a", oidc_client_secret="b"
        ).check()


def test_in_a_browser(app: Flask, city: City, port: int, bound: str, context: Callable[..., Any]) -> None:
    """The strict policy, the cookies and two sites: as the person would."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        page = context().new_page()
        # The provider's own page asks for a font elsewhere; there is no elsewhere here.
        page.route(lambda url: "127.0.0.1" not in url, lambda route: route.fulfill(status=204))
        page.goto(f"http://127.0.0.1:{port}/sign-in?next=/account/")
        axe(page)
        page.get_by_role("link", name="用市统一身份认证登录").click()
        page.locator("[name=login]").fill(bound)
        page.locator("[name=password]").fill("x")
        page.locator("button[type=submit]").click()
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(f"http://127.0.0.1:{port}/account/")
        axe(page)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
