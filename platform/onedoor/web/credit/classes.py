"""信用风险分类: how many entities are of each class, the rule, its versions tried on the whole city before one is put in force (R-O4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.credit import service
from onedoor.credit.classes import COUNTED, GRADES, ClassRule
from onedoor.credit.models import ClassRuleVersion
from onedoor.credit.rules import ClassRuleState
from onedoor.credit.schemas import ClassRuleSchema
from onedoor.credit.service.class_rules import rule_version, rule_versions
from onedoor.credit.service.classes import class_rule, keeps_classes, moved_by, rule_of, said_facts
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.sentences import Sentence
from onedoor.web.credit.exports import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.pieces import Label, NextStep
from tenants.rules import Permission

FACTS = {
    "problem": Sentence("发现问题的检查结果"),
    "penalty": Sentence("公示的行政处罚"),
    "abnormal": Sentence("经营异常名录"),
    "serious": Sentence("严重违法失信名单"),
    "blacklist": Sentence("行业黑名单"),
}
STATES = {
    "draft": Label(Sentence("已试算，待决定"), "waiting"),
    "in_force": Label(Sentence("施行中"), "done"),
    "replaced": Label(Sentence("已被替代"), "neutral"),
    "dropped": Label(Sentence("未施行"), "neutral"),
}


@pages.get("/classes/")
@allow(Permission.BUREAU_READ)
def classes() -> Any:
    """Classes now, the rule in force, and its versions."""
    return _page(_form_of(class_rule()))


@pages.post("/classes/")
@allow(Permission.DISCLOSE)
def class_rule_draft() -> Any:
    """Draft a rule and try it on the whole city."""
    form = forms.read(ClassRuleSchema())
    if form.ok:
        with form.submission():
            made = service.draft_rule(form.data)
            return redirect(url_for("credit.class_rule_version", version_id=made.id), 303)
    return _page(form)


@pages.get("/classes/<uuid:version_id>")
@allow(Permission.BUREAU_READ)
def class_rule_version(version_id: UUID) -> Any:
    """A version with what it would change, and the first entities it would move."""
    found = rule_version(version_id)
    draft = found.state == ClassRuleState.DRAFT and keeps_classes()
    return page(
        "credit/class_rule.html",
        version=found,
        state=STATES,
        facts=FACTS,
        moves=_moves(found),
        moved=moved_by(rule_of(found)) if draft else [],
        said_facts=said_facts,
        grades=GRADES,
        next=_next(found) if draft else None,
    )


@pages.post("/classes/<uuid:version_id>/force")
@allow(Permission.PLAN_APPROVE)
def class_rule_force(version_id: UUID) -> Any:
    """Put a tried version in force."""
    changed = service.put_in_force(version_id)
    flash(_("已施行，%(count)s 个主体的分类随之变动。", count=changed), "good")
    return redirect(url_for("credit.classes"), 303)


def _next(found: ClassRuleVersion) -> NextStep:
    label = _("施行这个版本")
    if not current_user.may(Permission.PLAN_APPROVE) or found.drafted_by == current_user.user_id:
        return NextStep(label, blocked=[_("由负责人决定施行，起草的人不能自己决定。")])
    return NextStep(
        label,
        url_for("credit.class_rule_force", version_id=found.id),
        "post",
        confirm=_("施行后全市主体按这个版本重新分类，确定吗？"),
    )


def _moves(found: ClassRuleVersion) -> list[tuple[str, str, int]]:
    pairs = [(*key.split(">"), count) for key, count in (found.trial or {}).items()]
    return sorted(pairs, key=lambda one: (one[0], one[1]))


def _form_of(rule: ClassRule) -> forms.Form:
    given: dict[str, Any] = {f"points_{kind}": rule.points.get(kind, 0) for kind in COUNTED}
    given |= {f"always_{kind}": rule.always.get(kind, "") for kind in COUNTED}
    return forms.empty(**given, **{f"from_{grade.lower()}": rule.floors[grade] for grade in GRADES[1:]})


def _page(form: forms.Form) -> Any:
    return page(
        "credit/classes.html",
        form.status,
        form=form,
        counts=service.class_counts(),
        rule=class_rule(),
        versions=rule_versions(),
        states=STATES,
        facts=FACTS,
        keeps=keeps_classes() and current_user.may(Permission.DISCLOSE),
        always=[
            ("", _("不直接评定")),
            *((grade, _("至少 %(grade)s 类", grade=grade)) for grade in GRADES[1:]),
        ],
    )
