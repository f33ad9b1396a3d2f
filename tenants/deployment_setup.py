"""How a deployment begins: its places, its bureaus and who supervises, entered at the command line.

Everything is in one transaction with its entry in the bureau's log (R-T6), in the operator's scope of that
bureau. The same again changes nothing; what differs is refused and named, never written over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from psycopg.errors import UniqueViolation
from sqlalchemy.exc import IntegrityError

from onedoor.kernel import audit, locks
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import DbRole, Scope, in_scope
from tenants import queries
from tenants.models import Bureau, Jurisdiction, SupervisionGrant

BY = "onedoor bureaus"
ORIGIN = "command"


class Refused(Exception):
    """What was asked for cannot be done as it is; one English sentence, as the commands speak."""


@dataclass(frozen=True)
class NewPlace:
    """A place that is not there yet; without `parent` only the first one."""

    code: str
    name: str
    level: str
    parent: str | None


@dataclass(frozen=True)
class NewBureau:
    """A bureau's columns as they are to be; `kinds` are the kinds of entity it keeps (R-T4)."""

    code: str
    name: str
    short_name: str
    abbreviation: str
    jurisdiction_code: str
    domain: str
    entity_kinds: tuple[str, ...]
    credit_code: str | None

    def columns(self) -> dict[str, Any]:
        """The row, but for its id."""
        return {**vars(self), "entity_kinds": sorted(self.entity_kinds)}


def at_command(role: DbRole, bureau_id: UUID | None = None, name: str = "", by: str = BY) -> Scope:
    """The command line's work, for the log of one bureau; `by` is the command."""
    return Scope(role, tenant_id=bureau_id, actor_name=by, bureau_name=name, origin=ORIGIN)


def find(code: str) -> Bureau:
    """The bureau with this code; raises `Refused`. Any scope."""
    found = db.session.scalar(sa.select(Bureau).where(Bureau.code == code))
    if found is None:
        raise Refused(f"There is no bureau {code}; `onedoor bureaus list` shows those there are.")
    return found


def add_bureau(wanted: NewBureau, place: NewPlace | None) -> bool:
    """Add a bureau, and its place if that is given and not there; returns whether anything was added."""
    with in_scope(at_command(DbRole.OPERATOR)):
        there = db.session.scalar(sa.select(Bureau).where(Bureau.code == wanted.code))
        if there is not None:
            _same(f"Bureau {there.code} is", _row(there, wanted), wanted.columns())
            _same_place(place)
            return False
    bureau_id = new_id()
    with in_scope(at_command(DbRole.OPERATOR, bureau_id, wanted.name)):
        # One after the other, so that two at once do not both find a kind without a keeper (R-T4).
        locks.hold("bureaus")
        _check_kinds(wanted)
        try:
            made = _settle(wanted.jurisdiction_code, place)
            db.session.add(Bureau(id=bureau_id, **wanted.columns()))
            db.session.flush()
        except IntegrityError as problem:
            if not isinstance(problem.orig, UniqueViolation):
                raise
            raise Refused(f"Bureau {wanted.code}, or its place, is being added by somebody else.") from None
        facts = wanted.columns() | ({"place": made} if made else {})
        audit.record("tenants.bureau.add", ("bureau", bureau_id), wanted.name, after=facts)
        db.session.commit()
    return True


def grant(code: str, place: str, domain: str, basis: str) -> bool:
    """Let a bureau supervise a place and all below it from today on (R-T3); returns whether that is new."""
    with in_scope(at_command(DbRole.OPERATOR)):
        found = find(code)
        scope = at_command(DbRole.OPERATOR, found.id, found.name)
    with in_scope(scope):
        # Locked, so that two at once do not both find nothing.
        bureau = db.session.get_one(Bureau, scope.tenant_id, with_for_update=True)
        if not bureau.active:
            raise Refused(f"Bureau {code} is closed.")
        if db.session.get(Jurisdiction, place) is None:
            raise Refused(f"There is no place {place}; it comes with the first bureau in it.")
        for there, _, _ in queries.grants(bureau.id):
            same = (there.jurisdiction_code, there.domain) == (place, domain)
            if same and (there.until is None or there.until >= today()):
                _same("The grant is", {"basis": there.basis}, {"basis": basis})
                return False
        made = SupervisionGrant(
            id=new_id(),
            bureau_id=bureau.id,
            jurisdiction_code=place,
            domain=domain,
            basis=basis,
            since=today(),
        )
        db.session.add(made)
        facts = {"place": place, "domain": domain, "basis": basis, "since": made.since.isoformat()}
        audit.record("tenants.grant.add", ("grant", made.id), bureau.name, after=facts)
        db.session.commit()
    return True


def _row(there: Bureau, wanted: NewBureau) -> dict[str, Any]:
    row = {name: getattr(there, name) for name in wanted.columns()}
    return {**row, "entity_kinds": sorted(there.entity_kinds)}


def _same(what: str, there: dict[str, Any], wanted: dict[str, Any]) -> None:
    said = [f"{name} {there[name]!r}, not {wanted[name]!r}" for name in wanted if there[name] != wanted[name]]
    if said:
        raise Refused(f"{what} there already with {'; '.join(said)}. Nothing was changed.")


def _same_place(place: NewPlace | None) -> None:
    there = db.session.get(Jurisdiction, place.code) if place else None
    if place is not None and there is not None:
        _same(
            f"Place {place.code} is",
            {"name": there.name, "level": there.level, "parent": there.parent_code},
            {"name": place.name, "level": place.level, "parent": place.parent},
        )


def _settle(code: str, place: NewPlace | None) -> dict[str, Any] | None:
    """The bureau's place is there, or is made now; returns what was made."""
    if db.session.get(Jurisdiction, code) is not None:
        _same_place(place)
        return None
    if place is None:
        raise Refused(f"There is no place {code}; give its name, level and parent with --place-name.")
    if place.parent is None and db.session.scalar(sa.select(sa.func.count()).select_from(Jurisdiction)):
        raise Refused(f"Place {code} needs --place-parent: only the first place has none above it.")
    if place.parent is not None and db.session.get(Jurisdiction, place.parent) is None:
        raise Refused(f"There is no place {place.parent} for {code} to be in.")
    db.session.add(
        Jurisdiction(code=place.code, parent_code=place.parent, name=place.name, level=place.level)
    )
    db.session.flush()
    return {**vars(place)}


def _check_kinds(wanted: NewBureau) -> None:
    """Base data has one owner (R-T4)."""
    for other in queries.bureaus():
        for kind in sorted({*wanted.entity_kinds} & {*other.entity_kinds}):
            raise Refused(f"Entities of kind {kind} are kept by {other.code} {other.name} already.")
