"""Who may see and write the tables of this room (access.md, rows "campaign" and "a party's list and roster")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, Function, Rule, S, can, owned, supervised
from tenants.naming import not_in_anothers_line

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
    Function(
        "my_campaigns()",
        "SETOF uuid",
        f"""
        SELECT p.campaign_id FROM public.participation p
         WHERE p.tenant_id = {ME} AND (p.part = 'lead' OR p.invited_at IS NOT NULL)
        """,  # noqa: S608 - the only thing filled in is a constant
        (B,),
    ),
    Function(
        "my_inviting_campaigns()",
        "SETOF uuid",
        f"""
        SELECT p.campaign_id FROM public.participation p JOIN public.campaign c ON c.id = p.campaign_id
         WHERE p.tenant_id = {ME} AND p.left_out_at IS NULL AND c.state IN ('draft', 'inviting')
           AND (p.part = 'lead' OR p.invited_at IS NOT NULL)
        """,  # noqa: S608 - the only thing filled in is a constant
        (B,),
    ),
    Function(
        "my_drawn_campaigns()",
        "SETOF uuid",
        f"""
        SELECT p.campaign_id FROM public.participation p JOIN public.campaign c ON c.id = p.campaign_id
         WHERE p.tenant_id = {ME} AND c.state IN ('drawn', 'visiting', 'closed')
        """,  # noqa: S608 - the only thing filled in is a constant
        (B,),
    ),
)
# What several did together stands in each one's log; what was before and after stays with who did it.
access.functions(
    "campaigns",
    Function(
        "share_audit(entry uuid, bureaus uuid[])",
        "integer",
        f"""
        WITH copied AS (
          INSERT INTO public.audit_entry (tenant_id, at, actor_id, actor_name, bureau_name, role, origin, request,
                                          event, subject_kind, subject_id, subject_name, after)
          SELECT b.id, e.at, e.actor_id, e.actor_name, e.bureau_name, e.role, 'together', e.request,
                 e.event, e.subject_kind, e.subject_id, e.subject_name, jsonb_build_object('entry', e.id)
            FROM public.audit_entry e, public.bureau b
           WHERE e.id = share_audit.entry AND e.tenant_id = {ME} AND e.sequence IS NULL
             AND b.id = ANY (share_audit.bureaus) AND b.id <> e.tenant_id
             AND (EXISTS (SELECT FROM public.participation mine JOIN public.participation theirs USING (campaign_id)
                           WHERE mine.tenant_id = {ME} AND theirs.tenant_id = b.id)
                  -- What is done at a draw reaches all who have to do with it: who commits, or holds closed lists, too.
                  OR e.subject_kind = 'draw' AND EXISTS (
                    SELECT FROM public.draw_party mine JOIN public.draw_party theirs USING (draw_id)
                     WHERE mine.draw_id = e.subject_id AND mine.bureau_id = {ME} AND theirs.bureau_id = b.id)
                  OR b.id IN (SELECT public.supervised_bureaus()))
          RETURNING 1)
        SELECT count(*)::integer FROM copied
        """,  # noqa: S608 - the only thing filled in is a constant
        (B, S),
        volatility="VOLATILE",
    ),
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
access.triggers("campaigns", not_in_anothers_line("campaign", "code"))
