"""`onedoor people recover`: back in without phone and recovery codes, seen by everybody in the bureau (R-T5, R-T6)."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import psycopg
import pyotp
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from onedoor.cli import main
from onedoor.config import Config
from onedoor.kernel.clock import now
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import scope
from tenants.audit_anchors import PERSON
from tenants.models import Person, UserAccount
from tests.fixtures.city import PASSWORD, City

LINK = re.compile(r"^http://127\.0\.0\.1(/invitation/[\w-]+)$", re.MULTILINE)
PAGE_LINK = re.compile(r"http://127\.0\.0\.1(/invitation/[\w-]+)")
REASON = "手机和恢复码都已遗失，当面核对身份证"


def recover(config: Config, username: str, number: str, *more: str) -> Result:
    command = ["people", "recover", username, "--reason", REASON, "--identity-number-file", "-", *more]
    return CliRunner().invoke(
        main, command, input=number, env=config.to_environment(), catch_exceptions=False
    )


def number_of(city: City, username: str) -> str:
    """The identity number that is kept, as its owner would say it."""
    with in_scope(scope.identity(), city.app):
        query = sa.select(Person).join(UserAccount, UserAccount.person_id == Person.id)
        found = db.session.scalars(query.where(UserAccount.username == username)).one()
        return PERSON.open(found.id, found.identity_number)


def begins_anew(city: City, link: str, username: str, password: str = "kv7 umpq zwei") -> FlaskClient:
    """Set a password by the link, sign in with it, and enrol another phone."""
    client = city.client()
    assert client.post(link, data={"password": password, "again": password}).status_code == 303
    client.post("/sign-in", data={"username": username, "password": password, "code": ""})
    page = client.get("/sign-in/one-time-password").get_data(as_text=True)
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found is not None
    code = pyotp.TOTP(found[1]).at(now())
    assert client.post("/sign-in/one-time-password", data={"code": code}).status_code == 200
    return client


def link_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    found = LINK.search(result.output)
    assert found is not None
    return found[1]


def test_an_operator_begins_anew_and_the_others_are_told(
    city: City, config: Config, owner: psycopg.Connection
) -> None:
    known, beside = city.client("sjj.ops"), city.client("sjj.planner")
    other = city.client("scjg.planner")
    link = link_of(recover(config, "sjj.ops", number_of(city, "sjj.ops")))
    assert known.get("/platform/bureaus").status_code == 302, "every session ended"
    data = {"username": "sjj.ops", "password": PASSWORD, "code": city.code("sjj.ops")}
    assert city.client().post("/sign-in", data=data).status_code == 422, (
        "what signed in before does not any more"
    )
    client = begins_anew(city, link, "sjj.ops")
    assert city.client().get(link).status_code == 410
    for reader, page in ((client, "/platform/bureaus"), (beside, "/desk/")):
        assert REASON in reader.get(page).get_data(as_text=True), page
    assert REASON not in other.get("/desk/").get_data(as_text=True), "another bureau's"
    rows = owner.execute(
        "SELECT e.event, e.actor_name, e.origin, e.after->>'reason', b.code FROM audit_entry e"
        " JOIN bureau b ON b.id = e.tenant_id JOIN user_account u ON u.id = e.subject_id"
        " WHERE u.username = 'sjj.ops' AND e.origin = 'command' ORDER BY e.at, e.id"
    ).fetchall()
    assert [row[0] for row in rows] == ["tenants.user.recover", "tenants.link.issue"]
    assert rows[0][1:4] == ("onedoor people", "command", REASON)


def test_only_the_owner_and_only_whom_no_administrator_can_help(
    city: City, config: Config, owner: psycopg.Connection
) -> None:
    count = "SELECT count(*) FROM audit_entry WHERE event = 'tenants.user.recover'"
    before = owner.execute(count).fetchone()
    number = number_of(city, "sfj.supervisor")
    for username, given, sentence in (
        ("no.such", number, "There is no account no.such."),
        ("sfj.supervisor", number_of(city, "scjg.admin"), "not the identity number"),
        ("sfj.supervisor", "123", "身份证号"),
        ("sfj.supervisor", number, "sfj.admin"),
    ):
        output = recover(config, username, given)
        assert output.exit_code == 1 and sentence in output.output and "Traceback" not in output.output
    assert recover(config, "sfj.supervisor", number, "--reason", " ").exit_code == 2
    assert owner.execute(count).fetchone() == before
    assert city.client("sfj.supervisor").get("/oversight").status_code == 200, "nothing was ended"


def test_a_bureaus_only_administrator_and_then_one_helps_the_other(city: City, config: Config) -> None:
    link = link_of(recover(config, "mzj.admin", number_of(city, "mzj.admin")))
    # The link was lost: another takes its place.
    link, first = link_of(recover(config, "mzj.admin", number_of(city, "mzj.admin"))), link
    assert city.client().get(first).status_code == 410
    admin = begins_anew(city, link, "mzj.admin")
    assert admin.get("/settings/users").status_code == 200
    # A second administrator needs no command: each clears the other's lost phone on the page.
    data = {
        "display_name": "第二管理员", "username": "mzj.admin2", "roles": ["administrator"],
        "identity_number": made_up_identity_number(date(1979, 5, 1), 1),
    }  # fmt: skip
    shown = admin.post("/settings/users/new", data=data).get_data(as_text=True)
    second = begins_anew(city, PAGE_LINK.findall(shown)[0], "mzj.admin2")
    output = recover(config, "mzj.admin", number_of(city, "mzj.admin"))
    assert output.exit_code == 1 and "mzj.admin2" in output.output
    address = f"/settings/users/{user_id(city, 'mzj.admin')}/clear-totp"
    shown = second.post(address).get_data(as_text=True)
    begins_anew(city, PAGE_LINK.findall(shown)[0], "mzj.admin", "another seven words")
    output = recover(config, "mzj.admin", number_of(city, "mzj.admin"), "--anyway")
    assert output.exit_code == 0, "if the second cannot sign in either"


def user_id(city: City, username: str) -> UUID:
    with in_scope(scope.identity(), city.app):
        return db.session.scalars(sa.select(UserAccount.id).where(UserAccount.username == username)).one()
