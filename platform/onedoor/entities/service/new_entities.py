"""Somebody new in the register by hand (R-T4): by the keeper at once, by any other bureau as a proposal to the keeper.

What is filled in is read as a row of a file is (`rules.entities`), so that both ways have one set of rules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.entities import queries
from onedoor.entities.models import Correction, Entity
from onedoor.entities.queries.corrections import corrections_to_be_answered, keeper_of_kind
from onedoor.entities.queries.entities import bearer_of, known_by_code
from onedoor.entities.rules.corrections import ADDED
from onedoor.entities.rules.entity_rows import (
    CODE,
    EXACT_PLACE,
    FIELDS,
    NAME,
    REGISTRATION,
    EntityRow,
    Place,
    read_entity,
)
from onedoor.entities.rules.quality import likeness_of
from onedoor.entities.service.change_source import change_source
from onedoor.entities.service.load_entities import places_of_mine
from onedoor.entities.service.proposals import propose
from onedoor.entities.service.provisional_numbers import with_numbers
from onedoor.imports.rules.rows import read_day
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import KIND_NAMES, EntityKind, entity_kind
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.spreadsheets import SourceRow
from onedoor.kernel.text.unicode import normal
from tenants import queries as tenants

# The field of the form by the column of a file.
FORM = {
    NAME: "name",
    CODE: "code",
    REGISTRATION: "registration_number",
    EXACT_PLACE: "jurisdiction_code",
    **FIELDS,
}
_WRITTEN = (
    "code", "name", "kind", "jurisdiction_code", "sort_key", "initials", "registered_on", "entity_type",
    "capital", "scope", "province", "region", "address", "industry", "status",
)  # fmt: skip
# So many that look alike are shown.
MOST_ALIKE = 10
_LOOKED_AT = 200


class Alike(NamedTuple):
    """An entity that may be the same: `why` is name, address, or code (it bore the code before that was corrected)."""

    entity: Entity
    why: str


class Known(ClerkError):
    """The code is in the register already, as `entity`'s."""

    def __init__(self, entity: Entity) -> None:
        message = "这个代码已经登记，是“%(name)s”的，没有新增；要改登记信息的，请在它的页面更正。"
        super().__init__(message, name=entity.name, fields={"code": ["这个代码已经登记。"]})
        self.entity = entity


class Doubtful(ClerkError):
    """There are some that look like the same; `alike` are they. Who says that it is another may go on."""

    def __init__(self, alike: Sequence[Alike]) -> None:
        message = "名录里有看起来相同的主体，请先核对；确实是另一个的，勾选后再保存。"
        super().__init__(message, fields={"confirmed": ["请核对下面列出的主体。"]})
        self.alike = alike


def read_given(values: Mapping[str, str], kind: str = "") -> EntityRow:
    """What was filled in, by the form's fields. Raises ClerkError beside each field that is wrong."""
    cells = {column: values.get(field, "") for column, field in FORM.items()}
    row, reader = read_entity(SourceRow(1, None, cells), _places(values.get("jurisdiction_code", "")))
    wrong = {FORM.get(problem.column, ""): [str(problem.error)] for problem in reader.problems}
    wrong |= _wrong_day(values.get("registered_on", ""))
    if not wrong.get("code") and row is not None and kind:
        wrong = _wrong_kind(row.code, kind)
    if not values.get("jurisdiction_code", ""):
        wrong["jurisdiction_code"] = ["请选择所在地。"]
    if wrong:
        raise ClerkError("请按提示修改后再保存。", fields=wrong)
    assert row is not None
    if row.registered_on is not None:
        refuse_future(row.registered_on, "registered_on")
    return row


def _wrong_day(text: str) -> dict[str, list[str]]:
    """Of a file an unreadable day costs its cell; whoever types one in is asked for it."""
    try:
        if text.strip():
            read_day(normal("NFKC", text).strip())
    except ClerkError as error:
        return {"registered_on": [str(error)]}
    return {}


def refuse_future(day: date, field: str) -> None:
    """Nobody was founded tomorrow. A file's row is taken and the clerk told (`rules.doubts`); whoever types it in can look."""
    if day > today():
        raise ClerkError("成立日期不能晚于今天。", fields={field: ["成立日期不能晚于今天。"]})


def add_entity(
    values: Mapping[str, str], *, kind: str = "", confirmed: bool = False, proposal: Correction | None = None
) -> Entity:
    """Register somebody new. Raises Known for a code that is there, Doubtful unless it is `confirmed` that it is another."""
    row = read_given(values, kind)
    kind = str(kind or row.kind)
    if kind not in queries.my_entity_kinds():
        raise not_kept(kind, row.jurisdiction_code)
    (row,) = with_numbers([row])
    refuse_known(row)
    if not confirmed and (found := alike(row)):
        raise Doubtful(found)
    scope = current_scope()
    assert scope.tenant_id is not None
    given = {name: getattr(row, name) for name in _WRITTEN}
    made = Entity(
        id=new_id(), kept_by=scope.tenant_id, created_at=now(), updated_at=now(), **{**given, "kind": kind}
    )
    with change_source(proposal):
        try:
            with db.session.begin_nested():
                db.session.add(made)
        except IntegrityError:
            # A load brought it in this very moment.
            refuse_known(row)
            raise
    after = {name: str(given[name]) for name in ("code", "jurisdiction_code", "address") if given[name]}
    audit.record("registry.entity.add", ("entity", made.id), made.name, after=after)
    db.session.flush()
    return made


def propose_entity(values: Mapping[str, str], reason: str, evidence: str, *, kind: str = "") -> Correction:
    """Ask who keeps the kind to register somebody new. Raises Known for a code that is there."""
    row = read_given(values, kind)
    kind = str(kind or row.kind)
    if kind in queries.my_entity_kinds():
        raise ClerkError("本单位维护这类主体，请直接新增。")
    if not reason.strip():
        raise ClerkError("请写明理由。", fields={"reason": ["请写明理由。"]})
    if row.registration is not None:
        raise ClerkError(
            "没有统一社会信用代码的主体，暂用编号由登记部门给，请由其登记。",
            fields={"code": ["没有代码的由登记部门登记。"]},
        )
    refuse_known(row)
    keeper = keeper_of_kind(kind, row.jurisdiction_code)
    waiting = corrections_to_be_answered(ADDED)
    if any(given_of(one)["code"] == row.code for one in waiting):
        raise Conflict("本单位已经建议新增这个代码，还没有答复，请等答复后再提。")
    kept = {name: text.strip() for name, text in values.items() if name in FORM.values() and text.strip()}
    value = json.dumps({**kept, "code": row.code, "kind": kind}, ensure_ascii=False)
    return propose(row.name, keeper, ADDED, value, reason.strip(), evidence=evidence.strip())


def given_of(proposal: Correction) -> dict[str, str]:
    """What a proposal of somebody new says of them, by the form's fields."""
    found: dict[str, str] = json.loads(proposal.value)
    return found


def accept_entity(proposal: Correction, *, confirmed: bool) -> Entity:
    """Register whom another bureau proposed."""
    values = given_of(proposal)
    return add_entity(values, kind=values.get("kind", ""), confirmed=confirmed, proposal=proposal)


def alike_of(proposal: Correction) -> list[Alike]:
    """Those that look the same as whom a proposal names; none where what it says cannot be read any more."""
    values = given_of(proposal)
    try:
        return alike(read_given(values, values.get("kind", "")))
    except ClerkError:
        return []


def alike(row: EntityRow) -> list[Alike]:
    """Entities that may be the one of a row: by its name, by its address and name, or by a code they bore before."""
    found: dict[Any, Alike] = {}
    bearer = bearer_of(row.code)
    if bearer is not None:
        found[bearer.id] = Alike(bearer, "code")
    for words in (row.name, row.address):
        if len(words) < 2:
            continue
        sought = queries.matching(sa.select(Entity), words.replace(" ", "")[:100]).limit(_LOOKED_AT)
        for one in db.session.scalars(sought):
            why = likeness_of(row.name, row.address, one.name, one.address)
            if why is not None:
                found.setdefault(one.id, Alike(one, why))
    return list(found.values())[:MOST_ALIKE]


def refuse_known(row: EntityRow) -> None:
    """Raise Known for a code in the register."""
    locks.hold(f"entity {row.code}")
    known = known_by_code(row.code)
    if known is not None:
        raise Known(known)


def not_kept(kind: str, place: str) -> Forbidden:
    """The refusal of a kind that another bureau keeps, with whom to ask."""
    keeper = keeper_of_kind(kind, place)
    if keeper is None:
        return Forbidden("还没有单位维护%(kind)s，请联系平台管理员。", kind=KIND_NAMES[EntityKind(kind)])
    return Forbidden(
        "%(kind)s由%(keeper)s维护，本单位不能直接新增，可以向其建议新增。",
        kind=KIND_NAMES[EntityKind(kind)],
        keeper=keeper.name,
    )


def _wrong_kind(code: str, kind: str) -> dict[str, list[str]]:
    named = entity_kind(code)
    if kind not in KIND_NAMES:
        return {"kind": ["请从所列选项中选择。"]}
    if named in (EntityKind.OTHER, kind):
        return {}
    error = ClerkError(
        "统一社会信用代码以 %(prefix)s 开头的是%(kind)s，请核对代码或类型。",
        prefix=code[:2],
        kind=KIND_NAMES[named],
    )
    return {"kind": [str(error)]}


def _places(chosen: str) -> list[Place]:
    """The bureau's own places; a proposal may name any, and its keeper reads it with the place it names."""
    mine = places_of_mine()
    if not chosen or any(chosen in (one.code, one.name) for one in mine):
        return mine
    return mine + [Place(one.code, one.name, 0) for one in tenants.places() if chosen in (one.code, one.name)]
