"""What a list is declared of: columns, filters, actions on chosen rows."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, func

from onedoor.web.shell.formats import SHANGHAI, local_date, local_time, number

WRITERS: dict[str, Callable[[Any], str]] = {"number": number, "date": local_date, "time": local_time}


@dataclass(frozen=True)
class Column:
    """One column. ``value`` is an attribute's name or a function of the row; ``cell`` makes markup of a row.

    ``sort`` is the SQL expression it sorts by. ``kind``: text, number, date, time, code. ``export`` is what the
    file holds (the value if not given; of a ``date`` the day); ``exported=False`` leaves it out. ``wide`` columns take what is left.
    One with ``file_only`` stands in no page: what a file says more, so that it can be brought in again.
    """

    key: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    cell: Callable[[Any], Any] | None = None
    link: Callable[[Any], str | None] | None = None
    sort: ColumnElement[Any] | Any | None = None
    kind: str = "text"
    export: Callable[[Any], Any] | None = None
    exported: bool = True
    wide: bool = False
    file_only: bool = False

    def of(self, row: Any) -> Any:
        """The plain value in ``row``."""
        if callable(self.value):
            return self.value(row)
        return getattr(row, self.value or self.key)

    def shown(self, row: Any) -> Any:
        """What the page shows in ``row``."""
        if self.cell is not None:
            return self.cell(row)
        value = self.of(row)
        writer = WRITERS.get(self.kind)
        return writer(value) if writer else ("—" if value in (None, "") else value)

    def exports(self, row: Any) -> Any:
        """What the file holds for ``row``: of a moment that the page shows by its day, the day."""
        value = self.export(row) if self.export else self.of(row)
        return (
            value.astimezone(SHANGHAI).date()
            if self.kind == "date" and isinstance(value, datetime)
            else value
        )


@dataclass(frozen=True)
class Filter:
    """One choice among ``choices`` ((value, label) pairs, or a function that gives them).

    ``column`` is compared with the chosen value, or with all that ``within`` says a value takes in, itself first; or
    ``apply(query, value)`` narrows the query itself.
    ``kind="from"`` and ``"to"`` are dates: the first and the last day of ``column``.
    """

    key: str
    label: Any
    choices: Sequence[tuple[Any, Any]] | Callable[[], Sequence[tuple[Any, Any]]] = ()
    column: Any = None
    apply: Callable[[Select[Any], str], Select[Any]] | None = None
    kind: str = "choice"
    within: Callable[[str], Sequence[str]] | None = None

    def options(self) -> list[tuple[str, str]]:
        choices = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in choices]

    def chosen(self, value: str) -> str | None:
        """The label of a value; None if it is none of ours."""
        if self.kind == "choice":
            return dict(self.options()).get(value)
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return None

    def narrow(self, query: Select[Any], value: str) -> Select[Any]:
        if self.apply is not None:
            return self.apply(query, value)
        if len(taken := self._taken(value)) > 1:
            return query.where(self.column.in_(taken))
        given = self._bound(value)
        if self.kind == "choice":
            return query.where(self.column == bindparam(self._name, given, self.column.type))
        day = bindparam(self._name, given, Date())
        shown = (
            func.date(func.timezone("Asia/Shanghai", self.column))
            if _is_instant(self.column)
            else self.column
        )
        return query.where(shown >= day if self.kind == "from" else shown <= day)

    def asked(self, value: str) -> tuple[Hashable, dict[str, Any]]:
        """The form of the statement that a chosen value makes, and what is bound by name in it: the value alone, unless
        it makes the statement itself."""
        if self.apply is not None:
            return (self.key, value), {}
        taken = self._taken(value)
        return ((self.key, *taken), {}) if len(taken) > 1 else (self.key, {self._name: self._bound(value)})

    def _taken(self, value: str) -> Sequence[str]:
        return self.within(value) if self.within is not None else ()

    @property
    def _name(self) -> str:
        return f"f_{self.key}"

    def _bound(self, value: str) -> Any:
        if self.kind != "choice":
            return date.fromisoformat(value)
        return int(value) if isinstance(self.column.type, Integer) else value


def _is_instant(column: Any) -> bool:
    return bool(getattr(column.type, "timezone", False))


@dataclass(frozen=True)
class Bulk:
    """An action on the chosen rows: a POST to ``url`` with their keys as ``ids``.

    With ``whole`` it is offered for all that the filters leave, too: then ``all`` is sent, and the list's state as
    ``ask-…`` (`choosing.chosen` reads either).
    """

    label: Any
    url: str
    confirm: Any = ""
    whole: bool = False


def as_choices(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """Filter choices from a mapping of states to labels (texts, or ``Label``), in the reader's language when shown."""
    return [
        (str(getattr(state, "value", state)), getattr(label, "text", label))
        for state, label in labels.items()
    ]
