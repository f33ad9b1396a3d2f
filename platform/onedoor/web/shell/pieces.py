"""What the shared pieces are given: plain values a page's function makes from the rooms' objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

NEUTRAL, ACTIVE, DONE, WAITING, STOPPED = "neutral", "active", "done", "waiting", "stopped"


@dataclass(frozen=True)
class Label:
    """A state in words with its tone: neutral, active (in work), done, waiting (on someone), stopped."""

    text: Any
    tone: str = NEUTRAL

    def __str__(self) -> str:
        return str(self.text)


Labels = Mapping[Any, "Label | Any"]


@dataclass(frozen=True)
class Step:
    """One step of a trace. ``kernel.trace.TraceStep`` will do as well."""

    text: Any
    at: datetime | None = None
    actor_name: str = ""
    bureau_name: str = ""
    link: str | None = None
    stage: str = ""


# The way of a thing from the list to the export (R-D9), in the order a reader expects.
STAGES: Mapping[str, Any] = {
    "item": _l("事项"),
    "plan": _l("计划"),
    "filing": _l("备案"),
    "campaign": _l("抽查任务"),
    "pool": _l("冻结名单"),
    "draw": _l("抽取"),
    "team": _l("检查组"),
    "notice": _l("通知"),
    "visit": _l("检查"),
    "record": _l("记录"),
    "result": _l("结果"),
    "disclosure": _l("公示"),
    "export": _l("报送"),
    "oversight": _l("督办"),
}
FEW = 8


@dataclass(frozen=True)
class Stage:
    """The steps of one stage of a trace; `open` where the newest step is."""

    label: Any
    steps: Sequence[Any]
    open: bool


def stages_of(steps: Sequence[Any]) -> list[Stage]:
    """A long trace by stages, each in order of time; a short one is one open stage without a label."""
    if len(steps) <= FEW:
        return [Stage("", steps, True)] if steps else []
    order = list(STAGES)
    found: dict[str, list[Any]] = {}
    for step in steps:
        found.setdefault(step.stage, []).append(step)
    names = sorted(found, key=lambda name: order.index(name) if name in order else len(order))
    return [Stage(STAGES.get(name, _l("其他")), found[name], steps[-1] in found[name]) for name in names]


# Papers that no other bureau may open, though a step of them is told to all whose visit it was.
PAPERS_OF_ONE_BUREAU = ("/exports/",)


def way_of(step: Any, reader: UUID | None) -> str | None:
    """Where a step of a trace leads whoever reads it in bureau ``reader``."""
    link: str | None = step.link
    own = getattr(step, "tenant_id", reader) == reader
    return link if own or not (link or "").startswith(PAPERS_OF_ONE_BUREAU) else None


@dataclass(frozen=True)
class NextStep:
    """The one primary button of a page; or, with ``blocked``, why it cannot be done now and what to change.

    With ``whose`` nothing is wrong: it is somebody else's to do.

    A step that changes something is a POST (``method="post"``); ``confirm`` asks first; ``fields`` travel with it.
    """

    label: Any
    url: str = ""
    method: str = "get"
    confirm: Any = ""
    blocked: Sequence[Any] = ()
    whose: Any = ""
    hint: Any = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


def label_of(state: Any, labels: Labels) -> Label:
    """The words of a state; an unknown state is never shown by its name."""
    for key in (state, getattr(state, "value", state), getattr(state, "name", state)):
        if key in labels:
            found = labels[key]
            return found if isinstance(found, Label) else Label(found)
    return Label("—")
