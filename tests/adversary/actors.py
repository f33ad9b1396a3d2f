"""Those who try: eight people and tokens that have no business with market regulation's things, or not any more.

All have as many roles as there are, so that what stops them is whose things they ask for and not which page.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask.testing import FlaskClient

from onedoor.campaigns import service as campaigns
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.scope import in_scope
from tenants import people, scope
from tenants.rules import Permission, Role
from tests.fixtures.city import City

OWNER = "SCJG"
COUNTY = "990122"
ALL_ROLES = sorted(role.value for role in Role if role is not Role.PLATFORM)
# What each is, in the order of the columns of expected.txt.
ACTORS = {
    "anonymous": "nobody, without a cookie or a token",
    "role": "a person of the owner's own bureau whose roles do not include what the route asks",
    "bureau": "every role there is, at the county's market regulation, which has no part in any of it",
    "elsewhere": "every role there is, at civil affairs: the owner's partner, but in another campaign",
    "county": "every role there is, at the justice bureau that supervises another county",
    "disabled": "every role there is, at the owner's bureau; the account was closed after signing in",
    "expired": "every role there is, at the owner's bureau; the session's twelve hours, the token's time are over",
    "stale": "every role there is, at the owner's bureau; the session was signed out, the token revoked",
}
STRANGERS = ("bureau", "elsewhere", "county")
WITHOUT_ACCESS = ("anonymous", "disabled", "expired", "stale")


@dataclass
class Answer:
    """What came back: status, headers and whole body."""

    status: int
    headers: str
    body: bytes
    location: str


@dataclass
class Actor:
    """One who tries: browser, token for the API, bureau. `others` are browsers with other roles."""

    name: str
    client: FlaskClient
    token: str = ""
    bureau: UUID | None = None
    others: dict[str, FlaskClient] = field(default_factory=dict)

    def ask(self, method: str, path: str, *, as_: str = "", **more: Any) -> Answer:
        """Send a request; of an event stream the first words are read."""
        headers = dict(more.pop("headers", {}))
        if path.startswith("/api/v") and self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        client = self.others[as_] if as_ else self.client
        answer = client.open(path, method=method, headers=headers, buffered=False, **more)
        streams = answer.mimetype == "text/event-stream"
        first: Any = next(iter(answer.response), b"") if streams else answer.get_data()
        answer.close()
        body: bytes = first.encode() if isinstance(first, str) else first
        result = "\n".join(f"{name}: {value}" for name, value in answer.headers)
        return Answer(answer.status_code, result, body, answer.headers.get("Location", ""))


def assemble(city: City, behind: psycopg.Connection) -> dict[str, Actor]:
    """All of them, signed in; what spoils their access happens afterwards."""
    behind.execute("SELECT set_config('session_replication_role', 'replica', false)")
    owner = city.bureaus[OWNER]
    found = {
        "anonymous": Actor("anonymous", city.client()),
        "role": _of_the_same_bureau(city, behind),
        "bureau": _stranger(city, behind, "bureau", city.bureaus["XSCJG"]),
        "elsewhere": _stranger(city, behind, "elsewhere", city.bureaus["MZJ"]),
        "county": _stranger(city, behind, "county", _other_county(city, behind)),
    }
    for name in ("disabled", "expired", "stale"):
        found[name] = _stranger(city, behind, name, owner)
    _spoil(behind)
    return found


def another_campaign(city: City) -> UUID:
    """The owner and civil affairs have a campaign of their own, so that these two are partners, elsewhere."""
    with city.acting("scjg.planner"):
        wanted = campaigns.AdHoc(
            name="社会组织兴办企业联合抽查",
            reason="上级部署",
            reference="示政办发〔2026〕9号",
            starts_on=today(),
            ends_on=today() + timedelta(days=30),
            rates={"*": {"number": 1}},
        )
        made = campaigns.start_ad_hoc(
            wanted,
            answer_due=today() + timedelta(days=9),
            directed=False,
            partner_ids=[city.bureaus["MZJ"]],
        )
        campaigns.invite(made.id)
        return made.id


def _of_the_same_bureau(city: City, behind: psycopg.Connection) -> Actor:
    """A reader; and where reading is what the route asks, the operator of the platform."""
    owner = city.bureaus[OWNER]
    browsers = {
        role: _signed_in(city, behind, f"adv.{role}", owner, [role]) for role in ("reader", "platform")
    }
    token = _token(city, behind, owner, "role", [Permission.BUREAU_READ])
    return Actor("role", browsers["reader"], token, owner, browsers)


def _stranger(city: City, behind: psycopg.Connection, name: str, bureau: UUID) -> Actor:
    client = _signed_in(city, behind, f"adv.{name}", bureau, ALL_ROLES)
    return Actor(name, client, _token(city, behind, bureau, name, list(Permission)), bureau)


def _signed_in(
    city: City, behind: psycopg.Connection, username: str, bureau: UUID, roles: list[str]
) -> FlaskClient:
    """A new account, signed in at the page as a reader; the roles are given afterwards."""
    changes: dict[str, Any] = {
        "id": str(uuid4()),
        "tenant_id": str(bureau),
        "username": username,
        "unit_id": None,
    }
    changes |= {"roles": [Role.READER.value], "person_id": None, "totp_secret": None}
    copy_row(behind, "user_account", "username = 'scjg.planner'", changes)
    client = city.client(username)
    behind.execute("UPDATE user_account SET roles = %s WHERE username = %s", (roles, username))
    return client


def _token(
    city: City, behind: psycopg.Connection, bureau: UUID, name: str, permissions: list[Permission]
) -> str:
    with in_scope(scope.identity(), city.app):
        made = people.add_api_token(
            bureau, f"adv.{name}", frozenset(permissions), now() + timedelta(days=1), "test"
        )
        db.session.commit()
    return made


def _other_county(city: City, behind: psycopg.Connection) -> UUID:
    """Another county of the same city, and its justice bureau, which supervises all of that county."""
    copy_row(behind, "jurisdiction", "code = '990121'", {"code": COUNTY, "name": "另一县"})
    like = city.bureaus["XSFJ"]
    bureau = uuid4()
    names = {"name": "另一县司法局", "short_name": "另一县司法局", "abbreviation": "另司"}
    codes = {"id": str(bureau), "code": f"{COUNTY}-SFJ", "jurisdiction_code": COUNTY}
    copy_row(behind, "bureau", f"id = '{like}'", {**names, **codes})
    grant = {"id": str(uuid4()), "bureau_id": str(bureau), "jurisdiction_code": COUNTY}
    copy_row(behind, "supervision_grant", f"bureau_id = '{like}'", grant)
    return bureau


def _spoil(behind: psycopg.Connection) -> None:
    """The account is closed, the time is over, the session signed out, the tokens likewise."""
    session = "UPDATE user_session SET {} WHERE user_id = (SELECT id FROM user_account WHERE username = %s)"
    behind.execute("UPDATE user_account SET active = false WHERE username = 'adv.disabled'")
    behind.execute(session.format("expires_at = now() - interval '1 second'"), ("adv.expired",))
    behind.execute(session.format("revoked_at = now()"), ("adv.stale",))
    behind.execute("UPDATE api_token SET expires_at = now() - interval '1 second' WHERE name = 'adv.expired'")
    behind.execute("UPDATE api_token SET revoked_at = now() WHERE name IN ('adv.stale', 'adv.disabled')")


def copy_row(behind: psycopg.Connection, table: str, where: str, changes: dict[str, Any]) -> None:
    """A copy of one row with some columns changed; triggers and foreign keys are off."""
    statement = (
        f'INSERT INTO "{table}" SELECT (jsonb_populate_record(NULL::"{table}", to_jsonb(t) || %s::jsonb)).*'
        f' FROM "{table}" t WHERE {where} LIMIT 1'
    )
    made = behind.execute(statement.encode(), (json.dumps(changes),))
    assert made.rowcount == 1, f"no {table} where {where}"
