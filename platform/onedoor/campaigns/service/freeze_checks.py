"""What stops a frozen list: the party's list and officers tried once more on the day of the freeze (R-J5, R-L8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onedoor.campaigns.models import Campaign, PartyInspector, PartyItem, PartyList
from onedoor.campaigns.rules import Level, Problem, StratumQuota
from onedoor.campaigns.rules.readiness import Team, problems_of_party
from onedoor.campaigns.service.trial import NO_SALT, entry_of, roster_of, without_reference
from onedoor.draws import rules as draw_rules
from onedoor.draws.source_strings import counted_in
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants.models import Bureau


def expect_drawable(
    campaign: Campaign,
    own: PartyList,
    bureau: Bureau,
    strata: Sequence[StratumQuota],
    listed: Sequence[PartyInspector],
    *,
    stays: bool,
) -> None:
    """Raise ClerkError if this bureau's list, as it is about to be frozen, would draw nobody or find no teams.

    `listed` are its officers valid today; since its answer certificates have ended and caps were reached. A list that
    `stays` from a void draw can be mended by nobody: of it only one for which there is no officer at all is refused.
    """
    entry = entry_of(strata, own, bureau.code)
    roster = draw_rules.parse_roster(draw_rules.build_roster(roster_of(bureau.code, listed), [], NO_SALT))
    said = draw_rules.feasibility([entry], {}, roster)
    if stays:
        if any(flag.object is None and flag.fit == 0 for flag in said.narrow if not flag.lead):
            raise ClerkError(
                "%(bureau)s的名单上今天没有一名在岗、证件有效、可以参加检查的执法人员，抽出来也没有人去查，不能冻结。"
                "请%(bureau)s在“执法人员”里恢复（换证、复岗、销假）后重试。",
                bureau=bureau.short_name,
            )
        return
    team = Team(
        own.team_size, own.cap, len(listed), campaign.tenant_id == own.tenant_id, counted_in(campaign.unit)
    )
    found = problems_of_party(strata, said, team, 0, campaign.ends_on)
    stops = [problem for problem in found if problem.level is Level.STOP]
    if stops:
        raise _refused(bureau.short_name, stops)


def expect_references(campaign: Campaign, own: PartyList, bureau: Bureau, *, stays: bool) -> None:
    """Raise ClerkError for objects kept in though drawn this year by an answer of a time when no reference was asked for (R-D3).

    Not of a list that `stays` from a void draw.
    """
    count = 0 if stays else without_reference(campaign, own)
    if count:
        raise ClerkError(
            "%(bureau)s今年抽中过仍保留的对象有 %(count)s 户没有写明依据的文号或编号，不能冻结。"
            "请牵头部门终止冻结、重新开放答复，由%(bureau)s在名单里逐户补写后再提交。",
            bureau=bureau.short_name,
            count=count,
        )


def expect_life(campaign: Campaign, brought: Iterable[Item | PartyItem]) -> None:
    """Raise ClerkError for items that, as they are published now, do not directly touch life and property, of a campaign that
    is exempt from the plan for those alone (R-P3)."""
    if campaign.ground != "life":
        return
    published = item_queries.published_items(current_scope().tenant_id)
    marked = {item.number for item in published if item.life}
    others = [item.name for item in brought if item.number not in marked]
    if others:
        raise ClerkError(
            "这个任务没有计划行，只能抽查直接涉及生命财产安全的事项。这些事项没有标明：%(items)s。请去掉，或先在事项清单里标明并公布。",
            items=others,
            fields={"item_ids": ["请只选标明“直接涉及生命财产安全”的事项。"]},
        )


def _refused(bureau: str, stops: Sequence[Problem]) -> ClerkError:
    return ClerkError(
        "%(bureau)s的名单按今天的名录和执法人员重新核对，有 %(count)s 个问题，不能冻结。先解决：%(first)s"
        "能在名录或执法人员里恢复的，恢复后重试；要改名单的，请牵头部门终止冻结、重新开放答复，由%(bureau)s修改后重新开始。",
        bureau=bureau,
        count=len(stops),
        first=Sentence(stops[0].message, **stops[0].params),
    )
