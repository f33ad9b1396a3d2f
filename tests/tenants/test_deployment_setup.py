"""`onedoor bureaus`: a deployment's places, bureaus, grants and first people, from a migrated database (R-T3, R-T4, R-T5, R-T6)."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pyotp
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from onedoor.app import create_app
from onedoor.cli import main
from onedoor.config import Config
from onedoor.kernel import jobs
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db
from tenants import deployment_setup
from tests.fixtures.clients import PageClient
from tests.fixtures.databases import Databases

pytestmark = pytest.mark.committed("looks at its rows by commands with connections of their own")

SENTENCE = "kv7 umpq zwei"
LINK = re.compile(r"^http://127\.0\.0\.1(/invitation/[\w-]+)$", re.MULTILINE)
MARKET = (
    "990100-SCJG", "示范市市场监督管理局", "--short-name", "市市场监管局", "--abbreviation", "示市监",
    "--domain", "market", "--kind", "91", "--kind", "92",
)  # fmt: skip
CITY = ("--place-name", "示范市", "--place-level", "city")
JUSTICE = (
    "990121-SFJ", "示例县司法局", "--short-name", "县司法局", "--abbreviation", "示例司", "--domain", "other",
)  # fmt: skip
COUNTY = ("--place-name", "示例县", "--place-level", "county", "--place-parent", "990100")


@pytest.fixture(scope="module")
def config(config: Config, databases: Databases) -> Iterator[Config]:
    """A migrated database with nothing in it, as on the first day."""
    name = f"{make_url(config.database_url).database}_first"
    databases.create(name, template="onedoor_template")
    yield replace(
        config,
        database_url=databases.url("APP", name),
        public_database_url=databases.url("PUBLIC", name),
        owner_database_url=databases.url("OWNER", name),
    )
    databases.drop(name)


@pytest.fixture(scope="module")
def app(config: Config) -> Iterator[Flask]:
    made = create_app(config)
    made.test_client_class = PageClient
    jobs.Bell.ring = None
    yield made
    with made.app_context():
        for engine in made.extensions["sqlalchemy"].engines.values():
            engine.dispose()


def run(config: Config, *command: str, given: str | None = None) -> Result:
    env = config.to_environment()
    return CliRunner().invoke(main, ["bureaus", *command], input=given, env=env, catch_exceptions=False)


def done(config: Config, *command: str, given: str | None = None) -> str:
    result = run(config, *command, given=given)
    assert result.exit_code == 0, result.output
    return result.output


def refused(config: Config, *command: str, code: int = 1, given: str | None = None) -> str:
    result = run(config, *command, given=given)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


def number(of: int) -> str:
    return made_up_identity_number(date(1979, 9, 9), of)


def invite(config: Config, bureau: str, username: str, *, role: str = "administrator", of: int = 1) -> Result:
    command = ("invite", bureau, username, "第一人", "--role", role, "--identity-number-file", "-")
    return run(config, *command, given=number(of) + "\n")


def link_of(result: Result) -> str:
    found = LINK.search(result.output)
    assert result.exit_code == 0 and found is not None, result.output
    return found[1]


@pytest.fixture(scope="module")
def founded(config: Config, app: Flask) -> Config:
    """Two bureaus in two places."""
    assert "no bureau yet" in done(config, "list")
    assert "added" in done(config, "add", *MARKET, *CITY)
    assert "added" in done(config, "add", *JUSTICE, *COUNTY)
    return config


def another(config: Config, letters: str) -> str:
    """A bureau of one test's own, so that tests do not depend on their order."""
    done(config, "add", f"990121-{letters}", f"示例县{letters}局", *JUSTICE[2:])
    return f"990121-{letters}"


def acts(owner: psycopg.Connection, event: str, bureau: str) -> list[Any]:
    query = """SELECT e.actor_name, e.origin, e.role, e.after::text FROM audit_entry e
        JOIN bureau b ON b.id = e.tenant_id WHERE e.event = %s AND b.code = %s"""
    return owner.execute(query, (event, bureau)).fetchall()


def test_a_bureau_is_added_once_with_its_place_and_in_its_log(
    founded: Config, owner: psycopg.Connection
) -> None:
    assert "unchanged" in done(founded, "add", *MARKET)
    assert "unchanged" in done(founded, "add", *MARKET, *CITY)
    entries = acts(owner, "tenants.bureau.add", "990100-SCJG")
    assert [row[:3] for row in entries] == [("onedoor bureaus", "command", "onedoor_operator")]
    assert "示范市" in entries[0][3]
    parents = owner.execute("SELECT code, parent_code FROM jurisdiction ORDER BY code").fetchall()
    assert parents == [("990100", None), ("990121", "990100")]
    assert "NO ADMINISTRATOR" in done(founded, "list")


def test_what_differs_is_named_and_stays(founded: Config, owner: psycopg.Connection) -> None:
    output = refused(founded, "add", *[{"示市监": "示监"}.get(part, part) for part in MARKET])
    assert "abbreviation '示市监', not '示监'" in output and "domain" not in output
    output = refused(founded, "add", *MARKET, "--place-name", "别的市", "--place-level", "city")
    assert "name '示范市', not '别的市'" in output
    kept = owner.execute("SELECT abbreviation FROM bureau WHERE code = '990100-SCJG'").fetchone()
    assert kept == ("示市监",)


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (("add", "990121-SCJG", *MARKET[1:]), 1, "kept by 990100-SCJG"),
        (("add", "990199-SFJ", *JUSTICE[1:]), 1, "no place 990199"),
        (("add", "990199-SFJ", *JUSTICE[1:], *CITY), 1, "needs --place-parent"),
        (("add", "990199-SFJ", *JUSTICE[1:], *COUNTY[:4], "--place-parent", "123456"), 1, "no place 123456"),
        (("add", "990199-SFJ", *JUSTICE[1:], "--place-name", "某县"), 2, "needs --place-level"),
        (("add", "990199-SFJ", *JUSTICE[1:], "--place-level", "city"), 2, "go with --place-name"),
        (("add", "SCJG", *MARKET[1:]), 2, "six digits"),
        (("add", "990121-MZJ", " ", *JUSTICE[2:]), 2, "NAME is empty"),
        (("add", "990121-MZJ", *JUSTICE[1:], "--credit-code", "123"), 1, "统一社会信用代码"),
        (("add", "990121-MZJ", *JUSTICE[1:], "--kind", "77"), 2, "'77' is not one of"),
        (("grant", "990100-NONE", "990100", "--basis", "文"), 1, "no bureau 990100-NONE"),
        (("grant", "990121-SFJ", "123456", "--basis", "文"), 1, "no place 123456"),
        (("grant", "990121-SFJ", "990121"), 2, "--basis"),
        (("invite", "990100-SCJG", "a.b.c", "某人", "--role", "head"), 2, "'head' is not one of"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_leaves_nothing(
    founded: Config, owner: psycopg.Connection, command: tuple[str, ...], code: int, sentence: str
) -> None:
    tables = ("bureau", "jurisdiction", "supervision_grant", "user_account", "audit_entry")
    count = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    before = owner.execute(count.encode()).fetchone()
    assert sentence in refused(founded, *command, code=code)
    assert owner.execute(count.encode()).fetchone() == before


def test_a_grant_is_given_once(founded: Config, owner: psycopg.Connection) -> None:
    given = ("grant", "990100-SCJG", "990100", "--domain", "market", "--basis")
    assert "from today on" in done(founded, *given, "示政办发〔2026〕1号")
    assert "unchanged" in done(founded, *given, "示政办发〔2026〕1号")
    assert "示政办发〔2026〕1号" in refused(founded, *given, "别的文件")
    assert "supervises 990100 示范市, market" in done(founded, "list")
    assert [row[2] for row in acts(owner, "tenants.grant.add", "990100-SCJG")] == ["onedoor_operator"]
    assert owner.execute("SELECT count(*) FROM supervision_grant").fetchone() == (1,)


def accept(app: Flask, link: str) -> int:
    data = {"password": SENTENCE, "again": SENTENCE}
    return app.test_client().post(link, data=data).status_code


def enrolled(app: Flask, username: str) -> FlaskClient:
    """Signed in for the first time, through the pages, with a new one-time password."""
    client = app.test_client()
    client.post("/sign-in", data={"username": username, "password": SENTENCE, "code": ""})
    found = re.search(r"<code>([A-Z2-7]{32})</code>", client.get("/sign-in/one-time-password").text)
    assert found is not None
    answer = client.post("/sign-in/one-time-password", data={"code": pyotp.TOTP(found[1]).at(now())})
    assert answer.status_code == 200
    return client


def test_the_first_administrator_sets_a_password_signs_in_and_takes_over(
    founded: Config, app: Flask, owner: psycopg.Connection
) -> None:
    lost = link_of(invite(founded, "990100-SCJG", "scjg.first"))
    link = link_of(invite(founded, "990100-SCJG", "scjg.first"))
    assert accept(app, lost) == 410, "the newer link takes its place"
    other = invite(founded, "990100-SCJG", "scjg.first", of=2)
    assert other.exit_code == 1 and "another name, number or role" in other.output
    stranger = invite(founded, another(founded, "STR"), "scjg.first")
    assert stranger.exit_code == 1 and "已经有人使用" in stranger.output, (
        "no other bureau's account is reached"
    )
    assert accept(app, link) == 303
    assert accept(app, link) == 410
    client = enrolled(app, "scjg.first")
    assert client.get("/settings/users").status_code == 200
    page = client.get("/settings/log").get_data(as_text=True)
    assert "设立单位" in page and "onedoor bureaus" in page and "命令行" in page
    assert client.get("/platform/bureaus").status_code == 403
    again = invite(founded, "990100-SCJG", "second.one", of=3)
    assert again.exit_code == 1 and "has an administrator" in again.output
    assert len(acts(owner, "tenants.user.add", "990100-SCJG")) == 1
    assert acts(owner, "tenants.user.add", "990121-STR") == []
    assert number(1) not in str(acts(owner, "tenants.user.add", "990100-SCJG"))


def test_an_invitation_reaches_its_own_bureau_only(
    founded: Config, app: Flask, owner: psycopg.Connection
) -> None:
    """Another bureau's administrator neither sees the invited account nor gets a link to it (R-T1)."""
    mine, theirs = another(founded, "MINE"), another(founded, "THEIRS")
    assert accept(app, link_of(invite(founded, mine, "mine.first", of=4))) == 303
    stranger = enrolled(app, "mine.first")
    link = link_of(invite(founded, theirs, "theirs.first", of=7))
    assert "示例县THEIRS局" in app.test_client().get(link).get_data(as_text=True)
    found = owner.execute("SELECT id FROM user_account WHERE username = 'theirs.first'").fetchone()
    assert found is not None
    page = stranger.get("/settings/users").get_data(as_text=True)
    assert "mine.first" in page and "theirs.first" not in page
    assert stranger.get(f"/settings/users/{found[0]}").status_code == 404
    assert stranger.post(f"/settings/users/{found[0]}/link").status_code == 404
    assert accept(app, link) == 303, "still theirs to use"
    page = enrolled(app, "theirs.first").get("/settings/users").get_data(as_text=True)
    assert "theirs.first" in page and "mine.first" not in page


def test_an_operator_sees_the_platform_and_no_bureau(founded: Config, app: Flask) -> None:
    assert (
        accept(app, link_of(invite(founded, another(founded, "SJJ"), "plat.ops", role="platform", of=5)))
        == 303
    )
    client = enrolled(app, "plat.ops")
    assert client.get("/platform/bureaus").status_code == 200
    assert client.get("/settings/users").status_code == 403


def test_the_number_is_asked_for_and_never_repeated(founded: Config) -> None:
    wrong = number(6)[:-1] + ("1" if number(6)[-1] != "1" else "2")
    output = refused(
        founded, "invite", "990121-SFJ", "ops.two", "某人", "--role", "platform", given=f"{wrong}\n"
    )
    assert "身份证号校验位不对" in output and wrong not in output and wrong[:17] not in output
    output = refused(
        founded, "invite", "990121-SFJ", "X!", "某人", "--role", "platform", given=f"{number(6)}\n"
    )
    assert "用户名" in output and "zhang.san" in output


def test_two_at_once_do_not_both_get_a_kind(founded: Config, app: Flask) -> None:
    """R-T4: one waits for the other, and is told whose the kind is by then."""
    together = threading.Barrier(2)

    def add(letters: str) -> str:
        wanted = deployment_setup.NewBureau(
            f"990121-{letters}", f"示例县{letters}局", letters, letters, "990121", "other", ("53",), None
        )
        with app.app_context():
            together.wait()
            try:
                return "added" if deployment_setup.add_bureau(wanted, None) else "there"
            except deployment_setup.Refused as refused:
                return str(refused)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        result = sorted(pool.map(add, ("JIA", "YI")))
    assert result[1] == "added" and "Entities of kind 53 are kept by" in result[0]
