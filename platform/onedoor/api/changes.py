"""What changed in the lists since a cursor, for a bureau's own systems that keep a copy (R-L11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import room
from onedoor.api.lists import rows
from onedoor.api.shapes import (
    CertificateOut,
    EntityOut,
    ExpertOut,
    InspectorOut,
    ItemOut,
    LicenceOut,
    PremisesOut,
    TagOut,
    TargetOut,
    with_code,
)
from onedoor.edge.guard import allow
from onedoor.entities.models import Entity
from onedoor.entities.queries import changes
from onedoor.imports.queries import change_feed
from onedoor.items.queries import changes as item_changes
from onedoor.officers.queries import changes as officer_changes
from onedoor.targets.queries import changes as target_changes
from tenants.rules import Permission

blp = room("changes", "名录的增量同步：先取全部，以后只取变化")


View = Callable[[dict[str, Any]], dict[str, Any]]


class ChangesIn(Schema):
    """From where: nothing for the whole list, then always `next` of the answer before."""

    after = fields.String(load_default="", validate=validate.Length(max=160))
    size = fields.Integer(load_default=500, validate=validate.Range(1, 1_000))


class _ChangeOut(Schema):
    """What became of it: present (of the whole list), added, changed or removed."""

    what = fields.String()
    at = fields.AwareDateTime()
    id = fields.UUID()


class EntityChangeOut(_ChangeOut):
    """What became of an entity: present (of the whole list), added, changed or removed; `entity` as it stands now, if it does."""

    code = fields.String(allow_none=True)
    entity = fields.Nested(EntityOut, allow_none=True)


class _BelongingChangeOut(_ChangeOut):
    """What became of what belongs to an entity."""

    entity_code = fields.String(allow_none=True)


class PremisesChangeOut(_BelongingChangeOut):
    """What became of a place; `premises` as it stands now, if it does."""

    premises = fields.Nested(PremisesOut, allow_none=True)


class LicenceChangeOut(_BelongingChangeOut):
    """What became of a licence; `licence` as it stands now, if it does."""

    licence = fields.Nested(LicenceOut, allow_none=True)


class TagChangeOut(_BelongingChangeOut):
    """What became of a tag on an entity; `tag` as it stands now, null if it was taken off."""

    tag = fields.Nested(TagOut, allow_none=True)


class ChangesPage(Schema):
    """A part of a feed."""

    next = fields.String(metadata={"description": "to be kept, and sent as `after` the next time"})
    more = fields.Boolean(
        metadata={"description": "whether there is more at once; otherwise ask again later"}
    )


class EntityChanges(ChangesPage):
    """Entities; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(EntityChangeOut))


class PremisesChanges(ChangesPage):
    """Places; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(PremisesChangeOut))


class LicenceChanges(ChangesPage):
    """Licences; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(LicenceChangeOut))


class TagChanges(ChangesPage):
    """Tags on entities: shared ones, and the bureau's own."""

    items = fields.List(fields.Nested(TagChangeOut))


class Targets(ChangesPage):
    """Objects of the library."""

    items = fields.List(fields.Nested(TargetOut))


class Items(ChangesPage):
    """Versions of items."""

    items = fields.List(fields.Nested(ItemOut))


class Inspectors(ChangesPage):
    """Officers."""

    items = fields.List(fields.Nested(InspectorOut))


class Experts(ChangesPage):
    """Experts and testing institutes."""

    items = fields.List(fields.Nested(ExpertOut))


class Certificates(ChangesPage):
    """Enforcement certificates."""

    items = fields.List(fields.Nested(CertificateOut))


def since(path: str, answer: type[ChangesPage]) -> Callable[[View], View]:
    """The address of a list that is read from a cursor on, by who reads the bureau's data."""

    def given(view: View) -> View:
        asked = blp.arguments(ChangesIn, location="query")(blp.response(200, answer)(view))
        read: View = blp.route(path)(allow(Permission.BUREAU_READ)(asked))
        return read

    return given


@since("/entities", EntityChanges)
def entities(args: dict[str, Any]) -> dict[str, Any]:
    """经营主体：先取全部，以后取新增、变更和撤销"""
    page = changes.entities(args["after"], args["size"])
    return page_told(page, [_entity(*row) for row in page.rows])


@since("/premises", PremisesChanges)
def premises(args: dict[str, Any]) -> dict[str, Any]:
    """经营场所：先取全部，以后取新增和变更"""
    return _belongings(changes.premises(args["after"], args["size"]), "premises")


@since("/licences", LicenceChanges)
def licences(args: dict[str, Any]) -> dict[str, Any]:
    """许可证：先取全部，以后取新增和变更"""
    return _belongings(changes.licences(args["after"], args["size"]), "licence")


@since("/tags", TagChanges)
def tags(args: dict[str, Any]) -> dict[str, Any]:
    """主体上的标签：共用的和本单位自用的；先取全部，以后取加上和取下的"""
    return _belongings(target_changes.tags(args["after"], args["size"]), "tag")


@since("/targets", Targets)
def targets(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的检查对象，包括已移出的"""
    page = target_changes.targets(args["after"], args["size"])
    return page_told(page, rows.targets(page.rows))


@since("/items", Items)
def items(args: dict[str, Any]) -> dict[str, Any]:
    """本单位公布过的检查事项，逐版"""
    page = item_changes.items(args["after"], args["size"])
    return page_told(page, rows.items(page.rows))


@since("/inspectors", Inspectors)
def inspectors(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的执法人员，包括已离库的；不含身份证号和手机号"""
    page = officer_changes.inspectors(args["after"], args["size"])
    return page_told(page, rows.inspectors(page.rows))


@since("/experts", Experts)
def experts(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的专家和检验检测机构，包括已离库的"""
    page = officer_changes.experts(args["after"], args["size"])
    return page_told(page, rows.experts(page.rows))


@since("/certificates", Certificates)
def certificates(args: dict[str, Any]) -> dict[str, Any]:
    """本单位可以选用的执法证件，由司法行政部门维护；包括停用的"""
    page = officer_changes.certificates(args["after"], args["size"])
    return page_told(page, page.rows)


def _entity(what: str, at: Any, entity_id: Any, entity: Entity | None, before: Any) -> dict[str, Any]:
    code = entity.code if entity is not None else (before or {}).get("code")
    return {"what": what, "at": at, "id": entity_id, "code": code, "entity": entity}


def _belongings(page: change_feed.Page, name: str) -> dict[str, Any]:
    return page_told(
        page,
        [
            {
                "what": what,
                "at": at,
                "id": part_id,
                "entity_code": code,
                name: None if one is None else with_code(one, code),
            }
            for what, at, part_id, code, one in page.rows
        ],
    )


def page_told(page: change_feed.Page, rows: list[Any]) -> dict[str, Any]:
    """A part of a feed as it is answered."""
    return {"items": rows, "next": page.following, "more": page.more}
