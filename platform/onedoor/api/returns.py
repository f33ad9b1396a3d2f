"""Returns over the interface: what a bureau has and received, each with its form, the words of its figures and the records behind them.

A bureau's own system begins a return, fills in what is typed, files it by a job and corrects what was filed (R-S1, R-S2); the figures
come of themselves, and the recipients answer under `/filings`.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api import jobs
from onedoor.api.blueprints import looked_up, room
from onedoor.api.jobs import JobOut
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.edge.guard import allow
from onedoor.kernel.errors import Forbidden, NotFound
from onedoor.statistics import queries, service
from onedoor.statistics.models import Return
from onedoor.statistics.rules.facts import FACTS
from onedoor.statistics.rules.figures import FIGURES
from onedoor.statistics.rules.members import value
from onedoor.statistics.rules.periods import Level, ReturnKind
from onedoor.statistics.rules.sheets import Section
from onedoor.statistics.rules.states import ReturnState
from onedoor.statistics.schemas import CorrectionSchema, StartSchema
from tenants.rules import Permission

blp = room("returns", "统计报表：表格、数字的含义和所依据的记录")
KINDS = [one.value for one in ReturnKind]


class ReturnArgs(PageArgs):
    """Which returns are asked for."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    year = fields.Integer(load_default=None, validate=validate.Range(2000, 2100))


class ReturnOut(Schema):
    """A return as its list shows it."""

    id = fields.UUID()
    tenant_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    level = fields.String(validate=validate.OneOf([one.value for one in Level]))
    year = fields.Integer()
    part = fields.String()
    version = fields.Integer()
    starts_on = fields.Date()
    ends_on = fields.Date()
    cutoff = fields.AwareDateTime()
    due_on = fields.Date()
    reason = fields.String()
    filed_at = fields.AwareDateTime(allow_none=True)


class ReturnPage(ListPage):
    """Some returns, and where the list goes on."""

    items = fields.List(fields.Nested(ReturnOut))


class ReturnCellOut(Schema):
    """A text, or the number of a figure by its key."""

    text = fields.String()
    number = fields.Integer(allow_none=True)
    figure = fields.String()


class ReturnRowOut(Schema):
    """A row; its key names it within the section."""

    key = fields.String()
    cells = fields.List(fields.Nested(ReturnCellOut))


class ReturnSectionOut(Schema):
    """A table of the form, its total the last row."""

    key = fields.String()
    title = fields.String()
    heads = fields.List(fields.String())
    rows = fields.List(fields.Nested(ReturnRowOut))
    note = fields.String()


class FigureWordsOut(Schema):
    """What a figure counts."""

    key = fields.String()
    head = fields.String()
    words = fields.String()


class ReturnFormOut(ReturnOut):
    """A return with its form."""

    state = fields.String(validate=validate.OneOf([one.value for one in ReturnState]))
    title = fields.String()
    facts = fields.Dict(keys=fields.String(), values=fields.String())
    sections = fields.List(fields.Nested(ReturnSectionOut))
    figures = fields.List(fields.Nested(FigureWordsOut))
    notes = fields.List(fields.String())


class ReturnStart(StartSchema):
    """Which return of which period; a place's own are the supervisor's, on pages."""

    class Meta:
        exclude = ("level",)


class ReturnFacts(Schema):
    """What is typed: the facts by their keys, who else receives it, up to when records count (null: as it is)."""

    facts = fields.Dict(
        keys=fields.String(
            validate=validate.OneOf(sorted({one.key for each in FACTS.values() for one in each}))
        ),
        values=fields.String(validate=validate.Length(max=10_000)),
        required=True,
    )
    recipients = fields.String(load_default="", validate=validate.Length(max=200))
    cutoff = fields.AwareDateTime(load_default=None, allow_none=True)


class FigureArgs(Schema):
    """Which figure of a form: its section, the row's key, the figure's key."""

    section = fields.String(required=True, validate=validate.Length(1, 200))
    row = fields.String(required=True, validate=validate.Length(1, 200))
    figure = fields.String(required=True, validate=validate.OneOf(sorted(FIGURES)))


class CountedRecordOut(Schema):
    """A record as the figure counted it."""

    id = fields.String()
    version = fields.String()
    name = fields.String()
    weight = fields.Integer()
    thing = fields.String()


class CountedFigureOut(Schema):
    """A figure with the records that come to it."""

    number = fields.Integer()
    words = fields.String()
    records = fields.List(fields.Nested(CountedRecordOut))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(ReturnArgs, location="query")
@blp.response(200, ReturnPage)
def returns(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的统计报表，每种每期的最新版本，最近的在前"""
    query = queries.returns.own_returns()
    for name in ("kind", "year"):
        if args[name]:
            query = query.where(getattr(Return, name) == args[name])
    return page_of(query, Return.id, args)


@blp.route("/", methods=["POST"])
@allow(Permission.FILING_SEND)
@blp.arguments(ReturnStart)
@blp.response(201, ReturnFormOut)
def start(given: dict[str, Any]) -> dict[str, Any]:
    """开始填报一份统计报表；已经开始的交还原来的一份，数字由系统汇总"""
    return _whole(service.start(level=Level.OWN.value, **given))


@blp.route("/<uuid:return_id>")
@allow(Permission.BUREAU_READ)
@looked_up("return", queries.returns.a_return)
@blp.response(200, ReturnFormOut)
def one_return(**found: Return) -> dict[str, Any]:
    """一份统计报表：表格、各项数字的含义、填写的内容和状态"""
    return _whole(found["return"])


@blp.route("/<uuid:return_id>", methods=["PUT"])
@allow(Permission.FILING_SEND)
@looked_up("return", queries.returns.own_return)
@blp.arguments(ReturnFacts)
@blp.response(200, ReturnFormOut)
def save(given: dict[str, Any], **found: Return) -> dict[str, Any]:
    """保存填写的内容、同时报送的单位和统计截止时间；已报送的不能改，请作更正"""
    return _whole(service.save(_own(found).id, given["facts"], given["recipients"], given["cutoff"]))


@blp.route("/<uuid:return_id>", methods=["DELETE"])
@allow(Permission.FILING_SEND)
@looked_up("return", queries.returns.own_return)
@blp.response(204)
def discard(**found: Return) -> None:
    """删除一份还没有报送的草稿"""
    service.discard(_own(found).id)


@blp.route("/<uuid:return_id>/filings", methods=["POST"])
@allow(Permission.FILING_SEND)
@looked_up("return", queries.returns.own_return)
@blp.response(202, JobOut)
def file(**found: Return) -> dict[str, Any]:
    """在后台报送：固定报表和每个数字所依据的记录，送交接收单位"""
    return jobs.job_out(service.ask_to_file(_own(found).id))


@blp.route("/<uuid:return_id>/corrections", methods=["POST"])
@allow(Permission.FILING_SEND)
@looked_up("return", queries.returns.own_return)
@blp.arguments(CorrectionSchema)
@blp.response(201, ReturnFormOut)
def correct(given: dict[str, Any], **found: Return) -> dict[str, Any]:
    """更正已经报送的一份：写明理由，得到它的下一版本"""
    return _whole(service.correct(_own(found).id, given["reason"]))


def _own(found: dict[str, Return]) -> Return:
    """A bureau's own return: a place's is the supervisor's, who fills it in on pages."""
    made = found["return"]
    if made.level != Level.OWN.value:
        raise Forbidden("您没有填报这份报表的权限，请由有权限的人员办理。")
    return made


def _whole(made: Return) -> dict[str, Any]:
    sheet = queries.forms.sheet_of(made)
    return {
        **{name: getattr(made, name) for name in ReturnOut().fields},
        "state": queries.returns.state(made).value,
        "title": sheet.title,
        "facts": made.facts,
        "sections": [_section(one) for one in sheet.sections],
        "figures": [FIGURES[key] for key in sheet.figures()],
        "notes": list(sheet.notes),
    }


@blp.route("/<uuid:return_id>/records")
@allow(Permission.BUREAU_READ)
@looked_up("return", queries.returns.a_return)
@blp.arguments(FigureArgs, location="query")
@blp.response(200, CountedFigureOut)
def records(args: dict[str, Any], **found: Return) -> dict[str, Any]:
    """一项数字所依据的全部记录，报送后固定不变"""
    made = found["return"]
    cell = queries.forms.sheet_of(made).cell(args["section"], args["row"], args["figure"])
    if cell is None:
        raise NotFound("没有找到这项数字，它可能不在这份报表里。")
    members = queries.frozen.members(made, cell)
    return {
        "number": value(members),
        "words": FIGURES[cell.figure].words,
        "records": [one._asdict() for one in members],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "heads": section.heads,
        "rows": list(section.all_rows()),
        "note": section.note,
    }
