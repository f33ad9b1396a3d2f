"""What goes in and out of the interface where lists are brought in (R-L11)."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from onedoor.api.lists.paging import CursorArgs, ListPage
from onedoor.edge.declarations import LOAD_KINDS
from onedoor.edge.language import in_language
from onedoor.imports.rules.row_numbers import sheet_and_row
from onedoor.imports.schemas.imports import UploadSchema
from onedoor.imports.service.row_outcomes import COUNTED

# What may be brought in, by the word of the address, and what each is called.
KIND_WORDS = {name: kind.title for name, kind in LOAD_KINDS.items()}
KINDS = tuple(KIND_WORDS)
TOLD_KINDS = "、".join(f"{word} {kind}" for kind, word in KIND_WORDS.items())


class FileIn(Schema):
    """The file of an upload."""

    file = Upload(required=True)


class BeginIn(UploadSchema):
    """How a file is brought in; with `ask` one whose heads are not all known waits for its columns."""

    ask = fields.Boolean(load_default=False)


class ColumnsIn(Schema):
    """By our column the place in the file's header that stands for it, from 0; or other sheets of the workbook to ask about.

    `sheets` with the same heads are read as one table; `header_row` is the row of the first one's heads, as it numbers them.
    """

    sheet = fields.String(load_default=None, validate=validate.Length(1, 60))
    sheets = fields.List(
        fields.String(validate=validate.Length(0, 60)), load_default=list, validate=validate.Length(max=200)
    )
    header_row = fields.Integer(load_default=None, strict=True, validate=validate.Range(1, 1_048_576))
    places = fields.Dict(
        keys=fields.String(validate=validate.Length(max=100)),
        values=fields.Integer(strict=True, validate=validate.Range(0, 300)),
        load_default=dict,
        validate=validate.Length(max=100),
    )


class SeenColumnOut(Schema):
    """A column of the file: its place from 0, its head, and a few values (numbers of people masked)."""

    place = fields.Integer()
    head = fields.String()
    samples = fields.List(fields.String())


class SheetRowOut(Schema):
    """A row of a sheet as it numbers them (numbers of people masked)."""

    row = fields.Integer()
    cells = fields.List(fields.String())


class SheetPreviewOut(Schema):
    """The first rows of a sheet, and the row its heads are likely in."""

    sheet = fields.String()
    header_row = fields.Integer()
    hidden = fields.Boolean()
    rows = fields.List(fields.Nested(SheetRowOut))


class ColumnsOut(Schema):
    """The columns of the file, ours that they may be, those that must be there, and what was settled or is guessed.

    `sheet` is the sheet they are of, `sheets` all that are read with it, `others` those of the workbook that are not read;
    `header_row` is where the heads are, `previews` has the first rows of each sheet.
    """

    sheet = fields.String()
    sheets = fields.List(fields.String())
    header_row = fields.Integer()
    previews = fields.List(fields.Nested(SheetPreviewOut))
    others = fields.List(fields.String())
    columns = fields.List(fields.Nested(SeenColumnOut))
    known = fields.List(fields.String())
    required = fields.List(fields.String())
    places = fields.Dict(keys=fields.String(), values=fields.Integer())


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
    others = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Integer()),
        metadata={"description": "the first rows of each of `elsewhere`, as the file numbers them"},
    )
    relisted = fields.Integer(
        metadata={"description": "of entities in business again: libraries that list them again (R-L6)"}
    )
    leaving = fields.Integer(
        metadata={
            "description": "what leaves libraries by it, of all bureaus, or would (R-L6); of officers who would leave"
        }
    )
    halted = fields.Boolean(metadata={"description": "stopped before its end, and then taken back"})
    undone = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "of a load that was taken back: removed, restored, and left as they were"},
    )


class HaltedOut(Schema):
    """How far a load came that has stopped: `done` of `valid` rows were written or compared."""

    read = fields.Integer()
    rejected = fields.Integer()
    valid = fields.Integer()
    added = fields.Integer()
    changed = fields.Integer()
    done = fields.Integer()


class PassedOverOut(Schema):
    """How many rows, and the first of them."""

    count = fields.Integer()
    rows = fields.List(fields.String())


def _sheet(one: Any) -> str:
    return sheet_and_row(one.number, g.run.layout)[0] if one.number is not None else ""


def _row(one: Any) -> int | None:
    return sheet_and_row(one.number, g.run.layout)[1] if one.number is not None else None


class LoadOut(Schema):
    """One load: `state` is asked (its columns are to be settled), waiting, running, done or failed; `problem` says why.

    One that has `halted` goes on where it stopped (`go-on`), or what it wrote is taken back (`undo`).
    """

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    mode = fields.String()
    file_name = fields.String()
    created_at = fields.AwareDateTime()
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    problem = fields.String(allow_none=True)
    halted = fields.Nested(HaltedOut, allow_none=True)
    undone_at = fields.AwareDateTime(allow_none=True)
    continues = fields.UUID(
        allow_none=True, metadata={"description": "the load whose rows were mended in this file"}
    )
    continued_by = fields.List(
        fields.UUID(),
        metadata={"description": "where one load is read: those of files in which rows of it were mended"},
    )
    parts = fields.Integer(metadata={"description": "workbooks that the rows with something wrong fill"})
    sheets = fields.List(fields.String(), metadata={"description": "sheets that are read as one table"})
    unread_sheets = fields.List(fields.String())
    unread_columns = fields.List(fields.String())
    passed_over = fields.Dict(
        keys=fields.String(validate=validate.OneOf(["head", "section", "foot"])),
        values=fields.Nested(PassedOverOut),
        metadata={
            "description": "rows that are no entries: heads once more, titles of parts, the form's foot"
        },
    )
    outcome = fields.Nested(OutcomeOut, allow_none=True)


class ProblemOut(Schema):
    """What was wrong in one row; `refused` rows are not loaded, others are with this remark."""

    id = fields.UUID()
    row = fields.Function(_row, metadata={"type": "integer"})
    sheet = fields.Function(
        _sheet, metadata={"type": "string", "description": "the sheet, where several are read as one table"}
    )
    line = fields.Integer(
        allow_none=True, metadata={"description": "line of a text file where the row begins"}
    )
    name = fields.String(metadata={"description": "what the row is about, as it says itself"})
    column = fields.String()
    reason = fields.Function(lambda one: _(one.message) % one.params)
    refused = fields.Boolean(attribute="fatal")


class ProblemPage(ListPage):
    """Problems of a load by row."""

    items = fields.List(fields.Nested(ProblemOut))


class LoadPage(ListPage):
    """Loads of the bureau, the newest first; `next` is the `after` of the page below, null on the last one."""

    items = fields.List(fields.Nested(LoadOut))


class LoadPartArgs(CursorArgs):
    """What part of a load's rows is asked for, up to a thousand."""

    size = fields.Integer(load_default=1_000, validate=validate.Range(1, 1_000))


class RowsIn(LoadPartArgs):
    """Which rows."""

    verdict = fields.String(load_default="changed", validate=validate.OneOf(list(COUNTED.values())))


class HeldOut(Schema):
    """A record that stays as it is when the load is taken back, and why."""

    key = fields.String()
    name = fields.String()
    reason = fields.Function(lambda one: _(one.reason))


class UndoOut(Schema):
    """What taking the load back would do now: `refusal` says why it cannot be, `stays` how many records stay, `first` names
    a hundred of them."""

    refusal = fields.Function(lambda one: in_language(one["refusal"]) if one["refusal"] else None)
    stays = fields.Integer()
    first = fields.List(
        fields.Nested(HeldOut), metadata={"description": "the first hundred of those that stay"}
    )


class RemainderPage(ListPage):
    """What stayed when the load was taken back."""

    items = fields.List(fields.Nested(HeldOut))


class TemplateIn(Schema):
    """Of which list."""

    kind = fields.String(load_default="entities", validate=validate.OneOf(KINDS))


class WorkbookIn(Schema):
    """Only the rows with something wrong, 20,000 to a `part`; the whole file up to 50,000 rows; or what a `keeper` keeps.

    The latter is a bureau's name in the `elsewhere` of the outcome.
    """

    part = fields.Integer(load_default=1, strict=False, validate=validate.Range(1, 100))
    keeper = fields.String(load_default="", validate=validate.Length(max=100))
    rows = fields.String(load_default="wrong", validate=validate.OneOf(["wrong", "all"]))


class RowOut(Schema):
    """What the load does, or would do, with one row; `changes` by field: `[before, after]`."""

    id = fields.UUID()
    row = fields.Function(_row, metadata={"type": ["integer", "null"]})
    sheet = fields.Function(
        _sheet, metadata={"type": "string", "description": "the sheet, where several are read as one table"}
    )
    key = fields.String()
    name = fields.String()
    verdict = fields.String()
    changes = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)), allow_none=True
    )


class RowPage(ListPage):
    """Rows of a load in the file's order; what stands in no row of it last."""

    items = fields.List(fields.Nested(RowOut))
