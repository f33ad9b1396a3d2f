"""What the demo prints is enough to try every role of every bureau: user, roles, and the secret of the one-time password."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyotp

from onedoor.commands.demo import report
from onedoor.commands.demo.made_up_city import BUREAUS, STAFF
from tenants.rules import NEEDS_TOTP, Role
from tests.fixtures.city import City

LINE = re.compile(r"^ {4}(\S+)\s+(.*?)\s+(\S+)$")


def test_every_role_of_every_bureau_can_be_tried_with_what_is_printed(city: City) -> None:
    house: Any = SimpleNamespace(
        app=city.app, secrets=SimpleNamespace(password="the-one-password"), folder=Path("here")
    )
    printed = report.welcome(house, 8000)
    assert "http://127.0.0.1:8000/" in printed and "the-one-password" in printed
    people = {
        found[1]: (found[2].split(), found[3]) for found in map(LINE.match, printed.splitlines()) if found
    }
    for letters, name, *_more in BUREAUS:
        assert f"  {name}\n" in printed
        own = {
            user: roles for user, (roles, _secret) in people.items() if user.startswith(f"{letters.lower()}.")
        }
        wanted = {role for _suffix, _post, roles in STAFF for role in roles}
        given = {Role(each) for roles in own.values() for each in roles}
        assert own and (given >= wanted or letters == "SJJ"), letters
    for user, (roles, secret) in people.items():
        needed = {Role(each) for each in roles} & NEEDS_TOTP
        assert (secret != "-") == bool(needed), user
        if needed:
            assert pyotp.TOTP(secret).now() == pyotp.TOTP(city.secrets[user]).now()
    assert {Role(each) for roles, _secret in people.values() for each in roles} == set(Role)
