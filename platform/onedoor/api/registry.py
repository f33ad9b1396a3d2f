"""Registry loads over the interface: hand a file in, ask how far it is, read what was wrong (R-L11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from onedoor.api.rooms import UPLOADS, room
from onedoor.edge.guard import allow
from onedoor.edge.limits import limiter
from onedoor.edge.sizes import takes_a_file
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import progress_of
from onedoor.registry import queries, service
from onedoor.registry.models import Import, ImportProblem, ImportRow
from onedoor.registry.schemas import LoadSchema, UploadSchema
from onedoor.registry.service.verdicts import COUNTED
from tenants.rules import Permission

blp = room("registry", "名录的导入")
KINDS = ("entities", "items", "inspectors")
MOST_PROBLEMS = 1_000


class FileIn(Schema):
    """The file of an upload."""

    file = Upload(required=True)


class OutcomeOut(Schema):
    """Counts of rows; `elsewhere` are valid rows that another bureau keeps, by its name.

    `written` says whether anything was; if not, `would` has what would become of the rows. `gone` stands in the
    register and not in the file.
    """

    rows = fields.Integer()
    valid = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    rejected = fields.Integer()
    remarks = fields.Integer()
    gone = fields.Integer()
    written = fields.Boolean()
    would = fields.Dict(keys=fields.String(), values=fields.Integer())
    elsewhere = fields.Dict(keys=fields.String(), values=fields.Integer())


class LoadOut(Schema):
    """One load: `state` is waiting, running, done or failed; `problem` says why it failed."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    mode = fields.String()
    file_name = fields.String()
    created_at = fields.AwareDateTime()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    problem = fields.String(allow_none=True)
    outcome = fields.Nested(OutcomeOut, allow_none=True)


class ProblemOut(Schema):
    """What was wrong in one row; `refused` rows are not loaded, others are with this remark."""

    row = fields.Integer(attribute="number")
    line = fields.Integer(
        allow_none=True, metadata={"description": "line of a text file where the row begins"}
    )
    column = fields.String()
    reason = fields.Function(lambda one: _(one.message) % one.params)
    refused = fields.Boolean(attribute="fatal")


class RowsIn(Schema):
    """Which rows."""

    verdict = fields.String(load_default="changed", validate=validate.OneOf(list(COUNTED.values())))


class RowOut(Schema):
    """What the load does, or would do, with one row; `changes` by field: `[before, after]`."""

    row = fields.Integer(attribute="number", allow_none=True)
    key = fields.String()
    name = fields.String()
    verdict = fields.String()
    changes = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)), allow_none=True
    )


@blp.route("/loads/<kind>", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(UploadSchema, location="query")
@blp.arguments(FileIn, location="files")
@blp.response(202, LoadOut)
def begin(args: dict[str, Any], files: dict[str, Any], kind: str) -> dict[str, Any]:
    """上传名录文件并开始导入：经营主体 entities、检查事项 items、执法人员 inspectors"""
    if kind not in KINDS:
        raise ClerkError("没有“%(kind)s”这种名录，可用 entities、items、inspectors。", kind=kind)
    sent = files["file"]
    run = service.begin_import(
        kind, sent.filename, sent.read(), args["mode"], columns=args["columns"], through="interface"
    )
    return _shown(run)


@blp.route("/loads/<uuid:load_id>")
@allow(Permission.REGISTRY_WRITE)
@blp.response(200, LoadOut)
def one_load(load_id: UUID) -> dict[str, Any]:
    """一次导入的进度和结果"""
    return _shown(queries.import_run(load_id))


@blp.route("/loads/<uuid:load_id>/problems")
@allow(Permission.REGISTRY_WRITE)
@blp.response(200, ProblemOut(many=True))
def load_problems(load_id: UUID) -> list[ImportProblem]:
    """逐行问题，按行号排列，最多一千条"""
    run = queries.import_run(load_id)
    query = queries.problems(run.id).order_by(ImportProblem.number, ImportProblem.id).limit(MOST_PROBLEMS)
    return list(db.session.scalars(query))


@blp.route("/loads/<uuid:load_id>/rows")
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(RowsIn, location="query")
@blp.response(200, RowOut(many=True))
def load_rows(args: dict[str, Any], load_id: UUID) -> list[ImportRow]:
    """逐行结果：新增、更新（逐个字段）、没有变化、文件里没有，最多一千条"""
    run = queries.import_run(load_id)
    query = queries.rows(run.id).where(ImportRow.verdict == args["verdict"])
    return list(db.session.scalars(query.order_by(ImportRow.number, ImportRow.id).limit(MOST_PROBLEMS)))


@blp.route("/loads/<uuid:load_id>/load", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(LoadSchema, location="query")
@blp.response(202, LoadOut)
def load(args: dict[str, Any], load_id: UUID) -> dict[str, Any]:
    """把核对过的文件导入：没有问题的行 good，或全部没有问题才导入 all"""
    run = queries.import_run(load_id)
    service.begin_load(run, args["mode"])
    return _shown(run)


def _shown(run: Import) -> dict[str, Any]:
    job = queries.import_of_job(run)
    assert job is not None
    progress = progress_of([job.id]).get(job.id)
    return {
        **{name: getattr(run, name) for name in ("id", "kind", "mode", "file_name", "created_at", "outcome")},
        "state": job.state,
        "problem": job.problem,
        "done": progress.done if progress else 0,
        "total": progress.total if progress else None,
    }
