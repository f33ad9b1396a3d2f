"""The list of draws this bureau leads, has a list in, or commits to."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.draws import queries
from onedoor.draws.models import Draw
from onedoor.edge.identity import current_user
from onedoor.kernel.db import db
from onedoor.web.draws.blueprint import pages, readers
from onedoor.web.draws.labels import STATES
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices

PARTS = (("lead", _l("本部门牵头")), ("partner", _l("本部门参与")))
WAITING = (
    ("note", _l("知悉再次抽取")),
    ("commit", _l("提交承诺")),
    ("reveal", _l("揭示")),
    ("read", _l("录入公共随机数")),
    ("receive", _l("签收封闭名单")),
    ("answer", _l("答复人员更换")),
    ("called_off", _l("看近 30 天取消检查的")),
)
STORED = {key: label for key, label in STATES.items() if key not in ("revealed", "awaiting")}


def _by_part(query: Any, part: str) -> Any:
    mine = Draw.tenant_id == current_user.tenant_id
    return query.where(mine if part == "lead" else ~mine)


def _by_waiting(query: Any, what: str) -> Any:
    of = {
        "note": queries.to_note,
        "commit": queries.to_commit,
        "reveal": queries.to_reveal,
        "read": queries.to_read,
        "receive": queries.to_receive,
        "answer": queries.to_answer,
        "called_off": queries.called_off_lately,
    }
    waiting = of[what]()
    return query.where(Draw.id.in_(waiting.with_only_columns(Draw.id)))


DRAWS = ListPage(
    title=_l("抽取"),
    key=Draw.id,
    columns=(
        Column(
            "number",
            _l("抽取编号"),
            link=lambda draw: url_for("draws.draw", draw_id=draw.id),
            sort=Draw.number,
            kind="code",
        ),
        Column("title", _l("抽查任务"), wide=True),
        Column("reason", _l("再次抽取的理由")),
        Column(
            "state",
            _l("状态"),
            cell=lambda draw: ui.status(draw.state, STATES),
            export=lambda draw: str(STATES[draw.state].text),
        ),
        Column("doors", _l("抽中数量"), kind="number"),
        Column("created_at", _l("建立时间"), kind="time", sort=Draw.created_at),
        Column("ended_at", _l("抽取时间"), kind="time"),
    ),
    search=(Draw.number, Draw.title, Draw.line),
    search_label=_l("抽取编号或任务名称"),
    filters=(
        Filter("part", _l("本部门"), PARTS, apply=_by_part),
        Filter("waiting", _l("等待本部门"), WAITING, apply=_by_waiting),
        Filter("state", _l("状态"), as_choices(STORED), column=Draw.state),
    ),
    order="-created_at",
    empty=_l("在抽查任务的页面开始抽取后，抽取会列在这里；需要本部门提交名单或承诺的抽取也在这里。"),
)


@pages.get("/draws", endpoint="draws")
@readers
def draws_() -> Any:
    """The draws, newest first."""
    return DRAWS.respond(db.session(), queries.draws(), "draws/draws.html")
