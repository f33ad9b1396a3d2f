"""The style gallery: every layout and every piece on pages of their own, for the shell's tests and for looking at."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, flash, g, redirect, request
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import onedoor
from onedoor.edge.guard import public
from onedoor.edge.identity import Nobody
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.web import shell
from onedoor.web.shell import forms, menu, page, ui
from onedoor.web.shell.lists import Bulk, Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, NextStep, Step

ROOT = Path(onedoor.__file__).parent / "web"
gallery = Blueprint("gallery", __name__, template_folder="templates")

STATES = {
    "draft": Label("草稿"),
    "submitted": Label("审核中", "active"),
    "returned": Label("已退回", "waiting"),
    "approved": Label("已批准", "done"),
    "cancelled": Label("已取消", "stopped"),
}


class Base(DeclarativeBase):
    pass


class Firm(Base):
    __tablename__ = "firm"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    code: Mapped[str]
    state: Mapped[str]
    staff: Mapped[int | None]
    since: Mapped[date | None]


FIRMS = ListPage(
    title="检查对象",
    key=Firm.id,
    columns=(
        Column("name", "名称", link=lambda row: f"/gallery/detail?firm={row.id}", sort=Firm.name, wide=True),
        Column("code", "统一社会信用代码"),
        Column(
            "state",
            "状态",
            cell=lambda row: ui.status(row.state, STATES),
            export=lambda row: STATES[row.state],
        ),
        Column("staff", "从业人数", kind="number", sort=Firm.staff),
        Column("since", "成立日期", kind="date", sort=Firm.since),
    ),
    search=(Firm.name, Firm.code),
    search_label="名称或统一代码",
    filters=(
        Filter("state", "状态", as_choices(STATES), column=Firm.state),
        Filter("from", "成立自", column=Firm.since, kind="from"),
        Filter("to", "成立至", column=Firm.since, kind="to"),
        Filter(
            "staffed",
            "填报",
            (("yes", "已填从业人数"),),
            apply=lambda query, _yes: query.where(Firm.staff >= 0),
        ),
        Filter(
            "least",
            "从业人数",
            (("10", "10 人以上"),),
            apply=lambda query, n: query.where(Firm.staff >= int(n)),
        ),
        Filter(
            "name",
            "字号",
            (("示例", "示例"),),
            apply=lambda query, word: query.where(Firm.name.contains(word)),
        ),
    ),
    order="name",
    empty="从经营主体中按条件选取，或导入名录表格。",
    empty_action=("导入名录", "gallery.form", {}),
    bulk=(Bulk("移出名录", "/gallery/remove", "把选中的检查对象移出名录？移出后不再参加抽取。"),),
    size=20,
)


class PlanSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(max=40))
    rate = fields.Decimal(required=True, validate=validate.Range(min=0, max=100))
    due = fields.Date(required=True)
    method = fields.String(required=True, validate=validate.OneOf(["spot", "paper"]))
    partners = fields.List(
        fields.String(), required=True, validate=validate.Length(min=1, error="请至少选择一个参与部门。")
    )
    public = fields.Boolean()
    note = fields.String()


JOB = SimpleNamespace(id="1", title="导入经营主体名录", state="running", problem=None)


def _job(state: str, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(JOB), "state": state, "id": state, **more})


STEPS = [
    Step(
        "公布检查事项清单",
        datetime(2026, 1, 8, 1, 30, tzinfo=UTC),
        "王立新",
        "市场监督管理局",
        "/gallery/detail",
    ),
    Step("年度计划经负责人批准", datetime(2026, 2, 3, 6, 5, tzinfo=UTC), "陈国栋", "市场监督管理局"),
    Step(
        "冻结待抽取库，共 1,284 户",
        datetime(2026, 3, 5, 2, 0, tzinfo=UTC),
        "李敏",
        "消防救援局",
        "/gallery/detail",
    ),
    Step("抽取完成，抽中 64 户", datetime(2026, 3, 6, 2, 31, tzinfo=UTC), "李敏", "市场监督管理局"),
]
NEXT = {
    "ready": NextStep("提交审核", "/gallery/act", "post", "提交后不能再修改，确定提交吗？"),
    "blocked": NextStep("开始抽取", blocked=["还有 2 个部门没有交执法人员名单", "见证人尚未确认到场"]),
}


@gallery.before_app_request
def _someone() -> None:
    g._login_user = Nobody()
    if request.path.startswith("/gallery") and "guest" not in request.args:
        g._login_user = SimpleNamespace(
            is_authenticated=True,
            acting=None,
            display_name="王立新",
            bureau_name="示范市市场监督管理局",
            permissions=frozenset(),
            roles=(),
            area="bureau",
        )


@gallery.get("/gallery/detail")
def detail() -> Any:
    if request.args.get("flash"):
        flash("计划已保存。", "good")
    jobs = [
        (_job("running"), SimpleNamespace(done=3120, total=5636, note="正在核对统一社会信用代码")),
        (_job("waiting"), None),
        (_job("failed", problem="第 218 行的统一社会信用代码校验位不对，请改正后重新导入。"), None),
    ]
    chart = {
        "xAxis": {"type": "category", "data": ["1月", "2月", "3月", "4月"]},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": [12, 30, 64, 41], "name": "检查户数"}],
    }
    return page(
        "gallery/detail.html", steps=STEPS, states=STATES, next=NEXT[request.args.get("next", "ready")], jobs=jobs, chart=chart,
        day=date(2026, 3, 20), now=datetime(2026, 3, 6, 2, 31, tzinfo=UTC),
    )  # fmt: skip


@gallery.get("/gallery/list")
def listing() -> Any:
    return FIRMS.respond(
        g.session,
        sa.select(Firm).where(Firm.name != "" if "none" not in request.args else sa.false()),
        "gallery/list.html",
    )


@gallery.route("/gallery/form", methods=["GET", "POST"])
@public
def form() -> Any:
    shown = forms.empty(rate=3, due=date(2026, 5, 1), partners=["fire"])
    if request.method == "POST":
        shown = forms.read(PlanSchema())
        if shown.ok and shown.data["name"] == "重名":
            shown.refuse(
                ClerkError("已有名为“%(name)s”的计划。", fields={"name": ["请换一个名称。"]}, name="重名")
            )
        if shown.ok:
            flash("计划已保存。", "good")
            return redirect("/gallery/detail")
    return page("gallery/form.html", 200 if shown.ok else 422, form=shown)


@gallery.get("/gallery/<any(public,hall,field,print,sign_in,oversight):name>")
def layout(name: str) -> Any:
    return page(f"gallery/{name}.html", steps=STEPS, states=STATES, form=forms.empty(), next=NEXT["ready"])


@gallery.post("/gallery/act")
def act() -> Any:
    flash("已提交审核。", "good")
    return redirect("/gallery/detail")


@gallery.get("/gallery/job")
def job() -> Any:
    """A job that runs for three looks and then is done; the looks are counted by the browser's cookie."""
    seen = int(request.cookies.get("looks", "0")) + ("HX-Request" in request.headers)
    state = _job("running" if seen < 3 else "done", id="7")
    response = page("gallery/job.html", job=state, progress=SimpleNamespace(done=seen, total=3, note=""))
    response.set_cookie("looks", str(seen))
    return response


@gallery.get("/gallery/error/<int:code>")
def error(code: int) -> Any:
    if code == 409:
        raise Conflict("这份计划已由%(who)s批准，不能再退回。", who="陈国栋")
    abort(code)


@gallery.get("/gallery/broken")
def broken() -> Any:
    raise RuntimeError("secret detail")


def _fill(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    session = Session(engine)
    words = ["示例食品", "样板餐饮", "虚构超市", "演示药房", "范例宾馆"]
    session.add_all(
        Firm(
            id=i, name=f"{words[i % 5]}有限公司第{i:03d}店", code=f"91990100MA0{i:07d}", state=list(STATES)[i % 5],
            staff=None if i % 7 == 0 else i * 37 % 400, since=None if i % 11 == 0 else date(2015 + i % 9, 1 + i % 12, 1 + i % 27),
        )
        for i in range(1, 124)
    )  # fmt: skip
    session.commit()
    session.close()


def create_app(database_url: str, **config: Any) -> Flask:
    """A small application on an empty database: the shell and the gallery, nothing else."""
    app = Flask(
        "onedoor", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static" / "build")
    )
    app.config.update(SECRET_KEY="gallery", **config)
    shell.install(app)
    engine = sa.create_engine(database_url)
    app.extensions["gallery.engine"] = engine
    _fill(engine)
    app.before_request(lambda: setattr(g, "session", Session(engine)))
    app.teardown_request(lambda _: g.session.close() if "session" in g else None)
    _menu_stand_ins(app)
    app.register_blueprint(gallery)
    return app


def _menu_stand_ins(app: Flask) -> None:
    entries = [
        *menu.PUBLIC,
        *menu.FIELD,
        *(entry for group in (*menu.BUREAU, *menu.OVERSIGHT) for entry in group.entries),
    ]
    names = {entry.endpoint for entry in entries} | {
        "portal.search",
        "session.sign_out",
        "session.sign_in",
        "operator.health",
    }
    for endpoint in sorted(names):
        if endpoint == "registry.targets":
            app.add_url_rule("/gallery/list", endpoint, listing)
        else:
            app.add_url_rule(f"/stand-in/{endpoint}", endpoint, lambda: "", methods=["GET", "POST"])
