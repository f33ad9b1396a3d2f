"""Trainings and who took part (R-L13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries
from onedoor.officers.models import Inspector, Training, TrainingPlace
from onedoor.officers.queries.duties import places_of
from tenants import units

# Between a name and what the examination said.
_RESULT = re.compile(r"(\s*[:：\t ]\s*)")
_FACTS = ("title", "held_on", "hours", "place", "trainer", "content")


def save_training(training: Training | None, given: Mapping[str, Any]) -> Training:
    """Add or change a training that was held, with those who were to take part: `invited`, and of these `attended`. Another
    unit's is left alone (R-T5).

    `results` has a line for each whom an examination gave one: the name, a colon or a blank, what it said (R-L13).
    """
    scope = current_scope()
    assert scope.tenant_id is not None
    if given["held_on"] > today():
        raise ClerkError("培训日期不能晚于今天，请在培训后登记。", fields={"held_on": ["不能晚于今天。"]})
    unit_id = _unit_of(training, given)
    before = None if training is None else _facts(training)
    if training is None:
        training = Training(id=new_id(), tenant_id=scope.tenant_id)
        db.session.add(training)
    elif training.tenant_id != scope.tenant_id:
        raise NotFound("没有找到这次培训。")
    for name in _FACTS:
        setattr(training, name, given[name])
    training.unit_id = unit_id
    training.noted_at, training.noted_by = now(), scope.actor_name
    db.session.flush()
    _seat(training, given["invited"], given["attended"])
    _examine(training, given.get("results", ""))
    audit.record(
        "registry.training.save",
        ("training", training.id),
        training.title,
        before=before,
        after=_facts(training),
    )
    return training


def _unit_of(training: Training | None, given: Mapping[str, Any]) -> UUID | None:
    """The unit that keeps it: the one given, the one it has, or of a new one that of whoever notes it."""
    if training is not None and training.tenant_id == current_scope().tenant_id:
        units.refuse_others(training.unit_id)
    if "unit_id" in given:
        units.check_unit(given["unit_id"])
        unit_id: UUID | None = given["unit_id"]
        return unit_id
    return training.unit_id if training is not None else units.my_unit()


def _seat(training: Training, invited: Sequence[UUID], attended: Sequence[UUID]) -> None:
    wanted = set(invited) | set(attended)
    query = queries.inspectors().where(Inspector.id.in_(wanted))
    known = {one.id for one in db.session.scalars(query)}
    if wanted - known:
        raise ClerkError(
            "所选人员有的不在本单位名录库里，请重新选择。", fields={"invited": ["请从所列人员中选择。"]}
        )
    there = {place.inspector_id: place for place, _ in places_of(training)}
    gone = [place.id for officer, place in there.items() if officer not in wanted]
    db.session.execute(sa.delete(TrainingPlace).where(TrainingPlace.id.in_(gone)))
    for officer in wanted:
        place = there.get(officer)
        if place is None:
            place = TrainingPlace(id=new_id(), tenant_id=training.tenant_id, training_id=training.id)
            place.inspector_id, place.result = officer, ""
            db.session.add(place)
        place.attended = officer in attended
    db.session.flush()
    db.session.expire_all()


def _examine(training: Training, results: str) -> None:
    """Keep what each line says of whom it names; raises ClerkError for a line that names nobody, or two, who came."""
    places = places_of(training)
    for place, _officer in places:
        place.result = ""
    for number, line in enumerate(results.splitlines(), start=1):
        name, _between, result = (*_RESULT.split(line.strip(), maxsplit=1), "", "")[:3]
        if not name:
            continue
        said, fields = line.strip()[:40], {"results": ["每行一人：姓名，冒号，结果。"]}
        named = [place for place, officer in places if officer.name == name and place.attended]
        if len(named) != 1:
            raise ClerkError(
                "考核结果第 %(line)s 行“%(text)s”不是以一名实到人员的姓名开头，请核对。",
                line=number,
                text=said,
                fields=fields,
            )
        if not result:
            raise ClerkError(
                "考核结果第 %(line)s 行“%(text)s”没有写结果，请补上或删去这一行。",
                line=number,
                text=said,
                fields=fields,
            )
        named[0].result = result[:100]
    db.session.flush()


def results_of(training: Training) -> str:
    """The results as the form has them."""
    return "\n".join(
        f"{officer.name}：{place.result}" for place, officer in places_of(training) if place.result
    )


def _facts(training: Training) -> dict[str, Any]:
    places = places_of(training)
    unit = units.unit(training.unit_id).name if training.unit_id else ""
    return {
        **({"unit": unit} if unit else {}),
        **{name: str(getattr(training, name)) for name in _FACTS},
        "invited": len(places),
        "attended": [officer.name for place, officer in places if place.attended],
        "results": [f"{officer.name}：{place.result}" for place, officer in places if place.result],
    }
