"""Chapter one: firms, items and officers come from clerks' files; each bureau chooses its targets by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.commands.demo import firms
from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.firms import NamedFile
from onedoor.entities.models import Entity
from onedoor.imports import queries as import_queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import, ImportProblem
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.officers import service as officer_service
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from tenants import approvals

OTHER_KEEPERS = ("MZJ", "SFJ", "SJJ")


@dataclass(frozen=True)
class Filled:
    """What the registry holds: entities in the register, rows refused, targets by bureau (letters)."""

    entities: int
    rejected: int
    targets: dict[str, int]


def fill(cast: Cast, given: NamedFile | None = None) -> Filled:
    """Everything a plan needs. `given` is a file to load firms from instead of the made-up ones.

    Raises ClerkError or `JobFailed`, one sentence each, when the file cannot be loaded.
    """
    rejected = _load_entities(cast, given)
    bureaus = {letters: cast.person(f"{letters.lower()}.planner").bureau_name for letters in firms.ITEMS}
    _bring_in(cast, "SFJ", "certificates", firms.certificates(bureaus))
    for letters in firms.ITEMS:
        _list_items(cast, letters)
        _list_officers(cast, letters)
    for letters in ("SCJG", "XFJY"):
        _write_rulebook(cast, letters)
    jobs = {letters: _choose_targets(cast, letters) for letters in firms.RULES}
    for letters, job_id in jobs.items():
        cast.finish(job_id, cast.bureaus[letters])
    with cast.acting("scjg.planner"):
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Entity)) or 0
    return Filled(count, rejected, {letters: _targets(cast, letters) for letters in firms.RULES})


def _load_entities(cast: Cast, given: NamedFile | None) -> int:
    if given is None:
        outcome = _bring_in(cast, "SCJG", "entities", firms.entities())
        _bring_in(cast, "MZJ", "entities", firms.social_organisations())
        _bring_in(cast, "SFJ", "entities", firms.law_firms())
        return int(outcome["rejected"])
    outcome = _bring_in(cast, "SCJG", "entities", given)
    for letters in OTHER_KEEPERS if outcome["elsewhere"] else ():
        # Other keepers' kinds stand in the same file: each loads its own of it (R-T4).
        _bring_in(cast, letters, "entities", given)
    return int(outcome["rejected"])


def _bring_in(cast: Cast, letters: str, kind: str, file: NamedFile) -> dict[str, Any]:
    """Hand a file in as the bureau's planner and wait for the job that loads it; returns its counts."""
    name, content = file
    with cast.acting(f"{letters.lower()}.planner"):
        try:
            run = import_service.begin_import(kind, name, content)
        except ClerkError as problem:
            raise ClerkError("%(name)s：%(problem)s", name=name, problem=str(problem)) from problem
        job = import_queries.import_of_job(run)
        assert job is not None
        job_id = job.id
    return cast.finish(job_id, cast.bureaus[letters]).outcome or {}


def _list_items(cast: Cast, letters: str) -> None:
    bureau = cast.person(f"{letters.lower()}.planner").bureau_name
    _bring_in(cast, letters, "items", firms.matters(letters, bureau))
    with cast.acting(f"{letters.lower()}.planner"):
        made = item_service.submit_list().id
    with cast.acting(f"{letters.lower()}.head") as head:
        waiting = approvals.waiting_for("items", made)
        assert waiting is not None
        item_service.decide_list(approvals.get(waiting.id), True, "同意公布", head.permissions)


def _list_officers(cast: Cast, letters: str) -> None:
    bureau = cast.person(f"{letters.lower()}.planner").bureau_name
    _bring_in(cast, letters, "inspectors", firms.officers(letters, bureau))
    admit_officers(cast, letters)
    with cast.acting(f"{letters.lower()}.planner"):
        officer_service.publish_library()


def admit_officers(cast: Cast, letters: str) -> None:
    """The head approves whoever is proposed for the library (R-L9)."""
    with cast.acting(f"{letters.lower()}.head") as head:
        for waiting in approvals.inbox(head.permissions):
            if waiting.kind == "inspectors":
                officer_service.decide_proposal(approvals.get(waiting.id), True, "同意", head.permissions)


def _write_rulebook(cast: Cast, letters: str) -> None:
    with cast.acting(f"{letters.lower()}.planner"):
        draft = item_service.save_rulebook(firms.RULEBOOK).id
    with cast.acting(f"{letters.lower()}.head"):
        item_service.publish_rulebook(item_queries.rulebook(draft))


def _choose_targets(cast: Cast, letters: str) -> UUID:
    with cast.acting(f"{letters.lower()}.planner"):
        for name, conditions in firms.RULES[letters]:
            target_service.save_rule(name, conditions)
        return target_service.begin_refresh().id


def _targets(cast: Cast, letters: str) -> int:
    with cast.acting(f"{letters.lower()}.planner"):
        count = target_queries.target_count()
        if count:
            target_service.publish_targets()
        return count


def refused_rows(cast: Cast, most: int = 20) -> list[str]:
    """What was wrong with which row of the register's file: row, column, reason; then how many more."""
    with cast.acting("scjg.planner"):
        query = (
            sa.select(ImportProblem)
            .join(Import, Import.id == ImportProblem.import_id)
            .where(Import.kind == "entities", ImportProblem.fatal)
            .order_by(ImportProblem.number, ImportProblem.id)
        )
        found = list(db.session.scalars(query))
        lines = [_sentence(one) for one in found[:most]]
    return [*lines, f"… {len(found) - most} more"] if len(found) > most else lines


def _sentence(problem: ImportProblem) -> str:
    reason = problem.message % problem.params if problem.params else problem.message
    return f"第 {problem.number} 行 {problem.column}：{reason}"
