"""Use cases of campaigns as verbs.

campaign = start(line_id); invite(campaign.id)              # the lead
accept(campaign.id, Contribution(…)) or decline(campaign.id, reason)     # each party, the lead too
answer_for_unit(campaign.id, unit_id, UnitPart(…))         # each unit of a party, where its matters belong to several
remind, extend, leave_out                                   # the lead, about the silent
readiness(campaign.id)                                      # what would fail, with what to change
have_tried(campaign.id)                                     # the same made anew, one TRY_LIST per party
begin_draw(campaign.id)                                     # creates the draw, one FREEZE_LIST per party
freeze_list(draw_id)                                        # job, the party's scope
run_draw(draw_id)                                           # job, the lead's scope; enqueues SCHEDULE_VISITS
withdraw(campaign.id, reason, …), decide_on_filing(…)       # when things go wrong
begin_visits(campaign.id), close(campaign.id)               # called by visits
"""

from onedoor.campaigns.rules.doors import ExpectedDoors
from onedoor.campaigns.service.campaign_draw import (
    begin_draw,
    draw_again,
    freeze_list,
    may_commit,
    may_hold,
    reopen,
    run_draw,
    void_before,
)
from onedoor.campaigns.service.closure import begin_visits, close, decide_on_filing, is_returned
from onedoor.campaigns.service.contested_caps import resume_waiting
from onedoor.campaigns.service.deviations import move_period
from onedoor.campaigns.service.drawn_teams import ChosenObjects, start_drawn_teams
from onedoor.campaigns.service.list_notes import scope_for_all
from onedoor.campaigns.service.new_campaigns import AdHoc, invite, start, start_ad_hoc, usual_due
from onedoor.campaigns.service.partners import (
    add_partners,
    cancel,
    extend,
    leave_out,
    remind,
    retry_all_lists,
    take_back,
)
from onedoor.campaigns.service.party_answers import (
    Contribution,
    accept,
    answer_for_unit,
    decline,
    try_again,
    try_list,
)
from onedoor.campaigns.service.party_units import UnitPart, items_by_unit
from onedoor.campaigns.service.pools import leaves_out_drawn, places_per_code, untold_draws
from onedoor.campaigns.service.readiness import (
    Doors,
    Readiness,
    expected_doors,
    readiness,
    ready_to_draw,
    returned_since,
)
from onedoor.campaigns.service.risk_frequency import by_risk
from onedoor.campaigns.service.trial import (
    Trial,
    TrialRequest,
    caps_of,
    look_back,
    near_cap,
    recent_changes,
    trial,
)
from onedoor.campaigns.service.withdrawal import withdraw

__all__ = [
    "AdHoc",
    "ChosenObjects",
    "Contribution",
    "Doors",
    "ExpectedDoors",
    "Readiness",
    "Trial",
    "TrialRequest",
    "UnitPart",
    "accept",
    "add_partners",
    "answer_for_unit",
    "begin_draw",
    "begin_visits",
    "by_risk",
    "cancel",
    "caps_of",
    "close",
    "decide_on_filing",
    "decline",
    "draw_again",
    "expected_doors",
    "extend",
    "freeze_list",
    "invite",
    "is_returned",
    "items_by_unit",
    "leave_out",
    "leaves_out_drawn",
    "look_back",
    "may_commit",
    "may_hold",
    "move_period",
    "near_cap",
    "places_per_code",
    "readiness",
    "ready_to_draw",
    "recent_changes",
    "remind",
    "reopen",
    "resume_waiting",
    "retry_all_lists",
    "returned_since",
    "run_draw",
    "scope_for_all",
    "start",
    "start_ad_hoc",
    "start_drawn_teams",
    "take_back",
    "trial",
    "try_again",
    "try_list",
    "untold_draws",
    "usual_due",
    "void_before",
    "withdraw",
]
