"""By when an empty slot of a team is filled, and what is open after that day: a substitute alone (draw.md, "Inspectors")."""

from __future__ import annotations

from datetime import date

from onedoor.campaigns.models import Campaign
from onedoor.draws import queries as draws
from onedoor.kernel.clock import today
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules import dates
from onedoor.visits.rules.states import VisitState
from onedoor.visits.rules.substitution import HINDRANCE_NAMES, Hindrance
from tenants import settings


def days_to_fill() -> int:
    """The working days that this bureau's place sets for a plan line that sets none."""
    return int(settings.value("visit_fill_days"))


def last_day_to_fill(campaign: Campaign) -> date:
    """The day for a slot that stays empty today: as the plan line sets, else the place, within the campaign's period."""
    days = campaign.fill_days or days_to_fill()
    return dates.fill_by(queries.calendar(), today(), days, campaign.ends_on)


def is_late(visit: Visit) -> bool:
    """Whether a visit waits for people though the day to fill its team has passed."""
    return visit.state == VisitState.WAITING.value and queries.last_day_to_fill(visit) < today()


def expect_in_time(visit: Visit) -> None:
    """Raises `Conflict` once the day to fill an empty slot has passed, with what is open then."""
    if visit.ends_on < today():
        raise Conflict("抽查任务的期限已于 %(last)s 结束，不能再补派人员。", last=visit.ends_on)
    last = queries.last_day_to_fill(visit)
    if last < today():
        raise Conflict(
            "补派期限已于 %(last)s 届满，不能再补派人员。请由空缺所在的部门申请改由替补对象，原因选“%(reason)s”。",
            last=last,
            reason=Sentence(HINDRANCE_NAMES[Hindrance.NO_TEAM]),
        )


def expect_no_substitute(visit: Visit) -> None:
    """Raises `Conflict` for calling off a visit that nobody was found for while one of the reserve could come.

    Nobody escapes by a qualification that no one has (draw.md).
    """
    if not is_late(visit) or visit.ends_on < today():
        return
    standing = draws.current_state(visit.required_draw_id)
    for party in queries.parties(visit.id):
        if not {*standing.places(party.list_name, visit.object_code)} & {*visit.unfilled}:
            continue
        found = draws.reserve_of(visit.required_draw_id, party.list_name, visit.object_code)
        if found is not None and found[1]:
            raise Conflict(
                "检查组没有按期补齐的对象，还有替补的不能取消。请由%(bureau)s申请改由替补对象。",
                bureau=party.bureau_name,
            )
