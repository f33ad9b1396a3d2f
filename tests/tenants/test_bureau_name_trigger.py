"""What another bureau reads is said in the name of who says it, and hangs on its own things (R-T1, R-T6).

The one who tries writes SQL of its own in its own bureau's scope, as after an injection or a mistake in a service.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from onedoor.config import Config
from onedoor.kernel.scope import DbRole
from tests.fixtures.city import City
from tests.fixtures.databases import Databases
from tests.fixtures.main_job import MainJobResult, with_main_job
from tests.tenants.test_access_matrix import working

TRUE_NAME, FORGED = "示例县市场监督管理局", "示范市市场监督管理局"


@pytest.fixture(scope="module")
def retelling(databases: Databases) -> Iterator[tuple[Config, MainJobResult]]:
    """A database in which everything that happens in the main job has happened."""
    with with_main_job(databases) as made:
        yield made


@pytest.fixture(scope="module")
def config(retelling: tuple[Config, MainJobResult]) -> Config:
    return retelling[0]


def said(city: City, statement: str, who: str = "XSCJG", **values: Any) -> Any:
    """The first value of what a bureau's own SQL returns; everything is undone."""
    with working(city.app, DbRole.BUREAU, city.bureaus[who]) as link:
        return link.execute(sa.text(statement), {"me": city.bureaus[who], **values}).scalar()


def refused(city: City, statement: str, who: str = "XSCJG", **values: Any) -> str:
    """The SQLSTATE with which it is refused."""
    with pytest.raises(DBAPIError) as problem:
        said(city, statement, who, **values)
    assert isinstance(problem.value.orig, psycopg.Error)
    return problem.value.orig.sqlstate or ""


def test_a_step_of_the_trace_is_left_in_ones_own_name(city: City) -> None:
    """A step may name anybody's thing; whose word it is stands beside it, and is true."""
    step = (
        "INSERT INTO trace_step (tenant_id, at, stage, text, actor_name, bureau_name, about, shared_with)"
        " VALUES (:me, now(), 'result', '检查合格', '王局长', :forged, ARRAY[:thing], ARRAY[:victim]) RETURNING bureau_name"
    )
    assert said(city, step, thing=uuid4(), victim=city.bureaus["SCJG"], forged=FORGED) == TRUE_NAME


def test_a_job_is_sent_in_ones_own_name(city: City) -> None:
    job = (
        "INSERT INTO job (tenant_id, sender_id, actor_name, bureau_name, name, payload, not_before, created_at)"
        " VALUES (:victim, :me, '王局长', :forged, 'campaigns.freeze_list', '{}', now(), now()) RETURNING bureau_name"
    )
    assert said(city, job, victim=city.bureaus["SCJG"], forged=FORGED) == TRUE_NAME


def test_an_act_in_several_logs_says_who_acted(city: City, retelling: tuple[Config, MainJobResult]) -> None:
    """A partner's act stands in the lead's chain; the partner cannot have it say that the lead acted."""
    act = (
        "INSERT INTO audit_entry (id, tenant_id, at, actor_name, bureau_name, role, origin, request, event,"
        " subject_kind, subject_name) VALUES (:id, :me, now(), '王局长', :forged, 'onedoor_bureau', 'together', '',"
        " 'campaigns.campaign.close', 'campaign', '联合抽查') RETURNING bureau_name"
    )
    me, lead, entry = city.bureaus["WSJK"], city.bureaus["SCJG"], uuid4()
    with working(city.app, DbRole.BUREAU, me) as link:
        named = link.execute(sa.text(act), {"id": entry, "me": me, "forged": FORGED}).scalar()
        assert named == "示范市卫生健康委员会"
        shared = sa.text("SELECT share_audit(:id, ARRAY[:lead]::uuid[])")
        assert link.execute(shared, {"id": entry, "lead": lead}).scalar() == 1
        link.execute(sa.text("RESET ROLE"))
        link.execute(
            sa.text(
                "SELECT set_config('role', 'onedoor_bureau', true), set_config('onedoor.tenant', :t, true)"
            ),
            {"t": str(lead)},
        )
        copied = link.execute(
            sa.text("SELECT bureau_name FROM audit_entry WHERE after ->> 'entry' = :id"), {"id": str(entry)}
        ).scalar()
    assert copied == "示范市卫生健康委员会"


DISCLOSE = (
    "INSERT INTO disclosure (tenant_id, kind, subject_id, version, title, bureau_name, content, since, words)"
    " VALUES (:me, 'plan', :subject, 1, '检查计划', :forged, '{}', now(), '') RETURNING bureau_name"
)


def test_one_discloses_in_ones_own_name(city: City) -> None:
    assert said(city, DISCLOSE, subject=uuid4(), forged=FORGED) == TRUE_NAME


def test_nobody_discloses_anothers_thing(city: City, owner: psycopg.Connection) -> None:
    """Else a word of theirs would stand on the public page of the other's plan, draw or result."""
    for kind in ("plan", "draw", "result"):
        found = owner.execute("SELECT subject_id FROM disclosure WHERE kind = %s LIMIT 1", (kind,)).fetchone()
        assert found is not None
        assert (
            refused(city, DISCLOSE.replace("'plan'", f"'{kind}'"), subject=found[0], forged=FORGED) == "42501"
        )


def test_the_place_of_anothers_draw_is_not_taken(city: City) -> None:
    """One going-on draw a line: who took the line of another would keep it from drawing."""
    draw = (
        "INSERT INTO draw (tenant_id, campaign_id, line, seq, number, title, created_at, created_by)"
        " VALUES (:me, :thing, '990100-SCJG-2099-01', 1, 'X', 'X', now(), 'X') RETURNING id"
    )
    campaign = (
        "INSERT INTO campaign (tenant_id, number, code, name, year, joint, conditions, rates, starts_on, ends_on,"
        " answer_due, created_at) VALUES (:me, 'X', '990100-SCJG-2099-01', 'X', 2099, true, '{}', '{}',"
        " '2099-01-01', '2099-02-01', '2099-01-01', now()) RETURNING id"
    )
    for statement in (draw, campaign):
        assert refused(city, statement, thing=uuid4()) == "42501"
        assert isinstance(said(city, statement, "SCJG", thing=uuid4()), UUID)


@pytest.mark.committed("the job is seen by connections of their own")
def test_the_progress_of_anothers_job_is_not_written(city: City, owner: psycopg.Connection) -> None:
    """A row in its place would have kept the job from telling how far it is, and so from ending."""
    progress = "INSERT INTO job_progress (job_id, tenant_id, at) VALUES (:job, :me, now()) RETURNING job_id"
    made = owner.execute(
        "INSERT INTO job (tenant_id, sender_id, actor_name, name, payload, not_before, created_at)"
        " VALUES (%s, %s, '', 'credit.send_export', '{}', now(), now()) RETURNING id",
        (city.bureaus["SCJG"], city.bureaus["SCJG"]),
    ).fetchone()
    assert made is not None
    assert refused(city, progress, job=made[0]) == "23503"
    assert said(city, progress, "SCJG", job=made[0]) == made[0]
    owner.execute("DELETE FROM job WHERE id = %s", made)


def test_nobody_is_on_a_visit_without_a_part_in_the_campaign(city: City, owner: psycopg.Connection) -> None:
    """R-J5: the lead invites to the campaign; it does not put bureaus on its visits that were never in it."""
    party = (
        "INSERT INTO visit_party (tenant_id, visit_id, bureau_id, bureau_name, list_name, position)"
        " VALUES (:me, :visit, :bureau, 'X', 'X', 99) RETURNING id"
    )
    found = owner.execute(
        "SELECT id FROM visit WHERE tenant_id = %s LIMIT 1", (city.bureaus["SCJG"],)
    ).fetchone()
    assert found is not None
    assert refused(city, party, "SCJG", visit=found[0], bureau=city.bureaus["XSCJG"]) == "42501"


@pytest.mark.parametrize(
    "place",
    ["premises tenant_id", "premises entity_id", "licence tenant_id", "licence entity_id", "entity kept_by"],
)
def test_who_entered_a_thing_of_the_register_is_not_rewritten(city: City, place: str) -> None:
    """A keeper could have had it say that another bureau had entered it, or hang it on another firm."""
    table, column = place.split()
    change = f"UPDATE {table} SET {column} = :victim RETURNING id"
    assert refused(city, change, "SCJG", victim=city.bureaus["SFJ"]) == "42501"
