"""What a supervisor does about the causes of checks outside the platform (001 §7, R-V9)."""

from __future__ import annotations

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.supervision import queries
from onedoor.supervision.models import CauseMeasure


def write_measure(year: int, cause: str, text: str) -> CauseMeasure:
    """Write down what is done about a cause; what was written before stays."""
    if not queries.causes.supervised_others():
        raise ClerkError("本单位没有监督授权，不能填写改进措施。")
    made = CauseMeasure(
        id=new_id(),
        tenant_id=current_scope().tenant_id,
        year=year,
        cause=cause,
        text=text.strip(),
        written_at=now(),
        writer_name=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("supervision.cause.measure", ("cause_measure", made.id), cause, after={"year": year})
    return made
