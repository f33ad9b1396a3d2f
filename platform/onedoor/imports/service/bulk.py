"""One thing done to many records at once, as a job with a report of what was not done and why (pages.md, "List")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports import queries
from onedoor.imports.models import BulkRow, BulkRun
from onedoor.imports.service.bulk_actions import Action, Refused
from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, store_sentence

# By kind of record and name of the action.
ACTIONS: dict[str, Mapping[str, Action]] = {}
AT_ONCE = 500
# More are put down by the job, and not while somebody waits for the page.
MOST_IN_A_REQUEST = 10_000
# By a kind of record and how its list was narrowed, a select of their ids. Lists are the web's: it hands this down.
Choosing = Callable[[str, Mapping[str, Any]], sa.Select[Any]]
_choosing: dict[str, Choosing] = {}


def declare(actions: Mapping[str, Mapping[str, Action]]) -> None:
    """Make known what may be done to many of each kind of record; each room has its own."""
    ACTIONS.clear()
    ACTIONS.update(actions)


def choose_by(choosing: Choosing) -> None:
    """By what a job finds again whom a list's search and filters choose."""
    _choosing["lists"] = choosing


def begin_bulk(
    kind: str,
    action: str,
    params: Mapping[str, Any],
    keys: sa.Select[Any],
    *,
    count: int = 0,
    asked: Mapping[str, Any] | None = None,
) -> BulkRun:
    """Ask for an action on every record that `keys`, a select of ids of the bureau's own records, chooses now.

    They are put down at once: what a filter finds later is not meant. Of very many, `count`, that are chosen by how their
    list is narrowed, `asked`, the job does so before anything else, and does nothing if they are others in number by then.
    """
    scope = current_scope()
    assert scope.tenant_id is not None
    run = BulkRun(id=new_id(), tenant_id=scope.tenant_id, kind=kind, action=action, params=dict(params))
    run.total, run.asked_by, run.asked_at = 0, scope.actor_name, now()
    db.session.add(run)
    db.session.flush()
    if asked is not None and count > MOST_IN_A_REQUEST:
        run.asked, run.total = dict(asked), count
    else:
        run.total = _put_down(run, keys)
    if not run.total:
        raise Conflict("没有选中任何记录，请先选择。")
    title = Sentence(ACTIONS[kind][action].title)
    audit.record("registry.bulk.begin", ("bulk", run.id), str(title), after={**params, "total": run.total})
    jobs.enqueue(
        JobName.BULK_REGISTRY,
        {"run_id": str(run.id)},
        title=Sentence("批量办理：%(action)s（%(count)s 条）", action=title, count=run.total),
        subject=("bulk", run.id),
    )
    return run


def run_bulk(run_id: UUID, progress: Callable[..., None]) -> dict[str, Any]:
    """Do it, some hundred records at a time; returns how many it was done to and how many not."""
    run = queries.bulk.run(run_id)
    action = ACTIONS[run.kind][run.action]
    if run.asked is not None:
        progress(0, run.total, Sentence("正在记下所选的记录"))
        found = _put_down(run, _choosing["lists"](run.kind, run.asked))
        if found != run.total:
            raise Conflict(
                "现在共有 %(count)s 条，与确认时的 %(total)s 条不同，没有办理；请回到列表重新选择。",
                count=found,
                total=run.total,
            )
    seen, left_out, after = 0, 0, None
    progress(0, run.total)
    at_once = run.total if action.together else AT_ONCE
    while ids := queries.bulk.next_ids(run, after, at_once):
        refused = action.apply(ids, run.params)
        _note(run, refused, action)
        seen, left_out, after = seen + len(ids), left_out + len(refused), ids[-1]
        progress(seen, run.total)
    db.session.execute(sa.delete(BulkRow).where(BulkRow.run_id == run.id, BulkRow.reason.is_(None)))
    run.left_out, run.finished_at = left_out, now()
    counts = {"done": seen - left_out, "left_out": left_out}
    audit.record("registry.bulk.complete", ("bulk", run.id), action.title, after=counts)
    db.session.flush()
    return counts


def _put_down(run: BulkRun, keys: sa.Select[Any]) -> int:
    chosen = keys.subquery("chosen")
    given = sa.select(sa.literal(run.tenant_id, sa.Uuid), sa.literal(run.id, sa.Uuid), chosen.c[0])
    db.session.execute(
        sa.insert(BulkRow).from_select(["tenant_id", "run_id", "subject_id"], given, include_defaults=False)
    )
    put = sa.select(sa.func.count()).select_from(BulkRow).where(BulkRow.run_id == run.id)
    return db.session.scalar(put) or 0


def _note(run: BulkRun, refused: Refused, action: Action) -> None:
    if not refused:
        return
    names = action.names(list(refused))
    chosen = sa.select(BulkRow).where(BulkRow.run_id == run.id, BulkRow.subject_id.in_(refused))
    for row in db.session.scalars(chosen):
        error = refused[row.subject_id]
        row.name = names.get(row.subject_id, "")
        store_sentence(row, "reason", Sentence(error.message, **error.params))
    db.session.flush()
