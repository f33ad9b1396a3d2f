"""The preview before freezing (试算): one's own list as it stands, and what if; it changes nothing and keeps nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.campaigns import queries, schemas, service
from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.rules.states import CampaignState
from onedoor.campaigns.service import Trial
from onedoor.campaigns.service.readiness import Doors
from onedoor.campaigns.service.trial import Window
from onedoor.edge import language
from onedoor.edge.guard import allow
from onedoor.edge.strata import finding_text, stratum_name
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.targets.queries.library_changes import LibraryChanges
from onedoor.targets.queries.place_pools import Several
from onedoor.targets.rules.rate_rules import RULES
from onedoor.web.campaigns import labels
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.campaigns.detail import Seen, look, mend
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants
from tenants.rules import Permission

MORE_VISITS = 3
# Why rows are left out, as the heads of columns: the first stand there always, every other where it leaves somebody out.
LEFT_OUT = {
    "XGONE": _l("注销、吊销、迁出"),
    "XCAP": _l("已达上限"),
    "XYEAR": _l("本年已抽"),
    "XSCOPE": _l("本单位条件以外"),
}
ALWAYS = ("XGONE", "XCAP", "XYEAR")


@dataclass(frozen=True, kw_only=True)
class PreviewPage:
    """What the trial of a list shows before it is answered."""

    seen: Seen
    campaign: Campaign
    own: PartyList
    form: Form
    now: Trial
    tried: Trial | None
    rows: list[dict[str, Any]]
    leaves_out_drawn: bool
    reasons: list[tuple[str, str]]
    doors: Doors | None
    doors_tried: Doors | None
    caps: dict[str, int]
    near: tuple[int, int]
    untold: int
    changes: LibraryChanges
    window: Window
    several: Several | None
    kept: list[tuple[str, int]]
    words: ModuleType
    stratum_name: Callable[..., str]
    sentence_of: Callable[..., str]
    mend: Callable[..., tuple[str, str] | None]


@pages.get("/<uuid:campaign_id>/preview")
@allow(Permission.BUREAU_READ)
def preview(campaign_id: UUID) -> Any:
    """This bureau's own pool by stratum and reason, and what another rate, cap or exclusion would make of it."""
    seen = look(campaign_id)
    own = queries.my_list(campaign_id)
    if own is None or seen.campaign.state not in (CampaignState.DRAFT, CampaignState.INVITING):
        raise NotFound(_("填写本部门的部分以后、开始抽取以前才能试算。"))
    now = service.trial(seen.campaign, own, tenants.my_bureau().code)
    leaves_out = service.leaves_out_drawn(seen.campaign)
    form = _shown(own)
    tried = None
    if request.args.get("tried"):
        form = Form(values=request.args.to_dict())
        with form.submission():
            tried = _tried(seen.campaign, own, now, request.args)
    return page(
        "campaigns/preview.html",
        form.status,
        PreviewPage(
            seen=seen,
            campaign=seen.campaign,
            own=own,
            form=form,
            now=now,
            tried=tried,
            rows=_rows(now, tried),
            leaves_out_drawn=leaves_out,
            reasons=_reasons(leaves_out, tried or now),
            doors=_doors(seen, now),
            doors_tried=_doors(seen, tried) if tried else None,
            caps=service.caps_of(seen.campaign),
            near=service.near_cap(seen.campaign, own),
            untold=service.untold_draws(seen.campaign, own),
            changes=service.recent_changes(seen.campaign),
            window=service.look_back(seen.campaign),
            several=service.places_per_code(seen.campaign, own),
            kept=_kept(own) if leaves_out else [],
            words=labels,
            stratum_name=stratum_name,
            sentence_of=finding_text,
            mend=mend,
        ),
    )


def _tried(campaign: Campaign, own: PartyList, now: Trial, given: Any) -> Trial:
    """The what-if. Raises ClerkError beside the field that makes no sense."""
    mode = given.get("rate_mode", "bp")
    # By the plan's rules the rates are the rules'.
    by_rules = own.stratify == RULES
    rates = own.rates if by_rules else {"*": _rate(mode, given.get("rate", ""), "rate")}
    for row in () if by_rules else now.strata:
        typed = given.get(f"rate-{row.stratum}", "").strip()
        if typed:
            rates[row.stratum] = _rate(mode, typed, f"rate-{row.stratum}")
    asked = service.TrialRequest.of(
        own,
        rates=rates,
        skip_drawn=bool(given.get("skip_drawn")),
        kept=own.kept if given.get("keeps") else [],
        team_size=_whole(given, "team_size", 2, 20),
    )
    return service.trial(
        campaign,
        asked,
        tenants.my_bureau().code,
        more_visits=_whole(given, "more_visits", 0, MORE_VISITS),
        recusals=bool(given.get("recusals")),
        officer_cap=_whole(given, "cap", 1, 10_000),
    )


def _rate(mode: str, typed: str, name: str) -> dict[str, Any]:
    schema = schemas.RatesSchema()
    given = {"rate_mode": mode, **({"rate": typed} if typed.strip() else {})}
    wrong = ClerkError("分层的比例或数量应为数字，请核对。", fields={name: ["请填写数字。"]})
    if schema.validate(given):
        raise wrong
    try:
        return schemas.rate_of(mode, schema.load(given)["rate"])
    except ClerkError as error:
        raise ClerkError(error.message, fields={name: list(error.fields.get("rate", []))}) from error


def _whole(given: Any, name: str, least: int, most: int) -> int:
    typed = given.get(name, "").strip()
    if not typed.isdecimal() or len(typed) > 9 or not least <= int(typed) <= most:
        raise ClerkError(
            "请填写 %(least)s 至 %(most)s 的整数。", least=least, most=most, fields={name: ["请填写整数。"]}
        )
    return int(typed)


def _shown(own: PartyList) -> Form:
    """The form as the list stands."""
    general = own.rates.get("*") or {"bp": 0}
    mode = next(iter(general))
    values = {f"rate-{s}": _number(rate) for s, rate in own.rates.items() if s != "*" and mode in rate}
    return forms.empty(
        rate_mode=mode,
        rate=_number(general),
        skip_drawn="1" if own.skip_drawn else "",
        keeps="1",
        more_visits="0",
        team_size=own.team_size,
        cap=own.cap,
        recusals="1",
        **values,
    )


def _number(rate: dict[str, Any]) -> str:
    if "bp" in rate:
        return f"{rate['bp'] / 100:g}"
    return str(rate["number"]) if "number" in rate else ""


def _rows(now: Trial, tried: Trial | None) -> list[dict[str, Any]]:
    """A row a stratum: counts by reason as tried, the quota now and as tried."""
    shown = tried or now
    before = {row.stratum: row.quota for row in now.strata}
    return [
        {
            "row": row,
            "statuses": shown.statuses[row.stratum],
            "before": before.get(row.stratum, 0),
            "share": row.quota / row.eligible if row.eligible else None,
        }
        for row in shown.strata
    ]


def _reasons(leaves_out_drawn: bool, shown: Trial) -> list[tuple[str, str]]:
    """The statuses that leave rows out, each with its column's head: with the eligible they add up to all rows."""
    occur = {status for each in shown.statuses.values() for status in each if status != "E"}
    always = [each for each in ALWAYS if leaves_out_drawn or each != "XYEAR"]
    more = sorted(occur - {*always}, key=lambda each: [*LEFT_OUT, each].index(each))
    return [
        (each, str(LEFT_OUT.get(each, _("其他原因（%(code)s）", code=each)))) for each in [*always, *more]
    ]


def _doors(seen: Seen, tried: Trial) -> service.Doors | None:
    if seen.readiness is None or not seen.campaign.joint:
        return None
    return seen.readiness.doors(seen.mine.tenant_id, tried)


def _kept(own: PartyList) -> list[tuple[str, int]]:
    """How many stay in though drawn this year, by which of the four reasons."""
    return [
        (language.in_language(name), count)
        for code, name in schemas.REASON_NAMES.items()
        if (count := sum(k["reason"] == code for k in own.kept))
    ]
