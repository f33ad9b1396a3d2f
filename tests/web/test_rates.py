"""Limits as they run: by address, counted in Redis, told with the time to come again (issue 3, hostile input)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from onedoor.app import create_app
from onedoor.config import Config
from onedoor.edge.limits import limiter
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
