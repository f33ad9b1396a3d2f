"""What the owner has not published, of every kind that it also publishes: drafts, ended and future disclosures."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg

from tests.adversary.actors import copy_row


def make(behind: psycopg.Connection, owner: UUID) -> dict[str, str]:
    """Make one of each; returns ids by name."""
    made = {
        name: str(uuid4())
        for name in ("plan", "line", "item", "rulebook", "draw", "ended", "future", "subject")
    }
    mine = f"t.tenant_id = '{owner}'"
    draft = {"state": "draft"}
    plan = {"id": made["plan"], "version": 97, "series_id": made["plan"]}
    copy_row(behind, "plan", mine, {**draft, **plan})
    copy_row(behind, "plan_line", mine, {"id": made["line"], "plan_id": made["plan"], "code": "HIDDEN-1"})
    copy_row(behind, "item", mine, {**draft, "id": made["item"], "number": "HIDDEN-1"})
    copy_row(behind, "rulebook", mine, {**draft, "id": made["rulebook"], "version": 97})
    unopened = {
        "line": "HIDDEN-1",
        "number": "HIDDEN-1",
        "state": "frozen",
        "opened_at": None,
        "watchable": False,
    }
    copy_row(
        behind,
        "draw",
        mine,
        {"id": made["draw"], **unopened, "plan_digest": None, "campaign_id": str(uuid4())},
    )
    over = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    later = {"since": "2099-01-01T00:00:00Z", "until": None}
    for name, days in (("ended", over), ("future", later)):
        copy_row(
            behind,
            "disclosure",
            mine,
            {"id": made[name], "subject_id": made["subject"], "version": 90 + len(name), **days},
        )
    # The hall of the draw that is published stands open, as its lead may choose.
    behind.execute(
        "UPDATE draw SET watchable = true WHERE id IN (SELECT subject_id FROM disclosure WHERE kind = 'draw')"
    )
    return made
