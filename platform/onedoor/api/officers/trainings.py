"""Trainings and who took part (R-L13) over the interface."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.arguments import Part, orders
from onedoor.api.lists.rows import columns, unit_named, units
from onedoor.api.lists.search import Library, LibraryArgs, of_unit, page_of_library, until
from onedoor.edge.guard import allow
from onedoor.officers import queries, service
from onedoor.officers.models import Training
from onedoor.officers.queries.duties import places_of
from onedoor.officers.schemas.officers import TrainingSchema
from tenants.rules import Permission

blp = room("trainings", "培训和参加人员")
TRAININGS = Library(
    Training.id,
    (Training.title, Training.trainer, Training.place),
    {"held_on": Training.held_on, "hours": Training.hours},
    {
        "held_from": lambda query, day: query.where(Training.held_on >= day),
        "held_until": until(Training.held_on),
        "unit": of_unit(Training.unit_id),
    },
)


class TrainingsArgs(LibraryArgs):
    """Which trainings; words are looked for in title, trainer and place."""

    held_from = fields.Date(metadata={"description": "held on this day or later"})
    held_until = fields.Date(metadata={"description": "held on this day or earlier"})
    unit = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "kept by the unit of this name; `-`: by none, the whole bureau's (R-T5)"},
    )
    sort = fields.String(load_default="-held_on", validate=validate.OneOf(orders(TRAININGS.sorts)))


class TrainingIn(TrainingSchema):
    """A training as in its form; hours to a tenth. `unit` is the name of the unit that keeps it: null takes it from all
    units, left out it stays (R-T5)."""

    class Meta:
        """The unit is told by its name."""

        exclude = ("unit_id",)

    unit = fields.String(allow_none=True, validate=validate.Length(1, 100))
    # A number, as the document says it.
    hours = fields.Float(required=True, validate=validate.Range(0.1, 200))  # type: ignore[assignment]

    @post_load
    def to_a_tenth(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hours as they are kept."""
        data["hours"] = Decimal(str(round(data["hours"], 1)))
        return data


def _given(data: dict[str, Any]) -> dict[str, Any]:
    if "unit" not in data:
        return data
    name = data.pop("unit")
    return {**data, "unit_id": unit_named(name) if name else None}


class TrainingOut(Schema):
    """A training that was held: `hours` for each who came, `places` for those who were to come, `attended` of them."""

    id = fields.UUID()
    title = fields.String()
    held_on = fields.Date()
    hours = fields.Float()
    place = fields.String()
    trainer = fields.String()
    content = fields.String()
    unit = fields.String(allow_none=True, metadata={"description": "the unit that keeps it (R-T5)"})
    places = fields.Integer()
    attended = fields.Integer()
    noted_at = fields.AwareDateTime()
    noted_by = fields.String()


class PlaceOut(Schema):
    """An officer who was to come, and what an examination said of them."""

    inspector_id = fields.UUID()
    code = fields.String()
    name = fields.String()
    attended = fields.Boolean()
    result = fields.String()


class WholeTrainingOut(TrainingOut):
    """The same with everybody who was to come."""

    people = fields.List(fields.Nested(PlaceOut))


class TrainingPage(Part):
    """A page of trainings."""

    items = fields.List(fields.Nested(TrainingOut))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(TrainingsArgs, location="query")
@blp.response(200, TrainingPage)
def trainings(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的培训：搜索、筛选、排序、翻页"""
    page = page_of_library(queries.trainings(), TRAININGS, args)
    names = units()
    rows = [
        {
            **columns(row.Training),
            "unit": names.get(row.Training.unit_id),
            "places": row.places,
            "attended": row.attended,
        }
        for row in page.rows
    ]
    #: row.places, "attended": row.attended} for row in page.rows]
    return {"page": page, "items": rows}


@blp.route("/<uuid:training_id>")
@allow(Permission.BUREAU_READ)
@looked_up("training", queries.my_training)
@blp.response(200, WholeTrainingOut)
def one_training(training: Training) -> dict[str, Any]:
    """一次培训和参加人员"""
    return _whole(training)


@blp.route("/", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(TrainingIn)
@blp.response(201, WholeTrainingOut)
def add_training(given: dict[str, Any]) -> dict[str, Any]:
    """登记一次已举办的培训：invited 应到、attended 实到（执法人员的 id），results 每行一人的考核结果"""
    return _whole(service.save_training(None, _given(given)))


@blp.route("/<uuid:training_id>", methods=["PUT"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("training", queries.my_training)
@blp.arguments(TrainingIn)
@blp.response(200, WholeTrainingOut)
def change_training(given: dict[str, Any], training: Training) -> dict[str, Any]:
    """修改一次培训，整份写明"""
    return _whole(service.save_training(training, _given(given)))


def _whole(one: Training) -> dict[str, Any]:
    people = [
        {
            "inspector_id": officer.id,
            "code": officer.code,
            "name": officer.name,
            "attended": place.attended,
            "result": place.result,
        }
        for place, officer in places_of(one)
    ]
    counts = {"places": len(people), "attended": sum(bool(each["attended"]) for each in people)}
    return {**columns(one), **counts, "unit": units().get(one.unit_id), "people": people}
