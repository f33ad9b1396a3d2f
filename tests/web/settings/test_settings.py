"""Settings and the operator's pages: who may read them, and what they hold (R-T5, R-T6; access.md, last rows)."""

from __future__ import annotations

import ast
import csv
import functools
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.web.settings import labels
from tasks import celery_app
from tenants import queries
from tenants.models import UserAccount
from tenants.rules import ROLE_NAMES, Permission, Role
from tests.fixtures.city import City

ROOT = Path(__file__).parents[3]
LATIN = re.compile(r"[a-z]")


@pytest.fixture(scope="module")
def signed_in(city: City) -> Callable[[str], FlaskClient]:
    """A person's client; each signs in once, since a one-time password works once."""
    return functools.cache(city.client)


def events() -> set[str]:
    """Every name of an act that stands whole in the source."""
    found = set()
    for folder in ("platform/onedoor", "tenants", "tasks"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record" and node.args:
                    named = node.args[0]
                    if isinstance(named, ast.Constant):
                        found.add(str(named.value))
    return found


def test_every_act_of_the_house_has_words() -> None:
    """No English name of an act on a Chinese page, and none that says nothing."""
    assert len(events()) > 20
    words_of = {event: labels.act(event) for event in events()}
    assert {event: text for event, text in words_of.items() if LATIN.search(text)} == {}
    bare = {
        event
        for event, text in words_of.items()
        if event.count(".") > 1 and " " not in text and event not in labels.ACTS
    }
    assert bare == set()


def test_an_unknown_act_is_not_shown_by_its_name() -> None:
    assert labels.act("registry.thing.frobnicate") == "名录"
    assert labels.act("nowhere.thing.frobnicate") == "—"


def test_every_permission_has_words() -> None:
    assert set(labels.PERMISSIONS) == set(Permission)


def test_roles_are_called_as_everywhere(app: Flask) -> None:
    """The platform's own role is no bureau's."""
    with app.test_request_context():
        result = {role: str(name) for role, name in labels.ROLES.items()}
    assert result == {role: name for role, name in ROLE_NAMES.items() if role is not Role.PLATFORM}


def test_users_are_the_bureaus_own_and_carry_no_secrets(
    city: City, signed_in: Callable[[str], FlaskClient]
) -> None:
    page = signed_in("scjg.admin").get("/settings/users?size=100").get_data(as_text=True)
    assert "scjg.planner" in page and "计划员、牵头协调员" in page
    assert "yjgl." not in page
    with city.acting("scjg.admin"):
        row = db.session.execute(queries.users()).first()
        assert row is not None and not {"password_hash", "totp_secret"} & set(row._mapping)
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            db.session.scalars(sa.select(UserAccount.password_hash)).all()


def test_users_by_role(signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("scjg.admin")
    found = csv.DictReader(
        io.StringIO(client.get("/settings/users?role=head&export=csv").text.lstrip("\ufeff"))
    )
    assert [row["角色"] for row in found] == ["行政执法主体负责人"]


def test_roles_by_permissions(signed_in: Callable[[str], FlaskClient]) -> None:
    page = signed_in("scjg.admin").get("/settings/roles").get_data(as_text=True)
    assert "行政执法主体负责人" in page and "平台运维" not in page
    assert page.count('scope="row"') == len(set(Permission) - {Permission.PLATFORM_MANAGE})


def test_the_log_is_the_bureaus_own(city: City, signed_in: Callable[[str], FlaskClient]) -> None:
    for who, title in (("scjg.planner", "本局的计划"), ("yjgl.planner", "别局的计划")):
        with city.acting(who):
            audit.record("plans.plan.submit", ("plan", new_id()), title)
    client = signed_in("scjg.admin")
    page = client.get("/settings/log").get_data(as_text=True)
    assert "本局的计划" in page and "提交 计划" in page and "别局的计划" not in page
    rows = list(
        csv.DictReader(io.StringIO(client.get("/settings/log?room=plans&export=csv").text.lstrip("\ufeff")))
    )
    assert [row["对象"] for row in rows] == ["本局的计划"]
    assert list(csv.DictReader(io.StringIO(client.get("/settings/log?room=draws&export=csv").text))) == []


@pytest.mark.parametrize("who", ["scjg.planner", "scjg.head", "sfj.supervisor", "sjj.ops"])
def test_settings_are_the_administrators(signed_in: Callable[[str], FlaskClient], who: str) -> None:
    client = signed_in(who)
    for path in ("users", "roles", "log"):
        assert client.get(f"/settings/{path}").status_code == 403


def test_the_operator_sees_bureaus_and_health_and_no_case(
    city: City, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("sjj.ops")
    page = client.get("/platform/bureaus").get_data(as_text=True)
    assert "示例县司法局" in page and "共 11 条" in page
    county = client.get(f"/platform/bureaus/{city.bureaus['XSCJG']}").get_data(as_text=True)
    assert "示例县司法局" in county and "示范市司法局" in county
    justice = client.get(f"/platform/bureaus/{city.bureaus['XSFJ']}").get_data(as_text=True)
    assert "示政办发〔2026〕1号" in justice
    health = client.get("/platform/health").get_data(as_text=True)
    assert health.count("正常") >= 2 and "PostgreSQL" in health
    # Whether a worker answers here depends on who shares this Redis; what stands there does not.
    celery_app._ticked()
    health = client.get("/platform/health").get_data(as_text=True)
    assert "作业进程" in health and "等待的作业" in health and "最近一次" in health
    tick = celery_app.last_tick()
    assert tick is not None and timedelta() <= now() - tick < timedelta(minutes=1)
    assert client.get(f"/platform/bureaus/{new_id()}").status_code == 404
    for path in ("/oversight", "/settings/log", "/statistics"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("who", ["scjg.admin", "sfj.supervisor"])
def test_the_platform_is_the_operators(city: City, signed_in: Callable[[str], FlaskClient], who: str) -> None:
    assert Role.PLATFORM not in city.person(who).roles
    for path in ("bureaus", "health", f"bureaus/{city.bureaus['SWJ']}"):
        assert signed_in(who).get(f"/platform/{path}").status_code == 403
