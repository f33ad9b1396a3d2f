"""What is kept of a person's lists: named views and columns left out. The shell asks; the application says who answers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, current_app, request

_ANSWERS = "onedoor.list_memory"


@dataclass(frozen=True)
class SavedView:
    """A view by name; ``shared_by`` is the colleague who shares it, empty for one's own."""

    id: UUID
    name: str
    state: dict[str, str]
    shared: bool
    shared_by: str

    def url(self) -> str:
        """This list as the view asks."""
        return f"{request.path}?{urlencode(self.state)}"


@dataclass(frozen=True)
class Memory:
    """What is kept for the reader of the list ``name`` (the page's endpoint)."""

    name: str
    hidden: Collection[str] = ()
    views: Sequence[SavedView] = ()

    def current(self, asked: dict[str, str]) -> SavedView | None:
        """The view that asks just this."""
        return next((view for view in self.views if view.state == asked), None)


def install(app: Flask, answers: Callable[[str], Memory | None]) -> None:
    """Let lists ask ``answers`` by their name."""
    app.extensions[_ANSWERS] = answers


def memory_of_request() -> Memory | None:
    """The memory of the list on this page; None where nobody is remembered. Lists of things' parts have one for all the things."""
    answers: Callable[[str], Memory | None] | None = current_app.extensions.get(_ANSWERS)
    if answers is None or not request.endpoint:
        return None
    found: Any = answers(request.endpoint)
    return found if isinstance(found, Memory) else None
