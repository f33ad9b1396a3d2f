"""Bringing in a clerk's file: kept at once, loaded by a background job (R-L11)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from onedoor.kernel import audit, files, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import Column, SourceTable, check_table, read_table
from onedoor.registry import queries
from onedoor.registry.models import Import
from onedoor.registry.policies import UPLOAD
from onedoor.registry.rules import entities as entity_rows
from onedoor.registry.rules import inspectors as inspector_rows
from onedoor.registry.rules import items as item_rows
from onedoor.registry.service.load_entities import load_entities
from onedoor.registry.service.load_inspectors import load_inspectors
from onedoor.registry.service.load_items import load_items
from onedoor.registry.service.told import Told

Progress = Callable[..., None]
Loader = Callable[[SourceTable, Import, Told, Progress], dict[str, Any]]

KINDS: dict[str, tuple[str, JobName, tuple[Column, ...], Loader]] = {
    "entities": ("经营主体", JobName.IMPORT_ENTITIES, entity_rows.COLUMNS, load_entities),
    "items": ("检查事项", JobName.IMPORT_ITEMS, item_rows.COLUMNS, load_items),
    "inspectors": ("执法人员", JobName.IMPORT_INSPECTORS, inspector_rows.COLUMNS, load_inspectors),
}
MODES = ("good", "all", "check")


def begin_import(kind: str, given_name: str | None, content: bytes, mode: str = "good") -> Import:
    """Keep the file and ask for its loading; `mode` good, all or check.

    Raises ClerkError, one sentence, for a file that no job could read.
    """
    title, job_name, columns, _ = KINDS[kind]
    if mode not in MODES:
        raise ClerkError("请选择导入方式。", fields={"mode": ["请从所列选项中选择。"]})
    if kind == "entities" and not queries.my_entity_kinds():
        raise ClerkError("经营主体名录由市场监管、民政等登记部门维护，本单位不能导入。")
    check_table(content, columns)
    file_name = files.plain_name(given_name)
    # Clerks' files hold identity numbers and phones (R-T7).
    file_id = new_id()
    sealed = UPLOAD.seal(file_id, base64.b64encode(content).decode())
    stored = files.keep(file_name, sealed, "application/octet-stream", file_id=file_id)
    run = Import(
        id=new_id(),
        tenant_id=stored.tenant_id,
        kind=kind,
        mode=mode,
        file_id=stored.id,
        file_name=file_name,
        actor_name=current_scope().actor_name,
        created_at=now(),
    )
    db.session.add(run)
    db.session.flush()
    payload = {"import_id": str(run.id)}
    jobs.enqueue(
        job_name,
        payload,
        title=Sentence("导入%(title)s：%(file)s", title=Sentence(title), file=file_name),
        subject=("import", run.id),
    )
    return run


def run_import(import_id: UUID, progress: Progress) -> dict[str, Any]:
    """Load the file in this transaction; returns the counts. Loading it again changes nothing."""
    run = queries.import_run(import_id)
    _, _, columns, load = KINDS[run.kind]
    stored = files.get(run.file_id)
    told = Told(run)
    content = base64.b64decode(UPLOAD.open(stored.id, stored.content))
    outcome = load(read_table(content, columns), run, told, progress)
    if not outcome["rows"]:
        raise ClerkError("表格里只有表头，没有数据，请补充后重新上传。")
    told.save()
    run.outcome = outcome = {**outcome, "rejected": told.rejected, "remarks": told.remarks}
    run.finished_at = now()
    audit.record(
        f"registry.{run.kind}.import",
        ("import", run.id),
        run.file_name,
        after={**outcome, "digest": hashlib.sha256(content).hexdigest()},
    )
    db.session.flush()
    return outcome
