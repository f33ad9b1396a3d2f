"""Scanned means by somebody else (R-V2; issue 18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.config import Config
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import in_scope
from onedoor.supervision.queries.burden import scan_shares
from onedoor.visits import queries, service
from onedoor.visits.models import CodeCheck
from tenants import scope
from tests.campaigns.builders import World
from tests.conftest import city_alone
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.visits.builders import DrawnCampaign, draw, settle


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    """A campaign with approved visits, of which each test takes its own."""
    return draw(settle(World(city).fill()), bp=4000).approve()


@pytest.fixture
def visit_id(going: DrawnCampaign) -> UUID:
    return going.joint()


def code_of(going: DrawnCampaign, visit_id: UUID) -> str:
    with going.world.city.acting("scjg.planner"):
        return queries.visit(visit_id).code


def read_out(going: DrawnCampaign, visit_id: UUID) -> str:
    """What the firm's phone shows after a scan."""
    page = going.world.city.client().get(f"/v/{code_of(going, visit_id)}").get_data(as_text=True)
    shown = re.search(r">(\d{6})<", page)
    assert shown is not None
    return shown.group(1)


def test_who_is_signed_in_is_shown_no_number(going: DrawnCampaign, visit_id: UUID) -> None:
    page = (
        going.world.city.client("scjg.officer").get(f"/v/{code_of(going, visit_id)}").get_data(as_text=True)
    )
    assert "检查码有效" in page and "核验数字" not in page and not re.search(r">\d{6}<", page)


def test_a_number_serves_once_within_minutes(
    going: DrawnCampaign, visit_id: UUID, owner: psycopg.Connection
) -> None:
    """The attack: enter one of the day before, or one that was used; begin on a scan that nobody read out."""
    city, old = going.world.city, read_out(going, visit_id)
    owner.execute("UPDATE code_check SET at = at - interval '11 minutes' WHERE visit_id = %s", [visit_id])
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="输入页面上显示的核验数字"):
            service.begin(visit_id)
        with pytest.raises(ClerkError, match="已过十分钟"):
            service.begin(visit_id, number=old)
    fresh = read_out(going, visit_id)
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="不用填开始时间"):
            service.begin(visit_id, number=fresh, at=queries.visit(visit_id).approved_at)
        part = service.begin(visit_id, number=f"{fresh[:3]} {fresh[3:]}", origin="x")
        assert (part.scanned, part.unscanned_reason, part.same_address) == (True, None, False)
        used = sa.text("SELECT enter_shown_number(:visit, :number, 'x')")
        assert db.session.scalar(used, {"visit": visit_id, "number": fresh}) == "wrong"


def test_wrong_numbers_are_counted_and_end(going: DrawnCampaign, visit_id: UUID) -> None:
    """The attack: try numbers. The sixth is not looked at, were it the right one; and no column shows it."""
    city, right = going.world.city, read_out(going, visit_id)
    for _ in range(5):
        with city.acting("scjg.officer"), pytest.raises(ClerkError, match="不对"):
            service.begin(visit_id, number="x")
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="已输错五次"):
            service.begin(visit_id, number=right)
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            db.session.scalar(sa.select(CodeCheck.number).where(CodeCheck.visit_id == visit_id))
        db.session.rollback()
        assert service.begin(visit_id, reason="输错五次").scanned is False


def test_the_supervisor_sees_the_shares(going: DrawnCampaign, visit_id: UUID) -> None:
    """From the page: by the same address as the firm's scan, which here is one."""
    city, number = going.world.city, read_out(going, visit_id)
    done = city.client("scjg.officer").post(f"/field/visits/{visit_id}/begin", data={"number": number})
    assert done.status_code == 303
    with city.acting("scjg.planner"):
        assert queries.parts(visit_id)[city.bureaus["SCJG"]].same_address is True
        year = queries.visit(visit_id).scheduled_on.year
    page = city.client("sfj.supervisor").get(f"/oversight/burden?year={year}").get_data(as_text=True)
    assert "扫码入企" in page and "同一网络地址" in page
    with in_scope(scope.supervisor(city.person("sfj.supervisor")), city.app):
        shares = {one.bureau_name: one for one in scan_shares(year)}
    own = shares[city.person("scjg.officer").bureau_name]
    assert own.entered >= own.scanned >= own.same_address >= 1
