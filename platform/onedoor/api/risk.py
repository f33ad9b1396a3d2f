"""Writing a bureau's scale of risk and its factors over the interface, and computing the levels by them (R-O4)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api import jobs
from onedoor.api.blueprints import looked_up
from onedoor.api.items.vocabularies import FactorOut, RiskOut, risk_told
from onedoor.api.items.vocabularies import blp as blp
from onedoor.api.jobs import JobOut
from onedoor.api.targets.selection import ConditionsSchema
from onedoor.edge.guard import allow
from onedoor.targets import queries, service
from onedoor.targets.models import RiskFactor
from onedoor.targets.rules.risk import written
from tenants.rules import Permission


class LevelIn(Schema):
    """A level, from so many points on."""

    name = fields.String(required=True, validate=validate.Regexp(r"[^\s\x00-\x1f\x7f]{1,10}\Z"))
    least = fields.Integer(
        required=True, strict=True, attribute="from", data_key="from", validate=validate.Range(0, 100_000)
    )


class ScaleIn(Schema):
    """The scale as it is to be, whole: the lowest level is from 0."""

    levels = fields.List(fields.Nested(LevelIn), required=True, validate=validate.Length(2, 8))


class FactorConditionsSchema(ConditionsSchema):
    """Whom a factor concerns: as of a rule of selection, but for the level that the factors make."""

    class Meta:
        exclude = ("risk",)


class FactorIn(Schema):
    """A factor as it is to be, whole."""

    name = fields.String(required=True, validate=validate.Length(1, 40))
    points = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))
    conditions = fields.Nested(FactorConditionsSchema, required=True)


@blp.route("/risk", methods=["PUT"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(ScaleIn)
@blp.response(200, RiskOut)
def save_scale(given: dict[str, Any]) -> dict[str, Any]:
    """设定本单位的风险等级，整套写明；重新计算后生效"""
    service.save_scale(written(given["levels"]))
    return risk_told()


@blp.route("/risk/factors", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(FactorIn)
@blp.response(201, FactorOut)
def add_factor(given: dict[str, Any]) -> RiskFactor:
    """新增一个风险因素，重新计算后生效"""
    return service.save_factor(**given)


@blp.route("/risk/factors/<uuid:factor_id>")
@allow(Permission.BUREAU_READ)
@looked_up("factor", queries.risk_factor)
@blp.response(200, FactorOut)
def one_factor(factor: RiskFactor) -> RiskFactor:
    """一个风险因素"""
    return factor


@blp.route("/risk/factors/<uuid:factor_id>", methods=["PUT"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("factor", queries.risk_factor)
@blp.arguments(FactorIn)
@blp.response(200, FactorOut)
def change_factor(given: dict[str, Any], factor: RiskFactor) -> RiskFactor:
    """修改一个风险因素，整个写明"""
    return service.save_factor(**given, factor=factor)


@blp.route("/risk/factors/<uuid:factor_id>", methods=["DELETE"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("factor", queries.risk_factor)
@blp.response(204)
def delete_factor(factor: RiskFactor) -> None:
    """停用一个风险因素，重新计算后生效"""
    service.delete_factor(factor)


@blp.route("/risk/computations", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(202, JobOut)
def compute() -> dict[str, Any]:
    """在后台按现在的等级和因素重新计算；人工设定的等级不变"""
    return jobs.job_out(service.begin_computing())
