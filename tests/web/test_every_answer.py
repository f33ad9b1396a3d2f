"""What every answer of every route carries, and what every route refuses (issue 3, hostile input).

The routes come from the application, so a new one is walked without being named here.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter.util import get_qualified_name
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule, UUIDConverter

from onedoor.app import create_app
from onedoor.config import Config
from onedoor.edge import guard, request_size_limits
from onedoor.edge.rate_limits import limiter
from onedoor.web.shell.security import CONTENT_SECURITY_POLICY
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.clients import PageClient

NOBODY = "00000000-0000-0000-0000-000000000000"
SAFE = {"GET", "HEAD", "OPTIONS"}


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _part(kind: BaseConverter) -> str:
    """A part of an address that this converter takes."""
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    if isinstance(kind, UUIDConverter):
        return NOBODY
    return "7" if isinstance(kind, IntegerConverter) else "none"


def address(app: Flask, rule: Rule) -> str:
    """The route's address with ids that nothing has."""
    values = {name: _part(kind) for name, kind in rule._converters.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def walks(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """(method, address, route) of everything there is."""
    for rule in app.url_map.iter_rules():
        for method in methods(rule):
            yield method, address(app, rule), rule


def ask(client: FlaskClient, method: str, path: str, **more: Any) -> Any:
    """The answer; a stream is not read."""
    answer = client.open(path, method=method, buffered=False, **more)
    answer.close()
    return answer


@pytest.fixture(scope="module")
def clients(city: City) -> dict[str, FlaskClient]:
    """Nobody, and one person of each area."""
    return {
        "nobody": city.client(),
        "bureau": city.client("scjg.planner"),
        "supervisor": city.client("sfj.supervisor"),
    }


# --- headers --------------------------------------------------------------------------------------------------------


def wrong_headers(answer: Any, *, https: bool = False) -> list[str]:
    """What is missing or lax in an answer's headers."""
    given, said = answer.headers, []
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    said += [f"{name}: {given.get(name)}" for name, value in wanted.items() if given.get(name) != value]
    policy = given.get("Content-Security-Policy", "")
    attached = given.get("Content-Disposition", "").startswith("attachment")
    expected = "; ".join(f"{key} {value}" for key, value in CONTENT_SECURITY_POLICY.items())
    if attached and "sandbox" not in policy or not attached and policy != expected:
        said.append(f"Content-Security-Policy: {policy}")
    if "geolocation" not in given.get("Permissions-Policy", "") or not given.get("X-Request-ID"):
        said.append("Permissions-Policy, X-Request-ID")
    if https and "max-age=31536000" not in given.get("Strict-Transport-Security", ""):
        said.append("Strict-Transport-Security")
    for cookie in given.getlist("Set-Cookie"):
        flags = cookie.lower()
        lax = "samesite=lax" in flags or "samesite=strict" in flags
        if "httponly" not in flags or not lax or "domain=" in flags or (https and "secure" not in flags):
            said.append(f"Set-Cookie: {cookie.split('=')[0]}")
    return said


@pytest.mark.parametrize("who", ["nobody", "bureau", "supervisor"])
def test_every_answer_carries_the_headers(app: Flask, clients: dict[str, FlaskClient], who: str) -> None:
    wrong, count = {}, 0
    for method, path, rule in walks(app):
        if rule.endpoint in ("session.sign_out",):
            continue
        answer = ask(clients[who], method, path)
        count += 1
        said = wrong_headers(answer)
        assert answer.status_code < 500, f"{method} {path}"
        if (
            who != "nobody"
            and answer.status_code == 200
            and "no-store" not in answer.headers.get("Cache-Control", "")
        ):
            said += [] if _same_for_all(answer, path) else ["Cache-Control"]
        if said:
            wrong[f"{method} {rule.rule}"] = said
    assert wrong == {} and count > 200


def _same_for_all(answer: Any, path: str) -> bool:
    """Public files, whose address or digest says what they are; the API, which did not look who asks."""
    attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
    return attached or path.startswith(("/static/", "/api/v1/"))


@pytest.fixture(scope="module")
def behind_tls(config: Config) -> Iterator[Flask]:
    """The application as it runs where the outside speaks https."""
    made = create_app(dataclasses.replace(config, https=True, base_url="https://onedoor.example"))
    made.test_client_class = PageClient
    yield made
    with made.app_context():
        for engine in made.extensions["sqlalchemy"].engines.values():
            engine.dispose()


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_behind_tls_every_answer_says_so(behind_tls: Flask, scheme: str) -> None:
    """Also when the last proxy spoke plain http to us."""
    wrong = {}
    client = behind_tls.test_client()
    for path in (
        "/",
        "/sign-in",
        "/jobs/",
        "/api/v1/draws/",
        "/none",
        "/open/register.jsonl",
        "/static/favicon.svg",
    ):
        answer = client.get(path, base_url=f"{scheme}://onedoor.example")
        if said := wrong_headers(answer, https=True):
            wrong[path] = said
    assert wrong == {}


def test_behind_tls_the_session_is_this_hosts_alone(behind_tls: Flask) -> None:
    cookie = (
        behind_tls.test_client().get("/sign-in", base_url="https://onedoor.example").headers["Set-Cookie"]
    )
    assert cookie.startswith("__Host-session=") and "Secure" in cookie and "Path=/" in cookie


# --- forged requests, other hosts, other sites ----------------------------------------------------------------------


def test_every_unsafe_route_of_the_pages_asks_for_the_pages_token(app: Flask, city: City) -> None:
    """Signed in or not: without the token nothing is done, whatever the route; the API looks at no cookie at all."""
    client = city.client("scjg.planner")
    client.with_token = False  # type: ignore[attr-defined]
    answers = {
        f"{method} {rule.rule}": ask(client, method, path).status_code
        for method, path, rule in walks(app)
        if method not in SAFE and not path.startswith("/api/")
    }
    assert len(answers) > 60
    assert {walk: status for walk, status in answers.items() if status != 400} == {}


def test_a_part_of_a_form_without_a_name_is_no_fault_of_the_server(app: Flask, city: City) -> None:
    """Flask-WTF looks for its token in every name; found by the API's fuzzing."""
    client = city.client("scjg.planner")
    client.with_token = False  # type: ignore[attr-defined]
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
    for path in ("/sign-in", "/api/v1/nowhere"):
        answer = client.post(path, data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 400, path


def test_the_api_looks_at_no_cookie(app: Flask, city: City) -> None:
    client = city.client("scjg.planner")
    guarded = [
        (method, path)
        for method, path, rule in walks(app)
        if path.startswith("/api/v1") and _permissions(app, rule) is not None
    ]
    assert guarded and {ask(client, *walk).status_code for walk in guarded} == {401}


def _permissions(app: Flask, rule: Rule) -> Any:
    expectation = guard.expectation_of(app.view_functions[rule.endpoint])
    return expectation and expectation.permissions


HOSTS = [
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "a b",
    "",
    "[::2]",
]


@pytest.mark.parametrize("host", HOSTS)
def test_another_host_name_gets_nothing(app: Flask, host: str) -> None:
    for path in ("/", "/sign-in", "/api/v1/draws/", "/static/favicon.svg", "/none"):
        answer = app.test_client().get(path, headers={"Host": host, "Referer": f"http://{host}/x"})
        assert answer.status_code == 400 and "evil" not in answer.text and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"]
)
def test_a_forwarded_host_counts_only_from_a_proxy_we_trust(app: Flask, header: str) -> None:
    answer = app.test_client().get(
        "/jobs/", headers={header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    )
    assert answer.status_code == 302 and "evil" not in answer.headers["Location"]


def test_a_forwarded_host_from_the_proxy_is_checked_too(config: Config) -> None:
    made = create_app(dataclasses.replace(config, trusted_proxies=1, trusted_hosts=("onedoor.example",)))
    client = made.test_client()
    assert client.get("/healthz", headers={"X-Forwarded-Host": "onedoor.example"}).status_code == 200
    assert client.get("/healthz", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400


WISHES = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "/%2f/evil.example",
    "/\tevil",
    "javascript:alert(1)",
    "http:evil.example",
    "/.//evil.example",
    "%2f%2fevil.example",
]


def test_no_parameter_leads_to_another_site(app: Flask, city: City) -> None:
    """Every page that is opened with the usual names of such parameters; where it leads is a path of ours."""
    client = city.client("scjg.planner")
    names = (
        "next",
        "back",
        "url",
        "return",
        "return_to",
        "redirect",
        "to",
        "endpoint",
        "_external",
        "code",
        "q",
    )
    pages = [
        path
        for method, path, rule in walks(app)
        if method == "GET" and not rule.arguments and not path.startswith(("/api/", "/static/"))
    ]
    led = {
        (path, wish): ask(client, "GET", path, query_string=dict.fromkeys(names, wish)).headers.get(
            "Location", ""
        )
        for path in pages
        for wish in WISHES[: None if path in LEADING else 2]
    }
    assert {key: to for key, to in led.items() if re.match(ELSEWHERE, to)} == {}


# Pages that answer with a redirect, so that every wish is tried; the others are shown two of them.
LEADING = ("/sign-in", "/v", "/check", "/open/search", "/jobs/")
ELSEWHERE = r"[a-z]+:|//|/\\|/[\t\r\n]"


@pytest.mark.parametrize("wish", WISHES)
def test_signing_in_leads_to_a_path_of_ours(city: City, wish: str) -> None:
    data = {"username": "scjg.planner", "password": PASSWORD, "code": ""}
    answer = city.client().post("/sign-in", query_string={"next": wish}, data=data)
    assert answer.status_code == 302 and not re.match(ELSEWHERE, answer.headers["Location"])


@pytest.mark.parametrize(
    "path", ["//evil.example/", "//evil.example/%2e%2e", "/\\evil.example", "///evil.example"]
)
def test_an_odd_path_is_no_link_to_another_site(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert not answer.headers.get("Location", "").startswith(("//", "/\\", "http"))
    assert not re.search(r'(href|src|action)="(//|/\\|https?:)', answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py",
        "/static/%2e%2e/%2e%2e/config.py",
        "/static/..%2f..%2fconfig.py",
        "/static/....//config.py",
        "/static/%5c..%5cconfig.py",
        "/static//etc/passwd",
        "/static/build/%00",
        f"/open/files/{NOBODY}/..%2f..%2fetc%2fpasswd",
        f"/api/v1/draws/{NOBODY}/files/%2e%2e",
        f"/draws/{NOBODY}/files/..%2fproof.json",
    ],
)
def test_no_path_leads_out_of_a_folder(city: City, path: str) -> None:
    for client in (city.client(), city.client("scjg.planner")):
        answer = client.get(path)
        assert answer.status_code in (302, 308, 400, 404) and b"import" not in answer.data.split(b"<body")[0]


# --- sizes and rates ------------------------------------------------------------------------------------------------


def test_only_a_route_that_asks_for_a_file_takes_one(app: Flask, clients: dict[str, FlaskClient]) -> None:
    """Anything larger than a form is sent away by any other route, before a person is looked up (`edge.request_size_limits`)."""
    for method, path, rule in walks(app):
        if method in SAFE:
            continue
        view = app.view_functions[rule.endpoint]
        takes = any(getattr(view, f"onedoor_takes_a_{what}", False) for what in ("file", "table"))
        body = {"file": (io.BytesIO(b"x" * (request_size_limits.FORM + 1)), "x.csv")}
        answer = ask(clients["nobody"], method, path, data=body, content_type="multipart/form-data")
        assert (answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE) is not takes, f"{method} {path}"


def test_a_long_rulebook_is_no_hostile_form(app: Flask) -> None:
    """Six parts of 20,000 characters, as a browser encodes them, are taken."""
    with app.test_request_context(
        "/sign-in", method="POST", data={str(n): "规" * 20_000 for n in range(6)}
    ) as made:
        made.request.max_content_length = app.config["MAX_CONTENT_LENGTH"]
        assert len(made.request.form) == 6


# Public routes that change something and have no limit, with the reason.
UNLIMITED = {
    "session.sign_out": "ends one's own session only",
    "codes.ask": "only leads to a page that has a limit",
}


def test_every_route_that_strangers_can_work_with_has_a_limit(app: Flask) -> None:
    """Whatever is public and writes, searches or calls the API; static files and health are the proxy's to limit."""
    unlimited = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        expectation = guard.expectation_of(view)
        if expectation is None or expectation.permissions is not None:
            continue
        works = bool((rule.methods or set()) - SAFE) or rule.endpoint.split(".")[0] in ("portal", "codes")
        works = works or rule.rule.startswith("/api/v1/") and rule.endpoint != "api.document"
        if works and not _limits(app, rule.endpoint, view):
            unlimited.add(rule.endpoint)
    assert unlimited == set(UNLIMITED)


def _limits(app: Flask, endpoint: str, view: Any) -> list[Any]:
    manager = limiter.limit_manager
    blueprint = endpoint.rpartition(".")[0]
    return [
        *manager.decorated_limits(get_qualified_name(view)),
        *(manager.blueprint_limits(app, blueprint) if blueprint else []),
    ]
