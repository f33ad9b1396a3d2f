"""Ways to bring it down, or to stay in: messages that are none, children that end, pages that ask by themselves (issue 18)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from kombu.connection import Connection
from kombu.entity import Queue
from redis import Redis

from onedoor.commands.demo import processes
from onedoor.commands.demo.processes import DemoError, start, watch
from onedoor.config import Config
from tasks import broker
from tests.conftest import city_alone
from tests.fixtures.city import City
from tests.fixtures.databases import Databases

NO_MESSAGES: list[str | bytes] = [
    "{",
    "not json",
    "[1, 2]",
    "{}",
    json.dumps({"body": "e30=", "properties": {}}),
    json.dumps(
        {
            "body": "%%%",
            "headers": {},
            "properties": {"body_encoding": "base64", "delivery_tag": "1", "delivery_info": {}},
        }
    ),
    b"\xff\xfe\x00",
]


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


def test_a_message_that_is_none_is_put_aside_and_the_next_one_arrives(config: Config) -> None:
    """Whoever can write to Valkey sends rubbish: the worker's way to it lives on."""
    broker.install()
    valkey = Redis.from_url(config.redis_url)
    queue, seen = Queue("attacked", durable=True), []
    for each in NO_MESSAGES:
        valkey.lpush("attacked", each)

    def take(body: Any, message: Any) -> None:
        seen.append(body)
        message.ack()

    with Connection(config.redis_url) as link:
        link.Producer(serializer="json").publish({"bell": 1}, routing_key="attacked", declare=[queue])
        with link.Consumer([queue], callbacks=[take], accept=["json"]):
            while not seen:
                link.drain_events(timeout=20)
    assert seen == [{"bell": 1}]
    assert valkey.llen(broker.ASIDE) == len(NO_MESSAGES)
    assert valkey.llen("attacked") == 0


def test_a_child_that_ends_is_started_again_thrice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house: Any = SimpleNamespace(
        folder=tmp_path, children=[], config=SimpleNamespace(to_environment=dict),
        servers=SimpleNamespace(failure=lambda: None),
    )  # fmt: skip
    start(house, "worker", "--version")
    with pytest.raises(DemoError, match="started again 3 times"):
        watch(house)
    assert house.children[0].restarts == processes.MOST_RESTARTS == 3
    assert capsys.readouterr().err.count("Starting it again") == 3
    assert (tmp_path / "worker.log").read_text().count("onedoor") >= 4, "the log of each is kept"


@pytest.mark.parametrize(
    ("headers", "lives"),
    [
        ({}, True),
        ({"HX-Trigger": "scan-state", "HX-Request": "true"}, False),
        ({"HX-Trigger": "job-01a2", "HX-Request": "true"}, False),
        ({"HX-Trigger": "draw-state", "HX-Request": "true"}, False),
        ({"Accept": "text/event-stream"}, False),
        ({"HX-Trigger": "search", "HX-Request": "true"}, True),
    ],
)
def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    city: City, owner: psycopg.Connection, headers: dict[str, str], lives: bool
) -> None:
    """The attack: leave a page open that polls, and come back to a session that should have ended hours ago."""
    client = city.client("scjg.planner")
    ago = timedelta(minutes=59)
    owner.execute("UPDATE user_session SET seen_at = seen_at - %s", [ago])
    before = owner.execute("SELECT max(seen_at) FROM user_session").fetchone()
    assert client.get("/draws", headers=headers).status_code == 200
    after = owner.execute("SELECT max(seen_at) FROM user_session").fetchone()
    assert before is not None and after is not None
    assert (after[0] > before[0]) is lives
