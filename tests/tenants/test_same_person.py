"""R-T5: nobody decides on what they submitted, by whichever account; the database itself refuses it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from onedoor.items import queries
from onedoor.items import service as item_service
from onedoor.items.rules.codes import SECTIONS
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Forbidden
from onedoor.kernel.scope import in_scope
from tenants import approvals, people, scope
from tenants.models import Approval
from tenants.rules import Permission, Role
from tests.fixtures.city import City

NUMBER = made_up_identity_number(date(1979, 3, 3), 7)
MAY = frozenset({Permission.PLAN_APPROVE})


def join(city: City, username: str, roles: list[Role], number: str, by: str = "scjg.admin") -> UUID:
    """Somebody invited by the administrator, who has set a password."""
    with city.acting(by):
        user_id, handed = people.invite(username, "甲某", number, roles)
    with city.app.app_context():
        people.set_password(handed.token, "a long sentence of one's own", origin="test")
    return user_id


def ask(city: City, who: str) -> UUID:
    with city.acting(who):
        return approvals.ask("plan", new_id(), "一个计划", "approve", Permission.PLAN_APPROVE).id


@pytest.fixture(scope="module")
def two_accounts(city: City) -> tuple[str, str]:
    """One person with two accounts: as planner and as head."""
    join(city, "jia.plan", [Role.PLANNER], NUMBER)
    join(city, "jia.head", [Role.HEAD], f" {NUMBER.lower()} ")
    return "jia.plan", "jia.head"


def test_the_second_account_of_the_submitter_decides_nothing(
    city: City, two_accounts: tuple[str, str]
) -> None:
    approval_id = ask(city, two_accounts[0])
    with city.acting(two_accounts[1]), pytest.raises(Forbidden, match="自己提交"):
        approvals.decide(approvals.get(approval_id), True, "", MAY)
    with city.acting("scjg.head"):
        approvals.decide(approvals.get(approval_id), True, "", MAY)


def test_the_database_refuses_it_even_when_the_application_does_not(
    city: City, two_accounts: tuple[str, str]
) -> None:
    approval_id = ask(city, two_accounts[0])
    with city.acting(two_accounts[1]) as here, pytest.raises(ProgrammingError, match="R-T5"):
        db.session.execute(
            sa.update(Approval)
            .where(Approval.id == approval_id)
            .values(state="approved", decided_by=here.actor_id)
        )
    with city.acting("scjg.head"), pytest.raises(ProgrammingError, match="R-T5"):
        # Nor in a third person's name, nor with another submitter put in.
        db.session.execute(
            sa.update(Approval)
            .where(Approval.id == approval_id)
            .values(state="approved", decided_by=new_id())
        )
    with city.acting("scjg.head"), pytest.raises(ProgrammingError, match="R-T5"):
        db.session.execute(
            sa.update(Approval).where(Approval.id == approval_id).values(submitted_by=new_id())
        )


def test_one_person_across_bureaus_is_known_and_not_shown(city: City, two_accounts: tuple[str, str]) -> None:
    other = join(city, "jia.elsewhere", [Role.PLANNER], NUMBER, by="yjgl.admin")
    with city.acting("scjg.admin"):
        mine = people.account_views(city.person("jia.plan").user_id)
    assert mine.other_accounts == ("jia.head",)
    asked = sa.text("SELECT same_person(:one, :other)")
    with city.acting("jia.head") as here:
        assert db.session.scalar(asked, {"one": other, "other": here.actor_id})
    with city.acting("wsjk.planner"):
        # A bureau that has neither account learns nothing.
        assert not db.session.scalar(asked, {"one": other, "other": here.actor_id})


def test_the_second_account_of_the_writer_puts_no_rulebook_in_force(
    city: City, two_accounts: tuple[str, str]
) -> None:
    whole = {name: f"{title}的规定。" for name, title in SECTIONS.items()}
    with city.acting(two_accounts[0]):
        rulebook_id = item_service.save_rulebook(whole).id
    with city.acting(two_accounts[1]), pytest.raises(Forbidden, match="自己起草"):
        item_service.publish_rulebook(queries.my_rulebook(rulebook_id))
    with city.acting("scjg.head"):
        item_service.publish_rulebook(queries.my_rulebook(rulebook_id))


def test_numbers_are_encrypted_and_found_by_a_keyed_hash(
    city: City, two_accounts: tuple[str, str], owner: psycopg.Connection
) -> None:
    rows = owner.execute("SELECT p::text FROM person p").fetchall()
    assert rows and not any(NUMBER in row[0] for row in rows)
    logged = owner.execute("SELECT string_agg(a::text, '') FROM audit_entry a").fetchone()
    assert logged is not None and NUMBER not in logged[0]
    with city.app.app_context(), in_scope(scope.identity()):
        index = city.app.extensions["onedoor.cipher"].index(f"person/{NUMBER}")
        assert (
            db.session.scalar(sa.text("SELECT count(*) FROM person WHERE identity_index = :i"), {"i": index})
            == 1
        )


def test_a_wrong_number_is_refused_without_repeating_it(city: City) -> None:
    wrong = NUMBER[:17] + ("0" if NUMBER[17] != "0" else "1")
    with city.acting("scjg.admin"), pytest.raises(ClerkError) as refused:
        people.invite("yi.mou", "乙某", wrong, [Role.READER])
    assert wrong not in str(refused.value)


def test_a_keeper_of_accounts_reaches_no_other_bureaus(city: City) -> None:
    """The signing-in role sees everybody; with a bureau in the scope it is confined to it by the policies."""
    with city.acting("scjg.admin"), in_scope(scope.account_keeper()):
        for table in ("user_account", "user_session", "access_link", "api_token"):
            found = set(db.session.scalars(sa.text(f"SELECT DISTINCT tenant_id FROM {table}")))
            assert found <= {city.bureaus["SCJG"]}, table
        moved = sa.text("UPDATE user_account SET roles = '{administrator}' WHERE tenant_id = :other")
        assert db.session.execute(moved, {"other": city.bureaus["YJGL"]}).rowcount == 0  # type: ignore[attr-defined]
        taken = sa.text("UPDATE user_account SET tenant_id = :other WHERE username = 'scjg.reader'")
        assert db.session.execute(taken, {"other": city.bureaus["YJGL"]}).rowcount == 0  # type: ignore[attr-defined]
