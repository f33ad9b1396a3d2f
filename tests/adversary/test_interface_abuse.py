"""The interface under abuse, over real sockets to the server as it is deployed: bodies that never end, replays, crossed tokens,
a million pages, a token whose giver's account was ended (issue 24, R-T1, R-T5)."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from onedoor.config import Config
from onedoor.edge.request_size_limits import FORM
from tenants import people
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.faults.web_server import Web
from tests.fixtures.city import PASSWORD, City

pytestmark = pytest.mark.committed("a server in a process of its own reads what is written here")
PLANS = "/api/v1/plans/"
DRAFT = {"kind": "supplement", "reason": "机构改革"}


@pytest.fixture(scope="module")
def server(city: City, config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    made = Web(config, Path(tmp_path_factory.mktemp("server")) / "log")
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def planner(city: City) -> dict[str, str]:
    return token(city, "SCJG", P.BUREAU_READ, P.PLAN_DRAFT)


@pytest.fixture(scope="module")
def stranger(city: City) -> dict[str, str]:
    return token(city, "YJGL", P.BUREAU_READ, P.PLAN_DRAFT)


def ask(server: Web, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
    """One call on a connection of its own: the status, and what was answered."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    sent = None if body is None else json.dumps(body)
    given = {**headers, **({"Content-Type": "application/json"} if body is not None else {})}
    link.request(method, path, sent, given)
    answer = link.getresponse()
    text = answer.read()
    link.close()
    return answer.status, json.loads(text) if text else None


def pour(server: Web, head: bytes, piece: bytes, most: int) -> tuple[int, bytes]:
    """Send pieces without end until the server has had enough; how much went, and what it said."""
    with socket.create_connection(("127.0.0.1", server.port), 30) as link:
        link.settimeout(30)
        link.sendall(head)
        went, began = 0, time.monotonic()
        try:
            while went < most and time.monotonic() - began < 60:
                link.sendall(piece)
                went += len(piece)
        except (ConnectionError, TimeoutError):
            pass
        try:
            return went, link.recv(4_000)
        except (ConnectionError, TimeoutError):
            return went, b""


@pytest.mark.parametrize("signed", [True, False], ids=["with a token", "with none"])
@pytest.mark.parametrize("chunked", [True, False], ids=["in chunks", "of a length"])
def test_a_body_that_never_ends_is_cut_and_others_are_answered(
    server: Web, planner: dict[str, str], signed: bool, chunked: bool
) -> None:
    who = f"Authorization: {planner['Authorization']}\r\n" if signed else ""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {10**12}"
    head = f"POST {PLANS} HTTP/1.1\r\nHost: a\r\n{who}Content-Type: application/json\r\n{length}\r\n\r\n".encode()
    inside = b'{"reason": "' + b"x" * 65_536
    piece = b"%x\r\n%b\r\n" % (len(inside), inside) if chunked else inside
    with ThreadPoolExecutor(4) as attackers:
        tries = [attackers.submit(pour, server, head, piece, 64 * FORM) for _ in range(4)]
        began = time.monotonic()
        assert ask(server, "GET", PLANS, planner)[0] == 200
        assert time.monotonic() - began < 10, "who sends honestly is answered meanwhile"
    for one in tries:
        went, said = one.result()
        # What stands in the buffers of the two ends beside what was read.
        assert went < 64 * FORM, "the server read on and on"
        assert said == b"" or said.split(b" ")[1] in (b"400", b"401", b"413"), said[:200]
    assert ask(server, "GET", PLANS, planner)[0] == 200


def test_a_call_sent_again_at_the_same_moment_acts_once(
    server: Web, planner: dict[str, str], stranger: dict[str, str], owner: psycopg.Connection
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(6) as threads:
        answers = list(
            threads.map(
                lambda _: ask(server, "POST", PLANS, {**planner, **key}, {**DRAFT, "year": 2061}), range(6)
            )
        )
    assert {status for status, _ in answers} == {201} and len({one["id"] for _, one in answers}) == 1
    # A day later somebody else has the key and the body: it is theirs, and does nothing in the first one's name.
    status, theirs = ask(server, "POST", PLANS, {**stranger, **key}, {**DRAFT, "year": 2061})
    assert status == 201 and theirs["id"] != answers[0][1]["id"]
    assert ask(server, "POST", PLANS, {**planner, **key}, {**DRAFT, "year": 2062})[0] == 422
    row = owner.execute("SELECT count(*) FROM plan WHERE year = 2061").fetchone()
    assert row == (2,)


def test_crossed_tokens_open_what_is_their_own_and_nothing_else(
    server: Web, city: City, planner: dict[str, str], stranger: dict[str, str]
) -> None:
    _status, mine = ask(server, "POST", PLANS, planner, {**DRAFT, "year": 2063})
    place = f"{PLANS}{mine['id']}"
    assert ask(server, "GET", place, planner)[0] == 200
    assert ask(server, "GET", place, stranger)[0] == 404
    assert ask(server, "PUT", place, stranger, {"title": "夺走"})[0] == 404
    secret = planner["Authorization"].removeprefix("Bearer ")
    for given in (
        {"Cookie": f"session={secret}"},
        {"Authorization": f"Basic {secret}"},
        {"Authorization": f"bearer {secret}x"},
        {"X-Authorization": planner["Authorization"]},
        {"Authorization": stranger["Authorization"], "X-Forwarded-Authorization": planner["Authorization"]},
    ):
        assert ask(server, "GET", place, given)[0] in (401, 404), given
    assert ask(server, "GET", f"{place}?token={secret}", {})[0] == 401
    # Two at once: neither is guessed at.
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    link.putrequest("GET", place)
    for one in (stranger, planner):
        link.putheader("Authorization", one["Authorization"])
    link.endheaders()
    assert link.getresponse().status in (400, 401, 404)
    link.close()


def test_a_million_pages_are_not_to_be_had(server: Web, planner: dict[str, str]) -> None:
    for asked in ("size=1000000", "size=-1", "size=0", "page=1000000", "offset=1000000", "after=MTAwMDAwMA"):
        status, problem = ask(server, "GET", f"{PLANS}?{asked}", planner)
        assert status == 422 and problem["errors"][0]["field"] == asked.partition("=")[0], asked
    status, first = ask(server, "GET", f"{PLANS}?size=1", planner)
    assert status == 200
    cursor = first["next"]
    assert cursor is not None, "there is more than one by now"
    began = time.monotonic()
    seen = 0
    for forged in (cursor[:-2] + "AA", cursor * 2, cursor[::-1], "%00", "../" * 20):
        assert ask(server, "GET", f"{PLANS}?after={forged}", planner)[0] in (200, 422)
        seen += 1
    # The same page over and over, by many at once: slowed at most (429), and never an error of ours.
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda _: ask(server, "GET", f"{PLANS}?size=1", planner)[0], range(300))
        assert set(answers) <= {200, 429}
    assert time.monotonic() - began < 120 and seen == 5


def test_the_token_of_an_ended_person_ends_on_the_open_connection(server: Web, city: City) -> None:
    planner = city.person("wsjk.planner")
    with city.acting("wsjk.planner"):
        secret = people.make_token(
            "随人终止", [P.BUREAU_READ], 30, frozenset({P.BUREAU_READ}), password=PASSWORD, session_digest="x"
        )
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def status() -> int:
        link.request("GET", PLANS, headers={"Authorization": f"Bearer {secret}"})
        answer = link.getresponse()
        answer.read()
        return answer.status

    assert status() == 200
    with city.acting("wsjk.admin"):
        people.close(planner.user_id, "调离")
    try:
        assert status() == 401
    finally:
        with city.acting("wsjk.admin"):
            people.reopen(planner.user_id)
    link.close()
