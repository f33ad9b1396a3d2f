"""One public draw: what was fixed before, who took part, what came of it, and checking it oneself (R-D8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.draws.queries.evidence import evidence, need_proof
from onedoor.draws.rules import Evidence, UnknownFile, Verdict, verify
from onedoor.edge.guard import public
from onedoor.kernel.db import db
from onedoor.web.draws.archive import command
from onedoor.web.draws.change_counts import by_list
from onedoor.web.draws.labels import STATES, STEPS, vocabulary
from onedoor.web.draws.published_content import content_of
from onedoor.web.portal import browser_verifier, public_records
from onedoor.web.portal.blueprint import COMPUTATIONS, READINGS, pages
from onedoor.web.portal.downloads import verifier_digest
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import label_of

AT_ONCE = 50
UNCHECKED = (
    ("the parties together could have steered it", _l("方案没有约定公共随机数源：如果承诺各方全部串通，可以左右结果。")),
    ("the register itself not compared", _l("没有与任何人记下的登记簿条目比对；见证人和各方可以用记下的编号和指纹核对。")),
    ("precedence not checked", _l("没有登记簿，不能核对方案公布在先。")),
    ("beacon not checked", _l("公共随机数源的数值没有核对，请与其公布的数值比对。")),
    ("pool of", _l("有的待抽取库没有公布，其名单没有核对。")),
    ("who was placed in the teams not checked", _l("没有人员名册，检查组的选派没有核对。")),
    ("how the teams were placed not checked", _l("检查组的选派没有核对。")),
    ("the proof's digest not checked", _l("证明的指纹没有核对。")),
    ("changes after the draw not checked", _l("登记簿里有抽取以后的变更记录没有公布，没有核对。")),
    ("log ", _l("有的变更记录只核对了登记，内容没有核对。")),
)  # fmt: skip


@pages.get("/open/draws/<uuid:subject_id>")
@public
def draw(subject_id: UUID) -> Any:
    """One draw as it stands: from the plan on, before anything is drawn."""
    found = public_records.thing("draw", subject_id)
    content, files = content_of(found), queries.files(found.id)
    return page(
        "portal/draw.html",
        thing=found,
        draw=content,
        files=files,
        command=command([one.name for one in files]),
        verifier=verifier_digest(),
        hall=_hall(content),
        words=vocabulary(),
        line_draws=_of_line(found, content),
        changed=by_list(content),
        **_shown(content),
    )


@pages.get("/open/draws/<uuid:subject_id>/verify")
@limiter.limit(READINGS)
@limiter.limit(COMPUTATIONS, exempt_when=lambda: "here" not in request.args)
@public
def draw_verify(subject_id: UUID) -> Any:
    """The reader's own device computes the draw anew from its published files; without a script this site does (`here`)."""
    found = public_records.thing("draw", subject_id)
    files = queries.files(found.id)
    need_proof(files)
    verdict = _verdict(evidence(found)) if "here" in request.args else None
    return page(
        "portal/draw_verify.html",
        thing=found,
        verdict=verdict,
        unchecked=[_sentence(text) for text in verdict.unchecked] if verdict else [],
        roster=content_of(found)["roster"],
        files=files,
        settings=browser_verifier.settings(found, files, content_of(found)),
        command=command([one.name for one in files]),
        words=vocabulary(),
    )


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """A page of the drawn objects, and whether the draw's way can be shown."""
    objects, first = content["objects"], request.args.get("from", 0, type=int)
    first = first if 0 <= first < len(objects) else 0
    states = {*(key for key, _words in STEPS), "void"}
    return {
        "objects": objects[first : first + AT_ONCE],
        "first": first,
        "total": len(objects),
        "at_once": AT_ONCE,
        "known_state": content["state"] in states,
    }


def _of_line(found: Disclosure, content: dict[str, Any]) -> list[tuple[str, str, Any, bool]]:
    """All public draws of the same line, oldest first: none replaces another (R-D7)."""
    if not content.get("line"):
        return []
    query = queries.search("draw").where(Disclosure.content["line"].astext == content["line"])
    there = sorted(db.session.scalars(query), key=lambda one: one.content.get("seq", 1))
    return [
        (
            one.content.get("number") or one.title,
            url_for("portal.draw", subject_id=one.subject_id),
            label_of(one.content.get("state"), STATES).text,
            one.id == found.id,
        )
        for one in there
    ]


def _verdict(given: Evidence) -> Verdict:
    try:
        return verify(given)
    except UnknownFile as problem:
        return Verdict(False, str(problem))


def _sentence(text: str) -> str:
    """What could not be checked, in the reader's language."""
    name = text.partition(": ")[2]
    if text.startswith("the register has a plan and no end of"):
        return _("登记簿里公布了方案、还没有结果的抽取：%(draws)s。", draws=name)
    if text.startswith("the register has as void"):
        return _("登记簿里作废的抽取：%(draws)s。", draws=name)
    for beginning, sentence in UNCHECKED:
        if text.startswith(beginning):
            return str(sentence)
    return _("有一项没有核对，详见命令行核验的输出。")


def _hall(content: dict[str, Any]) -> str | None:
    """The hall, while the lead lets everybody watch."""
    if not content.get("watchable") or content["state"] not in ("open", "closed", "awaiting", "revealed"):
        return None
    return url_if("draws.public_hall", draw_id=content["id"])
