"""Making a penalty public as far as law lets it be, with an end by its gravity (R-O1, R-O3, R-O4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from onedoor.credit.rules import GRAVITY_NAMES, Gravity
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.disclosure.models import Disclosure
from onedoor.followups import queries as followups
from onedoor.followups.models import Penalty
from onedoor.followups.rules import SANCTION_NAMES, Party, Sanction
from onedoor.kernel import trace
from onedoor.kernel.clock import SHANGHAI, today
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries as visits
from tenants import settings

KIND = "penalty"
PARTIES = {Party.LEGAL: "法人及非法人组织", Party.SOLE: "个体工商户"}


def disclose_penalty(followup_id: UUID, gravity: str) -> Disclosure:
    """Publish the penalty of a case; it ends after the longest days of its gravity, or on the day the decision says.

    Raises `Conflict` for a natural person's, of which nothing is public, and once it is public.
    """
    found = followups.penalty(followup_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("先录入行政处罚决定。")
    if gravity not in tuple(Gravity):
        text = N_("请选择失信程度。")
        raise ClerkError(text, fields={"gravity": [text]})
    if found.party_kind == Party.NATURAL:
        raise Conflict("对自然人的行政处罚含有个人信息，不在平台公示。")
    if disclosures.of_subject(KIND, found.id) is not None:
        raise Conflict("这项行政处罚已经公示。")
    until = found.public_until or _last_day(found.decided_on, Gravity(gravity))
    if until <= today():
        raise Conflict("公示期限已经届满，不再公示。")
    made = disclosure.publish(
        KIND,
        found.id,
        f"{found.party_name}：行政处罚决定 {found.number}",
        _content(found, Gravity(gravity)),
        entity_code=found.party_code,
        entity_name=found.party_name,
        place=visits.visit(visits.followup(followup_id).visit_id).entity_place,
        until=datetime.combine(until + timedelta(days=1), time(), SHANGHAI),
    )
    text = Sentence("公示行政处罚决定 %(number)s", number=found.number)
    followup = visits.followup(followup_id)
    trace.step("disclosure", text, [followup.visit_id, followup.id], link=f"/followups/{followup_id}")
    return made


def _last_day(decided_on: date, gravity: Gravity) -> date:
    days = {
        Gravity.LIGHT: settings.value("repair.light_most_days", on=decided_on),
        Gravity.ORDINARY: settings.value("repair.ordinary_most_days", on=decided_on),
        Gravity.SERIOUS: settings.value("repair.serious_most_days", on=decided_on),
    }[gravity]
    return decided_on + timedelta(days=int(days))


def _content(found: Penalty, gravity: Gravity) -> dict[str, Any]:
    """What the public reads; no person's name but the firm's (R-T7)."""
    return {
        "number": found.number,
        "party_kind": PARTIES[Party(found.party_kind)],
        "facts": found.facts,
        "reason": found.reason,
        "basis": found.basis,
        "sanctions": [SANCTION_NAMES[Sanction(one)] for one in found.sanctions],
        "content": found.content,
        "fine": _plain(found.fine),
        "confiscated": _plain(found.confiscated),
        "licence": found.licence,
        "decided_on": found.decided_on.isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else "",
        "authority": found.authority,
        "authority_code": found.authority_code,
        "source": found.source,
        "source_code": found.source_code,
        "result": str(visits.followup(found.followup_id).record_id),
        "gravity": gravity.value,
        "gravity_name": GRAVITY_NAMES[gravity],
    }


def _plain(money: Any) -> str:
    return "" if money is None else f"{money.normalize():f}"
