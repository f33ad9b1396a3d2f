"""The time that work is dated by: the machine's, but for a demo's database, whose clock may be behind (docs/adr/0017)."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from onedoor.app import create_app
from onedoor.commands.database import dsn_of, refuse_story_clock
from onedoor.config import Config
from onedoor.kernel import clock, jobs, story_clock
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import DbRole, Scope, in_scope
from tasks import runner
from tenants.models import UserSession
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.databases import Databases

ROOT = Path(__file__).parents[2]
YEAR = timedelta(days=365)
# Where the machine's own clock is asked: what protects, and what measures (docs/adr/0017).
REAL_TIME = {
    "platform/onedoor/edge/idempotency.py", "platform/onedoor/events/service.py", "platform/onedoor/kernel/clock.py", "platform/onedoor/kernel/jobs.py", "platform/onedoor/kernel/deployment_figures.py",
    "platform/onedoor/web/operator/bureaus.py", "tasks/celery_app.py", "tasks/lease.py", "tasks/runner.py",
    "tenants/people/access_links.py", "tenants/people/one_time_passwords.py", "tenants/people/password_sign_in.py",
    "tenants/people/sessions.py", "tenants/people/sign_in_throttle.py", "tenants/people/single_sign_on.py",
    "tenants/people/phone_tokens.py", "tenants/people/calendar_tokens.py",
    "platform/onedoor/web/notifications.py", "platform/onedoor/notifications/service/deliveries.py", "platform/onedoor/notifications/service/channels.py",
    "tenants/people/tokens.py",
}  # fmt: skip
# What the clock's own functions say, and a lease that is looked at.
REAL_TIME_SQL = {"onedoor_now.sql", "set_story_clock.sql", "draw_moment.sql"}


@pytest.fixture
def demo(databases: Databases, config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """Settings of a demo's own processes on a database in which nobody has done anything."""
    name = f"t_{secrets.token_hex(6)}"
    databases.create(name, template="onedoor_template")
    monkeypatch.setattr(clock.Story, "followed", True)
    monkeypatch.setattr(clock.Story, "offset", timedelta(0))
    yield replace(
        config,
        database_url=databases.url("APP", name),
        public_database_url=databases.url("PUBLIC", name),
        owner_database_url=databases.url("OWNER", name),
        demo=True,
    )
    databases.drop(name)


def owner_dsn(config: Config) -> str:
    assert config.owner_database_url is not None
    return dsn_of(config.owner_database_url)


def set_clock(dsn: str, moment: datetime) -> timedelta:
    with psycopg.connect(dsn, autocommit=True) as link:
        return story_clock.set_clock(link, moment)


def test_in_any_other_database_it_is_the_machine_s_clock_and_costs_nothing(
    owner: psycopg.Connection, config: Config
) -> None:
    assert owner.execute("SELECT onedoor_now() = now()").fetchone() == (True,)
    lines = owner.execute("EXPLAIN (VERBOSE) SELECT FROM disclosure WHERE since <= onedoor_now()").fetchall()
    plan = " ".join(line for (line,) in lines)
    assert "now()" in plan and "onedoor_now" not in plan, "put into the query, so that indexes and plans stay"
    refuse_story_clock(config.database_url)


def test_python_functions_and_policies_have_one_time_that_runs_forward_only(demo: Config) -> None:
    began = clock.real_now() - YEAR
    set_clock(owner_dsn(demo), began)
    other = create_app(demo)
    with in_scope(Scope(DbRole.OPERATOR), other):
        told = db.session.scalar(sa.text("SELECT onedoor_now()"))
        assert abs(clock.now() - told) < timedelta(minutes=5) and abs(told - began) < timedelta(minutes=5)
        assert clock.real_now() - clock.now() > YEAR - timedelta(minutes=5)
    with pytest.raises(psycopg.errors.RaiseException, match="forward only"):
        set_clock(owner_dsn(demo), began - timedelta(days=1))
    offset = set_clock(owner_dsn(demo), clock.real_now() + YEAR)
    assert offset == timedelta(0), "never past the machine's"
    with in_scope(Scope(DbRole.OPERATOR), other):
        assert db.session.scalar(sa.text("SELECT onedoor_now() = now()"))
        assert clock.Story.offset == timedelta(0)


def test_what_is_public_goes_by_it(demo: Config) -> None:
    """R-O1: the policy of the public's role asks the same clock."""
    set_clock(owner_dsn(demo), clock.real_now() - YEAR)
    with psycopg.connect(owner_dsn(demo)) as link:
        found = link.execute(
            "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname LIKE 'disclosure_public_select_%'"
        ).fetchone()
    assert found is not None and "onedoor_now()" in found[0]


def test_a_city_that_is_there_gets_none_and_the_application_sets_none(config: Config) -> None:
    past = clock.real_now() - YEAR
    with pytest.raises(psycopg.errors.RaiseException, match="being made"):
        set_clock(owner_dsn(config), past)
    made = (
        "CREATE OR REPLACE FUNCTION public.onedoor_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'"
    )
    for role in set(DbRole) - {DbRole.PUBLIC}:
        for statement in ("SELECT set_story_clock(now())", made):
            with psycopg.connect(dsn_of(config.database_url)) as link:
                link.execute(f"SET LOCAL ROLE {role.value}".encode())
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    link.execute(statement.encode())


@pytest.mark.parametrize("command", ["serve", "worker", "beat"])
def test_a_demo_s_database_is_refused_outside_the_demo(demo: Config, command: str) -> None:
    """Also when its clock has met the machine's."""
    set_clock(owner_dsn(demo), clock.real_now() - YEAR)
    set_clock(owner_dsn(demo), clock.real_now())
    environment = {**os.environ, **replace(demo, demo=False).to_environment()}
    done = subprocess.run(
        [sys.executable, "-m", "onedoor", command],
        capture_output=True, text=True, check=False, timeout=120, env=environment,
    )  # fmt: skip
    assert done.returncode == 1 and "This is a demo's database" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_who_asks_the_machine_s_clock_is_a_short_list() -> None:
    folders = ("platform/onedoor", "tenants", "tasks")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    asked = {
        str(path.relative_to(ROOT))
        for path in sources
        if "/bench/" not in str(path) and "real_now" in path.read_text(encoding="utf-8")
    }
    assert asked - {one for one in asked if "/commands/demo/" in one} == REAL_TIME
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.sql")]
    plain = {
        path.name
        for path in files
        if any(
            mark
            in path.read_text(encoding="utf-8")
            .replace("onedoor_now()", "")
            .replace("(clock_timestamp() - now())", "")
            for mark in ("now()", "clock_timestamp()", "current_date", "CURRENT_TIMESTAMP")
        )
    }
    assert plain == REAL_TIME_SQL, "say onedoor_now(): a demo's clock is behind"


def test_sign_ins_sessions_and_leases_keep_real_time(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-T6: while the story is a year behind, a session is as old as it is, and a lease is not over before it began."""
    monkeypatch.setattr(clock.Story, "offset", -YEAR)
    client = app.test_client()
    answer = client.post("/sign-in", data={"username": "scjg.planner", "password": PASSWORD})
    assert answer.status_code == 302
    with in_scope(Scope(DbRole.IDENTITY), app):
        session = db.session.scalars(sa.select(UserSession).order_by(UserSession.seen_at.desc())).first()
        assert session is not None and abs(clock.real_now() - session.seen_at) < timedelta(minutes=5)
        assert session.expires_at > clock.real_now()
    with city.acting("scjg.planner"):
        job = jobs.enqueue(JobName.CHECK_AUDIT, {}, title="试验作业")
        assert clock.real_now() - job.created_at > YEAR - timedelta(minutes=5), "asked for in the story"
    with app.app_context():
        assert runner.claim(job.id) is not None, "what is asked for at once is due"
    with city.acting("scjg.planner"):
        taken = jobs.get(job.id)
        assert taken.lease_until is not None and taken.lease_until > clock.real_now()
        assert not taken.interrupted
