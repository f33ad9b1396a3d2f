"""Entering a check that was made outside the platform, with its cause, and correcting it with the reason (R-V9, 001 §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.ledger import queries
from onedoor.ledger.models import OutsideCheck, OutsideCorrection
from onedoor.ledger.rules.lines import is_entered
from onedoor.ledger.rules.origins import CAUSE_NAMES, Cause, Registration
from onedoor.plans.service.cap_ledger import OutsideEntry, post_outside, take_back_outside
from onedoor.visits.rules.kinds import Kind, Source
from onedoor.visits.rules.results import Method, Result, checked_whole

FILL = N_("请填写此项。")


@dataclass(frozen=True)
class Outside:
    """What a clerk says of such a check, as `schemas.OutsideSchema` loads it."""

    kind: str
    source: str
    entity_code: str
    checked_on: date
    inspectors: Sequence[str]
    matters: Sequence[str]
    methods: Sequence[str]
    results: Sequence[str]
    cause: str
    cause_note: str
    measures: str = ""
    supervision: str = ""
    number: str = ""
    key: str = ""


def enter_outside(given: Outside) -> OutsideCheck:
    """Enter it; the same key again is the same check. Raises `ClerkError` with the sentences beside the fields."""
    there = queries.with_key(given.key) if given.key else None
    if there is not None:
        return _same(there, given)
    entity = _checked(given)
    check = _new(given, entity)
    db.session.add(check)
    db.session.flush()
    _count(check)
    cause = Sentence(CAUSE_NAMES[Cause(given.cause)])
    text = Sentence("登记未通过平台的检查：%(name)s，原因：%(cause)s", name=check.entity_name, cause=cause)
    trace.step("visit", text, [check.id], link=f"/ledger/outside/{check.id}")
    after: dict[str, Any] = {"kind": check.kind, "source": check.source, "cause": check.cause}
    audit.record("ledger.outside.register", ("outside_check", check.id), check.entity_name, after=after)
    db.session.flush()
    return check


def correct_outside(check_id: UUID, given: Outside, reason: str, version: int) -> OutsideCheck:
    """Correct what was entered, with the reason; what stood there before stays beside it, and its counts follow.

    `version` is the one that was seen. Raises `Conflict` for what came with a file and for a correction made in between,
    `ClerkError` with the sentences beside the fields.
    """
    check = queries.outside_check(check_id, lock=True)
    if check.tenant_id != current_scope().tenant_id:
        raise NotFound()
    if check.origin != Registration.OUTSIDE.value:
        raise Conflict("原平台的检查随台账导入，请更正文件后重新导入。")
    there = queries.version_of(check.id)
    if version != there:
        raise Conflict("这次检查刚刚有人更正过，请刷新页面，核对后再更正。")
    if not reason.strip():
        raise ClerkError("请写明更正的理由。", fields={"reason": [N_("请写明更正的理由。")]})
    values = _values(given, _checked(given))
    changed = [name for name, value in values.items() if getattr(check, name) != value]
    if not changed:
        raise ClerkError("没有任何改动，请核对。")
    before = {name: _plain(getattr(check, name)) for name in changed}
    for name in changed:
        setattr(check, name, values[name])
    check.changed_at = now()
    after = {name: _plain(values[name]) for name in changed}
    correction = OutsideCorrection(
        id=new_id(),
        tenant_id=check.tenant_id,
        check_id=check.id,
        version=there + 1,
        reason=reason.strip(),
        before=before,
        after=after,
        corrected_at=now(),
        corrected_by=current_scope().actor_name,
    )
    db.session.add(correction)
    take_back_outside([check.id])
    _count(check)
    text = Sentence("更正平台外检查的登记：%(reason)s", reason=correction.reason)
    trace.step("visit", text, [check.id], link=f"/ledger/outside/{check.id}")
    subject = ("outside_check", check.id)
    audit.record("ledger.outside.correct", subject, check.entity_name, before=before, after=after)
    db.session.flush()
    return check


def _count(check: OutsideCheck) -> None:
    year = check.checked_on.year
    post_outside([OutsideEntry(check.id, check.entity_code, year, check.kind, check.entered)])


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | list | None) else str(value)


def _same(there: OutsideCheck, given: Outside) -> OutsideCheck:
    told = (given.kind, given.source, given.checked_on, normalise_code(given.entity_code))
    if (there.kind, there.source, there.checked_on, there.entity_code) != told:
        raise Conflict("这个编号（key）已经用于另一次检查，请换一个编号。")
    return there


def _checked(given: Outside) -> Entity:
    fields = {
        name: [FILL]
        for name, text in (("cause_note", given.cause_note), ("inspectors", "".join(given.inspectors)))
        if not text.strip()
    }
    for name in ("matters", "methods", "results"):
        if not any(one.strip() for one in getattr(given, name)):
            fields[name] = [FILL]
    if given.checked_on > today():
        fields["checked_on"] = [N_("检查日期不能晚于今天；还没有做的检查请在平台办理。")]
    if (given.source == Source.DRAW) != (given.kind == Kind.RANDOM):
        fields["source"] = [N_("随机检查的来源是随机抽取，其他类别的不是。")]
    if fields:
        raise ClerkError("这次检查还没有填完，或有几处需要修改。", fields=fields)
    checked_whole(given.results)
    try:
        return entity_queries.entity_by_code(given.entity_code)
    except NotFound as unknown:
        raise ClerkError(
            unknown.message, **unknown.params, fields={"entity_code": [N_("名录里没有这个代码，请核对。")]}
        ) from None


def _new(given: Outside, entity: Entity) -> OutsideCheck:
    scope, check_id = current_scope(), new_id()
    return OutsideCheck(
        id=check_id,
        tenant_id=scope.tenant_id,
        origin=Registration.OUTSIDE.value,
        key=given.key or check_id.hex,
        registered_at=now(),
        registered_by=scope.actor_name,
        changed_at=now(),
        **_values(given, entity),
    )


def _values(given: Outside, entity: Entity) -> dict[str, Any]:
    return {
        "cause": given.cause,
        "cause_note": given.cause_note.strip(),
        "kind": given.kind,
        "source": given.source,
        "number": given.number.strip(),
        "entity_id": entity.id,
        "entity_code": entity.code,
        "entity_name": entity.name,
        "checked_on": given.checked_on,
        "inspectors": _words(given.inspectors),
        "matters": _words(given.matters),
        "methods": [one.value for one in Method if one.value in given.methods],
        "measures": given.measures.strip(),
        "results": [one.value for one in Result if one.value in given.results],
        "supervision": given.supervision.strip(),
        "entered": is_entered(given.methods),
    }


def _words(given: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in given if one.strip()))
