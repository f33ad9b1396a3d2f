"""What the operator sees: ready or not and why, figures for who has the token, logs without any person in them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from onedoor.kernel import jobs, logs
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import DbRole, Scope, in_scope
from tests.fixtures.city import City

TOKEN = "a-token-for-monitoring"
WHO = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(app: Flask) -> Iterator[Flask]:
    """The application with a token for its figures."""
    before = app.extensions["onedoor.config"]
    app.extensions["onedoor.config"] = replace(before, metrics_token=TOKEN)
    yield app
    app.extensions["onedoor.config"] = before


def test_it_is_ready_and_says_of_what(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok", "database": True, "redis": True, "migrations": True, "keys": True,
    }  # fmt: skip
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}


@pytest.mark.parametrize(("revision", "status"), [("0012_supervision", 503), ("9999_later", 200)])
def test_older_tables_are_not_ready_and_newer_ones_are(
    app: Flask, owner: psycopg.Connection, revision: str, status: int
) -> None:
    """A rolling update migrates first: the former version goes on serving until it is replaced."""
    kept = owner.execute("SELECT version_num FROM alembic_version").fetchone()
    owner.execute("UPDATE alembic_version SET version_num = %s", (revision,))
    try:
        answer = app.test_client().get("/readyz")
        assert answer.status_code == status and answer.get_json()["migrations"] is (status == 200)
    finally:
        owner.execute("UPDATE alembic_version SET version_num = %s", kept)


def test_without_a_key_that_is_needed_it_is_not_ready(app: Flask, city: City) -> None:
    before = app.extensions["onedoor.cipher"]
    app.extensions["onedoor.keys_found"] = False
    app.extensions["onedoor.cipher"] = replace(before, keys={9: bytes(32)}, writes=9)
    try:
        answer = app.test_client().get("/readyz")
        assert answer.status_code == 503 and answer.get_json()["keys"] is False
    finally:
        app.extensions["onedoor.cipher"] = before


def test_figures_are_for_who_has_the_token(app: Flask, watched: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 404
    assert client.get("/metrics", headers=WHO).status_code == 200
    watched.extensions["onedoor.config"] = replace(watched.extensions["onedoor.config"], metrics_token="")
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_figures_count_and_name_nobody(app: Flask, city: City, watched: Flask) -> None:
    client = city.client("scjg.planner")
    missing = uuid4()
    assert client.get(f"/jobs/{missing}").status_code == 404
    with city.acting("scjg.planner"):
        jobs.enqueue(JobName.SELECT_TARGETS, {}, title="更新名录库")
    text = app.test_client().get("/metrics", headers=WHO).get_data(as_text=True)
    assert 'onedoor_requests_total{method="GET",route="/jobs/<uuid:job_id>",status="404"}' in text
    assert 'onedoor_jobs{name="registry.select_targets",state="waiting"} 1.0' in text
    assert 'onedoor_job_queue_age_seconds{name="registry.select_targets"}' in text
    assert 'onedoor_deadlines_missed{kind="visit"} 0.0' in text
    assert "onedoor_audit_unsealed_seconds" in text and "onedoor_database_up 1.0" in text
    for wanted in (str(missing), str(city.bureaus["SCJG"]), "scjg", "更新名录库"):
        assert wanted not in text


def test_a_line_of_the_log_holds_no_value_of_an_error(app: Flask, city: City) -> None:
    """A database's error quotes the values it refused, and an exception's text may: neither is written."""
    made: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(logs.JsonLines())
    handler.emit = lambda record: made.append(handler.format(record))  # type: ignore[method-assign]
    log = logging.getLogger("onedoor.test")
    log.addHandler(handler)
    scope = Scope(DbRole.BUREAU, tenant_id=city.bureaus["SCJG"], actor_name="王知行", request="r-1")
    token = logs.at_job.set("j-1")
    try:
        with in_scope(scope, app):
            try:
                _refused("张三", "110101199003071234")
            except ValueError:
                log.exception("attempt failed for 13812345678")
    finally:
        logs.at_job.reset(token)
        log.removeHandler(handler)
    line = json.loads(made[0])
    assert (line["request"], line["job"], line["bureau"]) == ("r-1", "j-1", str(city.bureaus["SCJG"]))
    assert line["error"] == ["builtins.ValueError", "builtins.KeyError"]
    assert any("_refused" in frame for frame in line["trace"])
    for wanted in ("张三", "110101199003071234", "13812345678", "王知行"):
        assert wanted not in made[0]


def _refused(name: str, number: str) -> None:
    try:
        raise KeyError(name)
    except KeyError as error:
        raise ValueError(f"{name} {number}") from error
