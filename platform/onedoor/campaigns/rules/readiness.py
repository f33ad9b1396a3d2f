"""What would fail in a party's part, and in the campaign as a whole, said before the draw (R-J5, R-D5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from onedoor.campaigns.rules.problems import Level, Problem
from onedoor.campaigns.rules.quotas import StratumQuota
from onedoor.draws.rules import Feasibility, Narrow, Shortage, alone_drawing
from onedoor.kernel.sentences import Sentence

SMALL_STRATUM = 5
# From this share on, in per cent, a level is guessed: of a stratum drawn, or of the drawn in one stratum.
GUESSED = 90
# What such a finding is mended in.
MODE = "mode"


@dataclass(frozen=True)
class Team:
    """What a list asks of its teams and what its roster has; `unit` is what its objects are counted in."""

    size: int
    cap: int
    inspectors: int
    part_lead: bool
    unit: Sentence


class PlacesPerCode(Protocol):
    """How many places the entities of a list have; `greatest` as (name, code, places), the most first."""

    @property
    def entities(self) -> int: ...
    @property
    def places(self) -> int: ...
    @property
    def several(self) -> int: ...
    @property
    def unlisted(self) -> int: ...
    @property
    def greatest(self) -> list[tuple[str, str, int]]: ...


def problems_of_party(
    strata: Sequence[StratumQuota],
    said: Feasibility,
    team: Team,
    expiring: int,
    ends_on: date,
    away: int = 0,
) -> list[Problem]:
    """Everything wrong with one party's list and roster, the worst first."""
    found = [
        *_of_strata(strata, team.unit),
        *_of_narrow(said.narrow, team),
        *_of_shortages(said.shortages, strata, team),
    ]
    if expiring:
        found.append(
            Problem(
                "有 %(count)s 名执法人员的执法证在检查期结束（%(ends_on)s）前到期，到期后要重新随机抽人替换。请先换证，或不列入本次名单。",
                Level.WARN,
                where="certificates",
                count=expiring,
                ends_on=ends_on.isoformat(),
            )
        )
    if away:
        found.append(
            Problem(
                "有 %(count)s 名执法人员在检查期内休假。安排检查会避开休假的日子，避不开的要重新随机抽人替换；休假较长的可以不列入本次名单。",
                Level.WARN,
                where="officers",
                count=away,
            )
        )
    return sorted(found, key=lambda problem: problem.level is not Level.STOP)


def problems_of_closing(strata: Sequence[StratumQuota], private: bool) -> list[Problem]:
    """What a closed draw of this list would fail for, or that it must be one: `private` strata, weights or scope tell a firm's
    risk level, class or tag (draw.md, "Pool")."""
    found = []
    alone = alone_drawing([row.as_json() for row in strata])
    if alone is not None and private:
        found.append(
            Problem(
                "只有分层“%(stratum)s”抽取，其他分层都不抽：抽中谁就等于公布谁属于这一层。请给其他分层也定比例或数量，或者不分层。",
                where="list",
                stratum=alone,
            )
        )
    elif alone is not None:
        found.append(
            Problem(
                "只有分层“%(stratum)s”抽取，其他分层都不抽。公开抽取不受影响；要封闭抽取的，请先给其他分层也定比例或数量，或者不分层。",
                Level.NOTE,
                where="list",
                stratum=alone,
            )
        )
    if private:
        found.append(
            Problem(
                "名单按不公开的类别（风险等级、信用等级、标签）选取、分层或加权，所以这次抽取只能封闭抽取：开始时选择另一个保管名单的部门。",
                Level.NOTE,
                where=MODE,
            )
        )
    return found


def problems_of_places(found: PlacesPerCode) -> list[Problem]:
    """How many places the entities of a list have, for all who look before the freeze (draw.md, "Who could cheat")."""
    said = [
        Problem(
            "名单有 %(entities)s 户的 %(places)s 处在用的经营场所；%(several)s 户不止一处，最多的一户有 %(most)s 处。每处各有一次机会。",
            Level.NOTE,
            where="list",
            entities=found.entities,
            places=found.places,
            several=found.several,
            most=found.greatest[0][2] if found.greatest else min(found.places, 1),
        )
    ]
    if found.unlisted:
        said.append(
            Problem(
                "名录库在这个范围里还有 %(count)s 户没有列入在用的经营场所，不在这次名单里。请先在检查对象里列入它们的经营场所。",
                Level.WARN,
                where="list",
                count=found.unlisted,
            )
        )
    return said


def problems_of_matters(found: PlacesPerCode) -> list[Problem]:
    """The same of products, projects and activities."""
    text = (
        "名单有 %(entities)s 户的 %(places)s 件产品、项目或行为；%(several)s 户不止一件，最多的一户有 %(most)s 件。"
        "每件各有一次机会，同一户抽中的不超过入企次数上限。"
    )
    most = found.greatest[0][2] if found.greatest else min(found.places, 1)
    counts = {"entities": found.entities, "places": found.places, "several": found.several, "most": most}
    return [Problem(text, Level.NOTE, where="list", **counts)]


def problems_of_scale(moved: bool) -> list[Problem]:
    """That the bureau's risk levels are others than those it answered by."""
    if not moved:
        return []
    text = "答复之后改过风险等级，名单里各等级的比例和权重已不是原来的意思。请按现在的等级重新填写并提交本部门的名单。"
    return [Problem(text, where="list")]


def problems_of_kept(count: int) -> list[Problem]:
    """That so many are kept in though drawn this year, and nothing says by which document or case (R-D3)."""
    if not count:
        return []
    text = "今年抽中过仍保留的对象有 %(count)s 户没有写明依据的文号或编号。请在本部门的名单里逐户补写后重新提交。"
    return [Problem(text, where="list", count=count)]


def problems_of_guessing(strata: Sequence[StratumQuota], unit: Sentence) -> list[Problem]:
    """Levels that can be guessed from who was drawn, which of a closed draw is public too (draw.md, "Who could cheat").

    The strata are risk levels. Of one that is drawn whole or nearly, whoever was not drawn is not; and where nearly all
    who were drawn are of one, whoever was drawn is.
    """
    found = []
    drawn = sum(row.quota for row in strata)
    several = sum(row.quota > 0 for row in strata) > 1
    for row in strata:
        if row.quota and row.quota * 100 >= row.eligible * GUESSED:
            found.append(
                Problem(
                    "分层“%(stratum)s”可抽 %(eligible)s %(unit)s、抽 %(quota)s %(unit)s，全部或几乎全部抽中：抽中名单公开后，没抽中的就可以断定不属于这一层。"
                    "请把这一层的比例降到 90%% 以下，或在风险等级里与相邻的等级合并，或改为不分层、按权重抽取。",
                    Level.WARN,
                    where="list",
                    stratum=row.stratum,
                    eligible=row.eligible,
                    quota=row.quota,
                    unit=unit,
                )
            )
        if several and row.quota * 100 >= drawn * GUESSED:
            found.append(
                Problem(
                    "抽中的 %(drawn)s %(unit)s里有 %(quota)s %(unit)s属于分层“%(stratum)s”：抽中名单公开后，抽中谁几乎就等于公布谁属于这一层。"
                    "请提高其他分层的比例或数量，或降低这一层的，或者不分层。",
                    Level.WARN,
                    where="list",
                    stratum=row.stratum,
                    drawn=drawn,
                    quota=row.quota,
                    unit=unit,
                )
            )
    return found


def _of_strata(strata: Sequence[StratumQuota], unit: Sentence) -> Iterable[Problem]:
    if not sum(row.quota for row in strata):
        text = "按现在的范围和比例一%(unit)s也抽不到。请核对检查对象名录、抽查范围和比例。"
        yield Problem(text, where="list", unit=unit)
    for row in strata:
        if row.shortfall:
            yield Problem(
                "分层“%(stratum)s”应抽 %(asked)s %(unit)s，可抽的只有 %(eligible)s %(unit)s，少抽 %(shortfall)s %(unit)s。",
                Level.WARN,
                where="list",
                stratum=row.stratum,
                asked=row.quota + row.shortfall,
                eligible=row.eligible,
                shortfall=row.shortfall,
                unit=unit,
            )
        if row.quota and 2 * row.quota > row.eligible:
            yield Problem(
                "分层“%(stratum)s”可抽 %(eligible)s %(unit)s、抽 %(quota)s %(unit)s，比例超过一半，请确认没有填错。",
                Level.WARN,
                where="list",
                stratum=row.stratum,
                eligible=row.eligible,
                quota=row.quota,
                unit=unit,
            )
        if row.quota and row.eligible < SMALL_STRATUM:
            yield Problem(
                "分层“%(stratum)s”可抽的只有 %(eligible)s %(unit)s，少于 5 %(unit)s，随机性弱；可以与相近的分层合并。",
                Level.WARN,
                where="list",
                stratum=row.stratum,
                eligible=row.eligible,
                unit=unit,
            )


def _of_narrow(narrow: Sequence[Narrow], team: Team) -> Iterable[Problem]:
    whole = [flag for flag in narrow if flag.object is None]
    for flag in whole:
        if flag.lead and flag.fit == 0:
            yield Problem(
                "名单里没有可以担任组长的执法人员。请至少列入一名可任组长、具备所需资格的人员。",
                where="officers",
            )
        elif flag.lead:
            yield Problem(
                "可以担任组长的执法人员只有 %(fit)s 名，一旦回避就无人带队。请再列入一名可任组长的人员。",
                Level.WARN,
                where="officers",
                fit=flag.fit,
            )
        elif flag.fit < team.size:
            yield Problem(
                "具备所需资格的执法人员只有 %(fit)s 名，不够每组 %(size)s 人。请增加具备资格的人员，或减少资格要求。",
                where="officers",
                fit=flag.fit,
                size=team.size,
            )
    recused = {flag.object for flag in narrow if flag.object is not None}
    if recused:
        yield Problem(
            "有 %(count)s %(unit)s检查对象因人员回避，可派的执法人员过少，抽中后可能派不出检查组。请增加执法人员。",
            Level.WARN,
            where="officers",
            count=len(recused),
            unit=team.unit,
        )


def _of_shortages(
    shortages: Sequence[Shortage], strata: Sequence[StratumQuota], team: Team
) -> Iterable[Problem]:
    quota = sum(row.quota for row in strata)
    for short in shortages:
        missing = short.slots - short.room
        if short.leads:
            yield Problem(
                "可任组长的人员最多带 %(room)s 组，预计要 %(slots)s 组，缺 %(missing)s 组。请增加可任组长的人员，或提高每人上限（现为 %(cap)s %(unit)s）。",
                Level.STOP if team.part_lead else Level.WARN,
                where="officers",
                room=short.room,
                slots=short.slots,
                missing=missing,
                cap=team.cap,
                unit=team.unit,
            )
            continue
        yield Problem(
            "执法人员不够：抽 %(quota)s %(unit)s要 %(slots)s 人次，名单上的人员最多承担 %(room)s 人次，缺 %(missing)s 人次。"
            "请再列入至少 %(more)s 名人员，或把每人上限由 %(cap)s %(unit)s提高到 %(raised)s %(unit)s，或把抽取数量降到 %(fewer)s %(unit)s以内。",
            where="officers",
            quota=quota,
            slots=short.slots,
            room=short.room,
            missing=missing,
            more=-(-missing // max(min(team.cap, quota), 1)),
            cap=team.cap,
            raised=-(-short.slots // max(team.inspectors, 1)),
            fewer=short.room // team.size,
            unit=team.unit,
        )
