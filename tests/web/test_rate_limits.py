"""Limits as they run: by address, counted in Redis, told with the time to come again (issue 3, hostile input)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask

from onedoor.app import create_app
from onedoor.config import Config
from onedoor.edge.rate_limits import limiter
from onedoor.kernel import jobs
from tests.fixtures.clients import PageClient


@pytest.fixture(scope="module")
def limited(config: Config) -> Iterator[Flask]:
    """The application as it is deployed; tests have the limits switched off."""
    made = create_app(dataclasses.replace(config, testing=False))
    made.test_client_class = PageClient
    jobs.Bell.ring = None
    try:
        yield made
    finally:
        limiter.enabled = False
        with made.app_context():
            for engine in made.extensions["sqlalchemy"].engines.values():
                engine.dispose()


def test_guessing_passwords_is_slowed_down_by_address(limited: Flask) -> None:
    """Each try counts, also one without a name: no hash is computed for it, so the minute is long enough."""
    client = limited.test_client()
    data = {"username": "", "password": "x", "code": ""}
    answers = [
        client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.7"}) for _ in range(31)
    ]
    assert {one.status_code for one in answers[:30]} == {422} and answers[30].status_code == 429
    assert int(answers[30].headers["Retry-After"]) > 0 and "太频繁" in answers[30].text
    other = client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "192.0.2.8"})
    assert other.status_code == 422


def test_a_limit_of_the_api_is_a_problem_document(limited: Flask) -> None:
    client, place = limited.test_client(), {"REMOTE_ADDR": "192.0.2.9"}
    headers = {"Authorization": "Bearer x"}
    answers = [
        client.post("/api/v1/registry/loads/entities", headers=headers, environ_base=place) for _ in range(31)
    ]
    assert answers[0].status_code == 401 and answers[30].status_code == 429
    assert answers[30].mimetype == "application/problem+json" and answers[30].get_json()["status"] == 429


def test_a_room_full_of_witnesses_shares_one_address(limited: Flask) -> None:
    """Each has a link of their own, and a page that asks every five seconds; who tries one link again and again waits."""
    client, room = limited.test_client(), {"REMOTE_ADDR": "192.0.2.10"}

    def asked(token: int, method: str = "get") -> int:
        sent = getattr(client, method)(f"/witness/{token:032x}", environ_base=room)
        return int(sent.status_code)

    assert {asked(phone) for phone in range(25) for _look in range(5)} == {404}
    assert {asked(phone, "post") for phone in range(25)} == {404}
    assert 429 in {asked(1, "post") for _try in range(21)} and asked(2, "post") == 404


def test_the_page_of_ones_lot_is_not_counted_and_a_carrier_s_phones_look_theirs_up(limited: Flask) -> None:
    client, carrier = limited.test_client(), {"REMOTE_ADDR": "192.0.2.11"}
    page = f"/open/draws/{uuid4()}/lot"
    for address in (page, f"{page}?code=91"):
        assert {client.get(address, environ_base=carrier).status_code for _phone in range(30)} == {404}
