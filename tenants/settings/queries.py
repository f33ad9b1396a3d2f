"""Reads of what places decided: in force, before, and to come."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants
from tenants.models import Bureau, Jurisdiction, JurisdictionSetting, SettingProposal
from tenants.rules import SettingProposalState
from tenants.settings.declaration import SETTINGS
from tenants.settings.values import value


def history(key: str, place: str) -> list[JurisdictionSetting]:
    """What that place decided on a setting, the latest first."""
    query = sa.select(JurisdictionSetting).where(
        JurisdictionSetting.key == key, JurisdictionSetting.jurisdiction_code == place
    )
    return list(db.session.scalars(query.order_by(JurisdictionSetting.since.desc())))


def decisions(key: str) -> list[JurisdictionSetting]:
    """What every place decided on a setting, the latest first."""
    query = sa.select(JurisdictionSetting).where(JurisdictionSetting.key == key)
    latest = query.order_by(JurisdictionSetting.since.desc(), JurisdictionSetting.jurisdiction_code)
    return list(db.session.scalars(latest))


def in_force(place: str, on: date | None = None) -> list[tuple[Any, Any, JurisdictionSetting | None]]:
    """Every declared setting with its value at a place and the decision it comes from, None for the rules' default."""
    line = line_up(place)
    rows = db.session.scalars(
        sa.select(JurisdictionSetting)
        .where(JurisdictionSetting.jurisdiction_code.in_(line), JurisdictionSetting.since <= (on or today()))
        .order_by(JurisdictionSetting.since)
    )
    found: dict[str, JurisdictionSetting] = {}
    for row in sorted(rows, key=lambda one: -line.index(one.jurisdiction_code)):
        found[row.key] = row
    return [
        (one, found[one.key].value["value"] if one.key in found else one.default, found.get(one.key))
        for one in SETTINGS
    ]


def values_under(key: str, place: str, on: date) -> dict[str, Any]:
    """The value at a place and at each below it on a day."""
    return {code: value(key, on=on, place=code) for code in places_below(place)}


def places_below(place: str) -> dict[str, Jurisdiction]:
    """The place and all below it, by code."""
    codes = set(tenants.places_under(place))
    return {one.code: one for one in tenants.places() if one.code in codes}


def places_with_own(key: str, on: date) -> set[str]:
    """The places that decided on a setting themselves by a day."""
    query = sa.select(JurisdictionSetting.jurisdiction_code).where(
        JurisdictionSetting.key == key, JurisdictionSetting.since <= on
    )
    return set(db.session.scalars(query))


def nearest(place: str, among: set[str], top: str) -> str | None:
    """The first of `among` on the way up from a place to `top`, without it."""
    for code in line_up(place):
        if code == top:
            return None
        if code in among:
            return code
    return None


def proposals(*, waiting: bool = False) -> list[tuple[SettingProposal, str]]:
    """What supervisors propose with the bureau's name, the newest first: a bureau its own, the operator all."""
    query = sa.select(SettingProposal, Bureau.name).join(Bureau, Bureau.id == SettingProposal.tenant_id)
    if waiting:
        query = query.where(SettingProposal.state == SettingProposalState.WAITING)
    return [
        (row[0], row[1]) for row in db.session.execute(query.order_by(SettingProposal.proposed_at.desc()))
    ]


def supervised_places() -> list[Jurisdiction]:
    """The places of the current bureau's grants and all below them (R-T3)."""
    codes = set(db.session.scalars(sa.text("SELECT supervised_places()")))
    return [one for one in tenants.places() if one.code in codes]


def my_place() -> str:
    """The place of the current scope's bureau."""
    return str(db.session.get_one(Bureau, current_scope().tenant_id).jurisdiction_code)


def line_up(place: str) -> list[str]:
    """A place and those above it, itself first."""
    parents = {one.code: one.parent_code for one in tenants.places()}
    line: list[str] = []
    up: str | None = place
    while up is not None:
        line.append(up)
        up = parents.get(up)
    return line
