"""Choosing how a matter is checked: of what its item allows, by the bureau whose matter it is (R-V3)."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import MatterMethod, Visit, VisitMatter
from onedoor.visits.rules.methods import allowed, usual
from onedoor.visits.rules.results import METHOD_NAMES, Method
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from tenants import settings

DECIDED = frozenset({VisitState.SUBMITTED.value, VisitState.APPROVED.value, VisitState.NOTICED.value})


def planned_way(words: str, name: str = "", chosen: str = "") -> dict[str, object]:
    """`planned` and `entry` of a matter that is made: the method chosen for it, else the usual one of its item."""
    method = _method(words, name, chosen) if chosen else usual(words)
    return {"planned": method.value, "entry": enters(method)}


def enters(method: Method) -> bool:
    """Whether a matter checked so needs an entry, as the place has set (R-V3)."""
    return method.value not in settings.value("visit_methods_without_entry")


def choose_method(visit_id: UUID, matter_id: UUID, chosen: str) -> None:
    """Have a matter of this bureau checked by another of its item's methods; refused once the record is submitted."""
    visit, matter = queries.visit(visit_id), queries.matter(visit_id, matter_id)
    method = _method(matter.method, matter.name, chosen)
    way = queries.ways(visit_id, own_bureau())[matter_id]
    if way.method == method:
        return
    _refuse_when_over(visit)
    entry = enters(method)
    if entry:
        _refuse_entry(visit, matter)
    row = db.session.query(MatterMethod).filter_by(matter_id=matter_id).one_or_none()
    if row is None:
        row = MatterMethod(id=new_id(), tenant_id=own_bureau(), visit_id=visit_id, matter_id=matter_id)
        db.session.add(row)
    row.method, row.entry = method.value, entry
    row.chosen_at, row.chosen_by = now(), current_scope().actor_name
    text = Sentence(
        "“%(matter)s”的检查方式改为%(method)s", matter=matter.name, method=Sentence(METHOD_NAMES[method])
    )
    record_step(visit, "visit", text, "method.choose", {"matter": matter.number, "method": method.value})
    db.session.flush()


def _method(words: str, name: str, chosen: str) -> Method:
    methods = allowed(words)
    for method in methods:
        if method.value == chosen:
            return method
    raise ClerkError(
        "事项清单规定“%(name)s”的检查方式是：%(methods)s。",
        name=name,
        methods=[Sentence(METHOD_NAMES[one]) for one in methods],
        fields={"method": [N_("请从事项清单规定的检查方式中选择。")]},
    )


def _refuse_when_over(visit: Visit) -> None:
    part = queries.parts(visit.id).get(own_bureau())
    if visit.state == VisitState.CANCELLED.value or (part is not None and part.submitted_at is not None):
        raise Conflict("检查记录已经提交或检查已经取消，检查方式不能再改。")


def _refuse_entry(visit: Visit, matter: VisitMatter) -> None:
    """What was approved without an entry is not entered on an officer's word: neither approval nor cap spoke of it (R-V1, R-P6)."""
    if visit.drawn is not None or visit.state not in DECIDED:
        return
    if not any(one.entry for one in queries.matters(visit.id, matter.bureau_id)):
        raise Conflict("这次检查是按不入企的方式报批的，不能改为入企。确需入企的，请重新登记并报批。")
