"""From an act to the people it concerns: messages in its own transaction, and in each other bureau by a job of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.kernel.audit import Act
from onedoor.kernel.jobs import JobName, enqueue
from onedoor.kernel.scope import DbRole, current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.notifications import queries
from onedoor.notifications.rules import ACTS, EVENTS, Way
from onedoor.notifications.service.audiences import AUDIENCES
from onedoor.notifications.service.notices import Notice, Occurrence


def hear(act: Act) -> None:
    """Tell the people of this bureau whom an act concerns, and have those of others told. Whoever did it knows."""
    scope = current_scope()
    if act.event not in ACTS or act.thing is None or scope.role is not DbRole.BUREAU:
        return
    assert scope.tenant_id is not None
    did = tuple(one for one in (scope.actor_id, scope.acting_for) if one is not None)
    here = Occurrence(act.event, act.kind, act.thing, scope.tenant_id, did)
    for bureau in sorted(AUDIENCES[act.event].bureaus(here)):
        if bureau == scope.tenant_id:
            _notify(here)
        else:
            enqueue(
                JobName.NOTIFY_BUREAU,
                {
                    "event": act.event,
                    "kind": act.kind,
                    "thing": str(act.thing),
                    "bureau": str(scope.tenant_id),
                },
                title=Sentence("通知有关人员：%(what)s", what=Sentence(EVENTS[ACTS[act.event]].name)),
                subject=(act.kind, act.thing),
                for_bureau=bureau,
            )


def notify_bureau(payload: dict[str, Any]) -> int:
    """Tell the people of this bureau of what another one did; returns how many."""
    there = Occurrence(payload["event"], payload["kind"], UUID(payload["thing"]), UUID(payload["bureau"]), ())
    return _notify(there)


def send(event: str, notice: Notice) -> int:
    """Tell each of a notice's people of an event, once; returns how many had not been told."""
    ways = queries.ways_of(event, notice.people)
    quiet = {one for one in notice.people if Way.BELL not in ways[one]}
    return messages.send_once(notice.people, notice.text, notice.link, event, notice.occasion, quiet)


def _notify(occurrence: Occurrence) -> int:
    notices = AUDIENCES[occurrence.event].notices(occurrence)
    return sum(send(ACTS[occurrence.event], one.without(occurrence.did)) for one in notices)
