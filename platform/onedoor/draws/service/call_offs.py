"""Calling a drawn object off: nobody comes for it, or not for every list, and everybody reads why (R-D7, R-V9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from onedoor.draws.models import CallOff, Draw
from onedoor.draws.queries import ceremony
from onedoor.draws.queries.outcome import DrawnObject, lists_called_off, outcome
from onedoor.draws.service.changes import drawn
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.publication import publish
from onedoor.draws.source_strings import counted_in
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, store_sentence


def call_off(draw_id: UUID, objects: Mapping[str, Collection[str]], reason: str) -> list[CallOff]:
    """Keep that drawn objects are not visited for these lists, with the reason, in the lead's scope; the draw stays as it is.

    It stands in the log of all who take part, the supervisor among them, and beside the result where that is public: of
    any number the draw is published once. A list that was called off before, or for which another object came, is left
    alone. Raises ClerkError without a reason, `NotFound` for what the draw did not draw, or not for such a list.
    """
    draw = drawn(draw_id)
    reason = reason if isinstance(reason, Sentence) else tidy(reason)
    if not reason:
        raise ClerkError("取消检查请写明原因。", fields={"reason": ["请写明原因。"]})
    there = {each.code: each for each in outcome(draw_id).objects}
    if not all(code in there and {*lists} <= _drew(there[code]) for code, lists in objects.items()):
        raise NotFound("这次抽取没有抽中这个对象。")
    return _keep(draw, [(there[code], lists) for code, lists in objects.items()], reason)


def call_off_rest(draw_id: UUID, reason: str, but: Collection[str] = ()) -> list[CallOff]:
    """The same of all that is drawn for any list and was not called off before, `but` for these objects."""
    draw = drawn(draw_id)
    return _keep(
        draw, [(each, each.lists) for each in outcome(draw_id).objects if each.code not in but], reason
    )


def _drew(each: DrawnObject) -> set[str]:
    return {*each.lists, *each.ended}


def _keep(draw: Draw, objects: Sequence[tuple[DrawnObject, Collection[str]]], reason: str) -> list[CallOff]:
    before = lists_called_off(draw.id, [each for each, _lists in objects])
    whole: list[CallOff] = []
    part: list[CallOff] = []
    for each, lists in objects:
        standing = [name for name in each.lists if name not in before.get(each.code, ())]
        ending = [name for name in standing if name in lists]
        if ending:
            (whole if ending == standing else part).append(_row(draw, each.code, ending, reason))
    if not whole and not part:
        return []
    db.session.add_all([*whole, *part])
    db.session.flush()
    audit.record(
        "draws.object.call_off",
        ("draw", draw.id),
        draw.number,
        after={
            "entities": [row.object_code for row in (*whole, *part)],
            "list": sorted({name for row in (*whole, *part) for name in row.lists}),
            "reason": str(reason),
        },
        shared_with=takers(draw),
    )
    for text in _sentences(draw, whole, part, reason):
        record_step(draw, "draw", text)
    publish(draw)
    return [*whole, *part]


def _row(draw: Draw, code: str, lists: list[str], reason: str) -> CallOff:
    row = CallOff(
        tenant_id=draw.tenant_id,
        draw_id=draw.id,
        object_code=code,
        lists=lists,
        at=clock.now(),
        made_by=current_scope().actor_name,
    )
    store_sentence(row, "reason", reason)
    return row


def _sentences(draw: Draw, whole: list[CallOff], part: list[CallOff], reason: str) -> Iterable[Sentence]:
    """What those who take part read: where nobody comes, and where some come all the same."""
    unit = counted_in(draw.unit)
    if len(whole) == 1:
        yield Sentence("%(code)s抽中后取消检查：%(reason)s", code=whole[0].object_code, reason=reason)
    elif whole:
        yield Sentence(
            "抽中的 %(count)s %(unit)s取消检查：%(reason)s", count=len(whole), unit=unit, reason=reason
        )
    if part:
        gone = {name for row in part for name in row.lists}
        yield Sentence(
            "抽中的 %(count)s %(unit)s，%(bureaus)s不再检查，其他部门照常检查：%(reason)s",
            count=len(part),
            unit=unit,
            bureaus=[each.bureau_name for each in ceremony.parties(draw.id) if each.list_name in gone],
            reason=reason,
        )
