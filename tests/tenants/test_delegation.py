"""R-T5: acting for a colleague on leave or by written delegation is explicit, for a time, shown, and never one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from tenants import approvals, people, scope
from tenants.models import Approval, StandIn
from tenants.rules import Permission, Role, acting_permissions
from tenants.scope import Principal
from tests.fixtures.city import City

REVIEW = [Permission.PLAN_REVIEW]
APPROVE = [Permission.PLAN_APPROVE]


def arrange(
    city: City, principal: str, agent: str, kind: str = "leave", permissions: Any = REVIEW, **change: Any
) -> UUID:
    """The agent acts for the principal today, as the principal arranged it."""
    by = change.pop("by", principal)
    principal_id, agent_id = (city.person(one).user_id for one in (principal, agent))
    days: dict[str, Any] = {
        "since": today(), "until": today() + timedelta(days=1), "basis": "示市监委〔2026〕1号", **change,
    }  # fmt: skip
    with city.acting(by):
        return people.arrange(principal_id, agent_id, kind, permissions, **days)


def begin(city: City, agent: str, stand_in_id: UUID) -> None:
    person = city.person(agent)
    with city.acting(agent):
        people.act_for(stand_in_id, person.session_digest)


@contextmanager
def standing_in_for(city: City, principal: str, agent: str, **more: Any) -> Iterator[Principal]:
    """The agent at work in the principal's name, and in their own again afterwards."""
    begin(city, agent, arrange(city, principal, agent, **more))
    try:
        yield city.person(agent)
    finally:
        person = city.person(agent)
        with city.acting(agent):
            people.act_for_oneself(person.session_digest)


def ask(city: City, who: str, permission: Permission = Permission.PLAN_REVIEW) -> UUID:
    with city.acting(who):
        return approvals.ask("plan", new_id(), "一个计划", "review", permission).id


def decide(city: City, who: str, approval_id: UUID) -> None:
    person = city.person(who)
    with city.acting(who):
        approvals.decide(approvals.get(approval_id), True, "", person.permissions)


def test_what_is_passed_on_is_what_the_principal_holds_and_no_more() -> None:
    wish = frozenset({Permission.PLAN_REVIEW, Permission.PLAN_APPROVE, Permission.USERS_MANAGE})
    roles = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
    assert acting_permissions(roles, wish) == {Permission.BUREAU_READ, Permission.PLAN_REVIEW}


def test_both_names_stand_on_approval_and_log_and_the_permissions_are_the_principals(
    city: City, owner: psycopg.Connection
) -> None:
    approval_id = ask(city, "scjg.planner")
    with standing_in_for(city, "scjg.reviewer", "scjg.discloser") as person:
        assert person.permissions == {Permission.BUREAU_READ, Permission.PLAN_REVIEW}, "nothing of one's own"
        decide(city, "scjg.discloser", approval_id)
    names = {one: city.person(f"scjg.{one}").display_name for one in ("discloser", "reviewer")}
    both = f"{names['discloser']} 代 {names['reviewer']}"
    with city.acting("scjg.head"):
        decided = approvals.get(approval_id)
        assert decided.decider_name == both
        assert decided.decided_by == city.person("scjg.discloser").user_id
        assert decided.decided_for == city.person("scjg.reviewer").user_id
    rows = owner.execute("SELECT event, actor_name FROM audit_entry ORDER BY at, id").fetchall()
    assert ("tenants.approval.approve", both) in rows
    events = [event for event, _ in rows if event.startswith("tenants.stand_in.")]
    assert events == [f"tenants.stand_in.{verb}" for verb in ("arrange", "begin", "stop")]
    assert Permission.DISCLOSE in city.person("scjg.discloser").permissions


def test_neither_decides_on_what_the_other_submitted(city: City) -> None:
    mine, theirs = ask(city, "scjg.planner"), ask(city, "scjg.reviewer")
    with standing_in_for(city, "scjg.reviewer", "scjg.planner"):
        for approval_id in (mine, theirs):
            with pytest.raises(Forbidden, match="自己提交"):
                decide(city, "scjg.planner", approval_id)


def test_nobody_decides_on_what_was_submitted_in_their_name(city: City) -> None:
    with standing_in_for(city, "scjg.reviewer", "scjg.planner", permissions=[Permission.VISIT_REVIEW]):
        submitted = ask(city, "scjg.planner")
    with pytest.raises(Forbidden, match="自己提交"):
        decide(city, "scjg.reviewer", submitted)
    with city.acting("scjg.reviewer"):
        assert "代" in approvals.get(submitted).submitter_name


def test_an_earlier_steps_submitter_does_not_decide_the_later_one(city: City) -> None:
    """The planner asks the reviewer, the reviewer the head; whoever stands in for the head is not the planner."""
    first = ask(city, "scjg.planner")
    with city.acting("scjg.reviewer"):
        reviewed = approvals.get(first)
        approvals.decide(reviewed, True, "", frozenset(REVIEW))
        second = approvals.ask("plan", reviewed.subject_id, "一个计划", "approve", Permission.PLAN_APPROVE).id
    written = {"kind": "written", "permissions": APPROVE}
    with standing_in_for(city, "scjg.head", "scjg.planner", **written):
        with pytest.raises(Forbidden, match="自己提交"):
            decide(city, "scjg.planner", second)
    with standing_in_for(city, "scjg.head", "scjg.operator", **written):
        decide(city, "scjg.operator", second)


def test_the_database_asks_for_the_arrangement(city: City) -> None:
    approval_id = ask(city, "scjg.planner")
    stranger = city.person("scjg.operator").user_id
    with city.acting("scjg.head") as here, pytest.raises(ProgrammingError, match="did not ask them"):
        db.session.execute(
            sa.update(Approval)
            .where(Approval.id == approval_id)
            .values(state="approved", decided_by=here.actor_id, decided_for=stranger)
        )
    with city.acting("scjg.head"), pytest.raises(ProgrammingError, match="permission denied"):
        db.session.execute(sa.text("UPDATE stand_in SET until = until + 100"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE stand_in SET since = since - 10, until = until - 3 WHERE id = %s",
        "UPDATE stand_in SET since = since + 2, until = until + 2 WHERE id = %s",
        "UPDATE stand_in SET ended_at = now() WHERE id = %s",
        "UPDATE stand_in SET permissions = '{}' WHERE id = %s",
    ],
    ids=["over", "not yet", "ended", "nothing passed on"],
)
def test_it_ends_by_itself_in_the_middle_of_a_session(
    city: City, owner: psycopg.Connection, change: str
) -> None:
    stand_in_id = arrange(city, "yjgl.reviewer", "yjgl.planner")
    begin(city, "yjgl.planner", stand_in_id)
    assert Permission.PLAN_REVIEW in city.person("yjgl.planner").permissions
    owner.execute(change.encode(), (stand_in_id,))
    person = city.person("yjgl.planner")
    assert Permission.PLAN_REVIEW not in person.permissions
    with in_scope(scope.bureau(person), city.app):
        people.act_for_oneself(person.session_digest)


def test_it_ends_with_the_principals_role_and_account(city: City, owner: psycopg.Connection) -> None:
    begin(city, "wsjk.planner", arrange(city, "wsjk.reviewer", "wsjk.planner"))
    roles = "UPDATE user_account SET roles = %s WHERE username = 'wsjk.reviewer'"
    owner.execute(roles.encode(), (["reader"],))
    assert city.person("wsjk.planner").permissions == {Permission.BUREAU_READ}
    owner.execute(roles.encode(), (["reviewer"],))
    owner.execute(b"UPDATE user_account SET active = false WHERE username = 'wsjk.reviewer'")
    person = city.person("wsjk.planner")
    assert person.acting is None and Permission.PLAN_DRAFT in person.permissions


def test_one_begins_by_ones_own_act_and_only_what_one_was_asked(city: City) -> None:
    stand_in_id = arrange(city, "xfjy.reviewer", "xfjy.planner")
    assert city.person("xfjy.planner").acting is None
    for who in ("xfjy.operator", "xfjy.reviewer", "yjgl.planner"):
        with city.acting(who), pytest.raises(NotFound):
            people.act_for(stand_in_id, city.person(who).session_digest)
    with city.acting("xfjy.planner"), pytest.raises(NotFound):
        people.act_for(stand_in_id, city.person("xfjy.operator").session_digest)
    with city.acting("xfjy.operator"), pytest.raises(NotFound):
        people.end(stand_in_id)
    with city.acting("xfjy.planner"):
        people.end(stand_in_id)
    with city.acting("xfjy.planner"), pytest.raises(Conflict):
        people.act_for(stand_in_id, city.person("xfjy.planner").session_digest)


def test_nobody_acts_for_another_bureau(city: City, owner: psycopg.Connection) -> None:
    with pytest.raises(ClerkError, match="没有这个人"):
        arrange(city, "scjg.reviewer", "yjgl.reviewer")
    with pytest.raises(ClerkError, match="没有这个人"):
        arrange(city, "yjgl.reviewer", "scjg.reviewer", by="scjg.admin")
    ids = [city.person(one).user_id for one in ("scjg.reviewer", "yjgl.reviewer")]
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(
            "INSERT INTO stand_in (tenant_id, kind, principal_id, principal_name, agent_id, agent_name, permissions,"
            " since, until, basis, made_by, made_at)"
            " VALUES (%s, 'leave', %s, '', %s, '', '{}', now(), now(), '', '', now())",
            (city.bureaus["SCJG"], *ids),
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"permissions": []}, "permissions"),
        ({"permissions": [Permission.PLAN_DRAFT]}, "permissions"),
        ({"permissions": [Permission.USERS_MANAGE], "kind": "written"}, "permissions"),
        ({"since": date(2020, 1, 1)}, "until"),
        ({"until": today() - timedelta(days=1)}, "until"),
        ({"until": today() + timedelta(days=40)}, "until"),
        ({"until": today() + timedelta(days=400), "kind": "written"}, "until"),
    ],
)
def test_what_cannot_be_arranged_says_why(city: City, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ClerkError) as refused:
        arrange(city, "mzj.reviewer", "mzj.planner", **change)
    assert set(refused.value.fields) == {message}


def test_the_heads_approval_is_passed_on_in_writing_only(city: City) -> None:
    with pytest.raises(ClerkError) as refused:
        arrange(city, "mzj.head", "mzj.reviewer", permissions=APPROVE)
    assert "书面委托" in refused.value.fields["permissions"][0]
    assert arrange(city, "mzj.head", "mzj.reviewer", kind="written", permissions=APPROVE)


def test_one_does_not_stand_in_for_oneself_nor_an_administrator_for_whom_they_please(city: City) -> None:
    with pytest.raises(ClerkError, match="不能代自己"):
        arrange(city, "mzj.reviewer", "mzj.reviewer")
    with pytest.raises(ClerkError, match="不能指定自己"):
        arrange(city, "mzj.reviewer", "mzj.admin", by="mzj.admin")
    assert arrange(city, "mzj.reviewer", "mzj.operator", by="mzj.admin")


def test_what_was_passed_on_is_not_passed_on_again(city: City) -> None:
    with standing_in_for(city, "swj.reviewer", "swj.planner"):
        with pytest.raises(Forbidden, match="不能再转托"):
            arrange(city, "swj.planner", "swj.operator", permissions=[Permission.PLAN_DRAFT])


def test_the_supervisor_reads_it_and_another_bureau_does_not(city: City) -> None:
    stand_in_id = arrange(city, "wlj.reviewer", "wlj.planner")
    asked = sa.select(StandIn.id).where(StandIn.id == stand_in_id)
    with city.acting("sfj.supervisor", supervisor=True):
        assert db.session.scalar(asked) == stand_in_id
    with city.acting("swj.planner"):
        assert db.session.scalar(asked) is None
