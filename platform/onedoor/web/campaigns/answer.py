"""The answer form: which items, which list, which inspectors (R-J5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from onedoor.campaigns import queries, schemas, service
from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.service.party_answers import OFFICER_CAP
from onedoor.campaigns.service.pools import days_to_come, skips_drawn
from onedoor.campaigns.service.trial import officers_for
from onedoor.edge.guard import allow
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.kernel.clock import today
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries as officer_queries
from onedoor.plans import queries as plans
from onedoor.targets.queries.risk import risk_strata
from onedoor.targets.rules.codes import CLASS_NAMES
from onedoor.targets.rules.rate_rules import RULES
from onedoor.targets.rules.selection import split_words
from onedoor.web.campaigns import labels
from onedoor.web.campaigns.actions import back
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.rate_rules import rules_shown
from onedoor.web.registry_words import risk_name
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants
from tenants.rules import Permission

REASON_WORDS = {code: str(name) for code, name in schemas.REASON_NAMES.items()}


@pages.route("/<uuid:campaign_id>/answer", methods=["GET", "POST"])
@allow(Permission.CAMPAIGN_ANSWER)
def answer(campaign_id: UUID) -> Any:
    """Answer the invitation, or change the answer before the freeze."""
    campaign = queries.campaign(campaign_id)
    mine = queries.my_party(campaign_id)
    form = opened(mine, lambda: _shown(campaign).values)
    if request.method == "POST":
        form = sent(schemas.AnswerSchema(), form, campaign)
        if form.ok:
            with form.submission():
                ready = service.accept(campaign_id, _contribution(form.data, _carried(campaign_id)))
                return back(campaign_id, _told(ready, campaign.unit), "warn" if _stopped(ready) else "good")
    status = form.status
    return page(
        "campaigns/answer.html", status, campaign=campaign, mine=mine, form=form, **_choices(campaign)
    )


def _stopped(ready: Any) -> bool:
    return any(problem["level"] == "stop" for problem in ready.problems)


def _told(ready: Any, unit: str) -> str:
    if _stopped(ready):
        return _("已保存，但还有问题必须解决，请看“本部门的部分”。")
    if unit == "place":
        return _(
            "已保存：可抽 %(eligible)s 处，抽 %(quota)s 处。", eligible=ready.eligible, quota=ready.quota
        )
    if unit == "matter":
        return _(
            "已保存：可抽 %(eligible)s 件，抽 %(quota)s 件。", eligible=ready.eligible, quota=ready.quota
        )
    return _("已保存：可抽 %(eligible)s 户，抽 %(quota)s 户。", eligible=ready.eligible, quota=ready.quota)


def _carried(campaign_id: UUID) -> list[str]:
    """Qualifications of the last answer: one that the vocabulary no longer has may stay."""
    own = queries.my_list(campaign_id)
    return own.qualifications if own else []


def _contribution(data: dict[str, Any], carried: list[str]) -> service.Contribution:
    """The form's fields as a contribution. Raises ClerkError beside a rate or a line that is wrong."""
    mode, given = data["rate_mode"], data["rate"]
    by_rules = data["stratify"] == RULES
    rates = {} if by_rules else {"*": schemas.rate_of(mode, given), **_stratum_rates(data["stratify"], mode)}
    conditions = {"places": data["places"], "kinds": data["kinds"], "scope": list(split_words(data["scope"]))}
    return service.Contribution(
        item_ids=data["item_ids"],
        inspector_ids=data["inspector_ids"],
        rates=rates,
        stratify=data["stratify"],
        conditions={name: value for name, value in conditions.items() if value},
        reserve=data["reserve"],
        team_size=data["team_size"],
        qualifications=item_service.known_qualifications(data["qualifications"], carried),
        cap=data["cap"],
        skip_drawn=data["skip_drawn"],
        kept=schemas.read_kept(data["kept"]),
        weights=_weights(data["weigh"]),
    )


def _stratum_rates(stratify: str, mode: str) -> dict[str, Any]:
    """Rates typed for single strata, beside the one for all others."""
    found = {}
    for name, typed in request.form.items():
        kind, _mark, stratum = name.partition("-rate-")
        if kind == stratify and stratum and typed.strip():
            schema = schemas.RatesSchema()
            if schema.validate({"rate_mode": mode, "rate": typed}):
                raise ClerkError("分层的比例或数量应为数字，请核对。")
            found[stratum] = schemas.rate_of(mode, schema.load({"rate_mode": mode, "rate": typed})["rate"])
    return found


def _weights(by: str) -> dict[str, Any]:
    """Weights typed for kinds or places; none: all alike."""
    if by == "none":
        return {}
    found = {}
    for name, typed in request.form.items():
        kind, _mark, value = name.partition("-weight-")
        if kind == by and value and typed.strip():
            if not typed.strip().isdecimal() or len(typed.strip()) > 6:
                raise ClerkError("权重应为整数，请核对。", fields={"weigh": ["权重应为 1 至 1000 的整数。"]})
            found[value] = int(typed)
    return {"by": by, "of": found}


def _choices(campaign: Campaign) -> dict[str, Any]:
    items = [item for item in item_queries.published_items(tenants.my_bureau().id) if item.mode == "random"]
    officers = officers_for(campaign)
    leaves = officer_queries.leaves_between(*days_to_come(campaign))
    places = _places(campaign)
    return {
        "words": labels,
        "divisions": [
            (code, name) for code, name in labels.STRATIFY.items() if code != RULES or campaign.rate_rules
        ],
        "rules": rules_shown(campaign.rate_rules),
        "leaves_out_drawn": service.leaves_out_drawn(campaign),
        "items": [(item.id, f"{item.number} {item.name}", item.basis) for item in items],
        "officers": [(one.id, one.name, _about(one, campaign, leaves)) for one in officers],
        "places": places,
        "qualifications": [(word, word) for word in item_queries.qualifications.names(_carried(campaign.id))],
        "kinds": [(code, _(name)) for code, name in KIND_NAMES.items() if code in _kinds(campaign)],
        "risks": [(code, risk_name(code, level)) for code, level in risk_strata().items()],
        "classes": [(code, _(name)) for code, name in CLASS_NAMES.items()],
    }


def _about(one: Any, campaign: Campaign, leaves: list[Any]) -> str:
    leads = _("可任组长") if one.leads else ""
    valid = _("执法证有效至 %(day)s", day=one.certificate_expires_on.isoformat())
    soon = _("（检查期内到期）") if one.certificate_expires_on < campaign.ends_on else ""
    away = "　".join(
        _("休假 %(since)s 至 %(until)s", since=each.since.isoformat(), until=each.until.isoformat())
        for each in leaves
        if each.inspector_id == one.id
    )
    return "　".join(
        text for text in (one.post, leads, valid + soon, away, "、".join(one.qualifications)) if text
    )


def _places(campaign: Campaign) -> list[tuple[str, str]]:
    tops = campaign.conditions.get("places") or [tenants.my_bureau().jurisdiction_code]
    within = {code for top in tops for code in tenants.places_under(top)}
    return [(place.code, place.name) for place in tenants.places() if place.code in within]


def _kinds(campaign: Campaign) -> set[str]:
    return set(campaign.conditions.get("kinds") or KIND_NAMES)


def _shown(campaign: Campaign) -> Form:
    """What stands in the form: the last answer, or what the plan line says."""
    own = queries.my_list(campaign.id)
    if own is None:
        return forms.empty(**_from_line(campaign))
    mine = tenants.my_bureau().id
    return forms.empty(
        item_ids=[str(item.item_id) for item in queries.party_items(campaign.id, mine)],
        inspector_ids=[str(one.inspector_id) for one in queries.party_inspectors(campaign.id, mine)],
        **_from_list(own),
    )


def _from_line(campaign: Campaign) -> dict[str, Any]:
    mine = tenants.my_bureau().id
    named = {
        item.item_number
        for item in (plans.line_items(campaign.plan_line_id) if campaign.plan_line_id else ())
        if item.bureau_id == mine
    }
    items = [item for item in item_queries.published_items(mine) if item.number in named]
    officers = officer_queries.my_inspectors(today())
    return {
        "item_ids": [str(item.id) for item in items],
        "inspector_ids": [str(one.id) for one in officers],
        "stratify": campaign.stratify,
        "reserve": campaign.reserve,
        "team_size": campaign.team_size,
        "cap": OFFICER_CAP,
        "skip_drawn": skips_drawn(),
        "weigh": "none",
        **_rates(campaign.stratify, campaign.rates),
    }


def _from_list(own: PartyList) -> dict[str, Any]:
    return {
        "places": own.conditions.get("places", []),
        "kinds": own.conditions.get("kinds", []),
        "scope": "、".join(own.conditions.get("scope", [])),
        "stratify": own.stratify,
        "reserve": own.reserve,
        "team_size": own.team_size,
        "qualifications": own.qualifications,
        "cap": own.cap,
        "skip_drawn": own.skip_drawn,
        "kept": "\n".join(
            f"{kept['code']} {REASON_WORDS[kept['reason']]} {kept.get('reference', '')}".rstrip()
            for kept in own.kept
        ),
        "weigh": own.weights.get("by", "none"),
        **{f"{own.weights['by']}-weight-{key}": weight for key, weight in own.weights.get("of", {}).items()},
        **_rates(own.stratify, own.rates),
    }


def _rates(stratify: str, rates: dict[str, Any]) -> dict[str, Any]:
    general = rates.get("*") or {"bp": 0}
    mode = next(iter(general))
    shown: dict[str, Any] = {"rate_mode": mode, "rate": _number(general)}
    for stratum, rate in rates.items():
        if stratum != "*" and mode in rate:
            shown[f"{stratify}-rate-{stratum}"] = _number(rate)
    return shown


def _number(rate: dict[str, Any]) -> str:
    if "bp" in rate:
        return f"{rate['bp'] / 100:g}"
    return str(rate["number"]) if "number" in rate else ""
