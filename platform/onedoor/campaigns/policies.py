"""Who may see and write the tables of this room (access.md, rows "campaign" and "a party's list and roster")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, Rule, S, can, owned, supervised
from tenants.bureau_name_trigger import not_in_anothers_line

TAKES_PART = "campaign_id = ANY (ARRAY(SELECT my_campaigns()))"
LED_BY_ME = f"lead_id = {ME}"
MAY_CONTRIBUTE = f"{MINE} AND campaign_id = ANY (ARRAY(SELECT my_inviting_campaigns()))"


def _contribution(table: str) -> list[Rule]:
    """A party's own part: written while the campaign invites, then by nobody (freeze)."""
    return [
        *can(table, B, "select", MINE),
        *can(table, B, "insert", check=MAY_CONTRIBUTE),
        *can(table, B, "update delete", MAY_CONTRIBUTE),
        *supervised(table),
    ]


access.functions(
    "campaigns",
    my_campaigns=(B,),
    my_inviting_campaigns=(B,),
    my_drawn_campaigns=(B,),
)
# What several did together stands in each one's log; what was before and after stays with who did it.
access.functions(
    "campaigns",
    share_audit=(B, S),
)
access.rules(
    "campaign",
    owned("campaign"),
    can("campaign", B, "select", "id = ANY (ARRAY(SELECT my_campaigns()))"),
    supervised("campaign"),
)
access.rules(
    "participation",
    can("participation", B, "select", f"{LED_BY_ME} OR {TAKES_PART}"),
    can("participation", B, "insert update delete", LED_BY_ME),
    supervised("participation"),
)
access.rules(
    "campaign_answer",
    can("campaign_answer", B, "select", f"{MINE} OR {TAKES_PART}"),
    can("campaign_answer", B, "insert", check=f"{MINE} AND {TAKES_PART}"),
    can("campaign_answer", B, "update", MINE),
    supervised("campaign_answer"),
)
# Matters come from published item lists and are what the joint check is about: all parties read them.
access.rules("party_item", _contribution("party_item"), can("party_item", B, "select", TAKES_PART))
access.rules("party_unit", _contribution("party_unit"))
access.rules("party_list", _contribution("party_list"))
# The roster is opened with the proof of the draw, not before.
access.rules(
    "party_inspector",
    _contribution("party_inspector"),
    can("party_inspector", B, "select", "campaign_id = ANY (ARRAY(SELECT my_drawn_campaigns()))"),
)
access.rules(
    "party_readiness", _contribution("party_readiness"), can("party_readiness", B, "select", LED_BY_ME)
)
access.rules(
    "campaign_deviation",
    _contribution("campaign_deviation"),
    can("campaign_deviation", B, "select", LED_BY_ME),
)
access.triggers(
    "campaigns",
    not_in_anothers_line("campaign", "code"),
)
