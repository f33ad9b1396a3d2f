"""Credit over the interface: files, lists by their keepers, measures, classes taken in, repair, batches and receipts (R-O2 to R-O5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.credit import credit_file, queries, schemas, service
from onedoor.credit.classes import GRADES
from onedoor.credit.models import CreditListing, CreditMeasure, Export, RepairApplication
from onedoor.credit.service import measures
from onedoor.credit.service.listings import KINDS, bases, listed
from onedoor.edge.guard import allow
from onedoor.entities import queries as entities
from onedoor.entities.models import Entity
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants
from tenants.rules import Permission

blp = room("credit", "信用：档案、名单、措施、分类、修复、报送")
KIND: Any = {"validate": validate.OneOf(tuple(KINDS))}


class ListingOut(Schema):
    """An entry on a list: basis, papers and days; it holds while `exit_on` is null and `until` not over."""

    id = fields.UUID()
    entity_code = fields.String()
    entity_name = fields.String()
    kind = fields.String(**KIND)
    trade = fields.String()
    law = fields.String()
    paper = fields.String()
    told_on = fields.Date()
    told_how = fields.String()
    entered_on = fields.Date()
    until = fields.Date()
    exit_on = fields.Date(allow_none=True)
    exit_paper = fields.String(allow_none=True)
    keeper = fields.String()


class ListingPage(ListPage):
    """A page of them."""

    items = fields.List(fields.Nested(ListingOut))


class BasisOut(Schema):
    """On what law the caller's bureau may enter an entity on which list."""

    id = fields.UUID()
    kind = fields.String(**KIND)
    name = fields.String()
    law = fields.String()
    article = fields.String()
    trade = fields.String()
    most_days = fields.Integer(allow_none=True)


class BasesOut(Schema):
    """The bases a bureau may use."""

    bases = fields.List(fields.Nested(BasisOut))


class ListingIn(schemas.ListingSchema):
    """An entry to make, of the firm with this code."""

    entity_code = fields.String(required=True, validate=validate.Length(1, 18))


class CreditPublicOut(Schema):
    """Something public about an entity."""

    kind = fields.String(metadata={"description": "result or penalty"})
    bureau = fields.String()
    title = fields.String()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    content = fields.Dict(metadata={"description": "as it is public"})


class CreditClassOut(Schema):
    """A class of an entity from a day on, with the facts that made it, or the paper of the province."""

    grade = fields.String(validate=validate.OneOf(GRADES))
    since = fields.Date()
    until = fields.Date(allow_none=True)
    facts = fields.List(fields.String())
    source = fields.String(metadata={"description": "rule or province"})
    paper = fields.String()


class CreditFileOut(Schema):
    """The credit file of an entity, as every bureau reads it."""

    entity_code = fields.String()
    entity_name = fields.String()
    public = fields.List(fields.Nested(CreditPublicOut))
    listings = fields.List(fields.Nested(ListingOut))
    classes = fields.List(fields.Nested(CreditClassOut))


class CreditClassIn(schemas.ProvinceClassSchema):
    """The province's class of the firm with this code."""

    entity_code = fields.String(required=True, validate=validate.Length(1, 18))


class MeasureIn(schemas.MeasureSchema):
    """A measure to propose against the firm with this code."""

    entity_code = fields.String(required=True, validate=validate.Length(1, 18))


class MeasureAnswerOut(Schema):
    """One step of the bureau that applies it."""

    kind = fields.String(validate=validate.OneOf(tuple(measures.ANSWERS)))
    text = fields.String()
    paper = fields.String()
    on = fields.Date()
    until = fields.Date(allow_none=True)
    at = fields.AwareDateTime()
    by = fields.String()


class MeasureOut(Schema):
    """A measure with its answers; `may_answer`: what the caller may say next."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(tuple(measures.KINDS)))
    entity_code = fields.String()
    entity_name = fields.String()
    sender = fields.String()
    receiver = fields.String()
    content = fields.String()
    law = fields.String()
    facts = fields.List(fields.String())
    sent_at = fields.AwareDateTime()
    answer_by = fields.Date(allow_none=True)
    answers = fields.List(fields.Nested(MeasureAnswerOut))
    may_answer = fields.List(fields.String())


class MeasurePage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(MeasureOut))


class RepairIn(schemas.RepairSchema):
    """A request for repair of what is public; `subject_id` names the record as disclosure does."""

    kind = fields.String(required=True, validate=validate.OneOf(("result", "penalty")))
    subject_id = fields.UUID(required=True)


class RepairOut(Schema):
    """A request for credit repair and its decision."""

    id = fields.UUID()
    kind = fields.String()
    subject_id = fields.UUID()
    entity_code = fields.String()
    entity_name = fields.String()
    title = fields.String()
    source = fields.String()
    applicant = fields.String()
    applied_on = fields.Date()
    state = fields.String(validate=validate.OneOf(("open", "granted", "refused")))
    due_on = fields.Date(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    decision = fields.String(allow_none=True)


class RepairPage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(RepairOut))


class ExportOut(Schema):
    """A batch for an outside platform and its receipts so far."""

    id = fields.UUID()
    number = fields.String()
    platform = fields.String()
    layout = fields.String()
    records = fields.Integer()
    accepted = fields.Integer()
    rejected = fields.Integer()
    open = fields.Integer()
    made_at = fields.AwareDateTime()
    sent_at = fields.AwareDateTime(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class ExportPage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(ExportOut))


def _entity_of(code: str) -> Entity:
    return entities.entity_by_code(code.strip().upper())


@blp.route("/files/<code>")
@allow(Permission.BUREAU_READ)
@blp.response(200, CreditFileOut)
def entity_file(code: str) -> dict[str, Any]:
    """一个主体的信用档案：各部门公示的结果和处罚、名单、分类；其他部门未公示的案件不在其中"""
    entity = _entity_of(code)
    file = credit_file.credit_file(entity)
    return {
        "entity_code": entity.code or "",
        "entity_name": entity.name,
        "public": [
            {
                "kind": one.kind,
                "bureau": one.bureau_name,
                "title": one.title,
                "since": one.since,
                "until": one.until,
                "content": one.content,
            }
            for one in file.public
        ],
        "listings": [_listing(one, entity) for one in file.listings],
        "classes": file.classes,
    }


@blp.route("/bases")
@allow(Permission.BUREAU_READ)
@blp.response(200, BasesOut)
def listing_bases() -> dict[str, Any]:
    """本单位可以用的列入依据；列入名单时写它的 id"""
    return {"bases": bases(mine=True)}


@blp.route("/listings")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, ListingPage)
def listings(args: dict[str, Any]) -> dict[str, Any]:
    """各部门的信用名单，最近列入的在前"""
    found = page_of(listed(), CreditListing.id, args)
    return {**found, "items": [_listing(row[0], row[1]) for row in found["items"]]}


@blp.route("/listings", methods=["POST"])
@allow(Permission.DISCLOSE)
@blp.arguments(ListingIn)
@blp.response(201, ListingOut)
def enter_listing(given: dict[str, Any]) -> dict[str, Any]:
    """把一个主体列入本单位管理的名单；列入以前须先告知当事人"""
    entity = _entity_of(given.pop("entity_code"))
    return _listing(service.list_entity(entity.id, given, "interface"), entity)


def _own_listing(listing_id: UUID) -> CreditListing:
    found = credit_file.listing(listing_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound()
    return found


@blp.route("/listings/<uuid:listing_id>/exit", methods=["POST"])
@allow(Permission.DISCLOSE)
@looked_up("listing", _own_listing)
@blp.arguments(schemas.ExitSchema)
@blp.response(200, ListingOut)
def exit_listing(given: dict[str, Any], listing: CreditListing) -> dict[str, Any]:
    """移出名单，写明移出决定的文号"""
    found = service.take_off_list(listing.id, given["exit_paper"], given["exit_on"])
    return _listing(found, entities.entity(found.entity_id))


@blp.route("/classes", methods=["POST"])
@allow(Permission.DISCLOSE)
@blp.arguments(CreditClassIn)
@blp.response(201, CreditClassOut)
def take_in_class(given: dict[str, Any]) -> Any:
    """接收上级评定的信用风险分类，写明评定日期和文件；由市场监督管理部门办理"""
    return service.take_in_class(_entity_of(given.pop("entity_code")).id, given)


@blp.route("/measures")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, MeasurePage)
def measure_list(args: dict[str, Any]) -> dict[str, Any]:
    """本单位建议的和送给本单位的联合惩戒、市场退出措施，最近的在前"""
    found = page_of(measures.measures().with_only_columns(CreditMeasure), CreditMeasure.id, args)
    return {**found, "items": [_measure(one) for one in found["items"]]}


@blp.route("/measures", methods=["POST"])
@allow(Permission.DISCLOSE)
@blp.arguments(MeasureIn)
@blp.response(201, MeasureOut)
def propose_measure(given: dict[str, Any]) -> dict[str, Any]:
    """从信用档案提出一项措施建议，送给采取措施的单位"""
    return _measure(service.propose_measure(_entity_of(given.pop("entity_code")).id, given))


@blp.route("/measures/<uuid:measure_id>/answers", methods=["POST"])
@allow(Permission.DISCLOSE)
@looked_up("measure", measures.measure)
@blp.arguments(schemas.MeasureAnswerSchema)
@blp.response(200, MeasureOut)
def answer_measure(given: dict[str, Any], measure: CreditMeasure) -> dict[str, Any]:
    """采取单位的下一步：已采取、未采取、已结束；可办的见 may_answer"""
    service.answer_measure(measure.id, given)
    return _measure(measure)


@blp.route("/repairs")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, RepairPage)
def repairs(args: dict[str, Any]) -> dict[str, Any]:
    """本单位受理的信用修复申请和决定，最近的在前"""
    return page_of(queries.repairs(), RepairApplication.id, args)


@blp.route("/repairs", methods=["POST"])
@allow(Permission.DISCLOSE)
@blp.arguments(RepairIn)
@blp.response(201, RepairOut)
def apply_for_repair(given: dict[str, Any]) -> Any:
    """受理一项信用修复申请（信用中国转来的 source 为 platform），由负责人决定"""
    public = queries.public_record(given.pop("kind"), given.pop("subject_id"))
    return service.apply_for_repair(public.id, given)


@blp.route("/exports")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, ExportPage)
def exports(args: dict[str, Any]) -> dict[str, Any]:
    """报送批次和对账：报送、接收、退回、尚缺回执，最近的在前"""
    found = page_of(queries.exports(), Export.id, args)
    rows = [
        {
            **columns(row[0]),
            "accepted": row[1],
            "rejected": row[2],
            "open": row[0].records - row[1] - row[2],
        }
        for row in found["items"]
    ]
    return {**found, "items": rows}


def _listing(one: CreditListing, entity: Entity) -> dict[str, Any]:
    keeper = tenants.bureau(one.tenant_id).name
    return {**columns(one), "entity_code": entity.code or "", "entity_name": entity.name, "keeper": keeper}


def _measure(one: CreditMeasure) -> dict[str, Any]:
    said = measures.answers(one.id)
    mine = one.receiver_id == current_scope().tenant_id
    return {
        **columns(one),
        "sender": tenants.bureau(one.tenant_id).name,
        "receiver": tenants.bureau(one.receiver_id).name,
        "answers": said,
        "may_answer": list(measures.NEXT[said[-1].kind if said else None]) if mine else [],
    }
