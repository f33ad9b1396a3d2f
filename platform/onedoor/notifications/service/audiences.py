"""The one table of whom each act of the log concerns."""

from __future__ import annotations

from onedoor.notifications.service import approvals, joint, visits
from onedoor.notifications.service.notices import Audience, own_bureau

_TEAM = visits.bureaus_of_team

AUDIENCES: dict[str, Audience] = {
    "tenants.approval.ask": Audience(own_bureau, approvals.waiting),
    "tenants.approval.return": Audience(own_bureau, approvals.decided),
    "tenants.approval.approve": Audience(own_bureau, approvals.decided),
    "filing.filing.send": Audience(joint.receiver, joint.filed),
    "filing.filing.return": Audience(joint.sender, joint.filing_answered),
    "filing.filing.accept": Audience(joint.sender, joint.filing_answered),
    "campaigns.campaign.invite": Audience(joint.invited_partners, joint.invited),
    "campaigns.participation.add": Audience(joint.invited_partners, joint.invited),
    "campaigns.participation.remind": Audience(joint.reminded_partner, joint.reminded),
    "campaigns.answer.accepted": Audience(joint.lead_of_campaign, joint.answered),
    "campaigns.answer.declined": Audience(joint.lead_of_campaign, joint.answered),
    "campaigns.answer.withdraw": Audience(joint.lead_of_campaign, joint.answered),
    "campaigns.campaign.cancel": Audience(joint.invited_partners, joint.cancelled),
    "draws.draw.create": Audience(joint.committers, joint.commitment_due),
    "draws.draw.commit": Audience(joint.lead_of_draw, joint.committed),
    "draws.draw.proof": Audience(joint.drawing_parties, joint.drawn),
    "draws.draw.void": Audience(joint.drawing_parties, joint.drawn),
    "visits.visit.approve": Audience(_TEAM, visits.assigned),
    "visits.visit.notify": Audience(_TEAM, visits.noticed),
    "visits.visit.reschedule": Audience(_TEAM, visits.rescheduled),
    "visits.visit.postpone": Audience(own_bureau, visits.rescheduled),
    "visits.visit.cancel": Audience(_TEAM, visits.called_off),
    "visits.team.replace": Audience(_TEAM, visits.team_changed),
    "visits.team.fill": Audience(_TEAM, visits.team_changed),
    "visits.team.name": Audience(_TEAM, visits.team_changed),
    "visits.object.substitute": Audience(_TEAM, visits.object_changed),
    "visits.record.accept": Audience(own_bureau, visits.record_accepted),
}
