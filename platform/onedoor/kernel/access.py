"""Declarations of what the database lets each role do: grants, row policies and definer functions.

A room declares beside its tables; migrations write the statements out; `onedoor check` compares the
catalogue with what is declared, since Alembic sees none of it. The cells come from `access.md`.

A function or trigger stands whole in `sql/<its name>.sql` of its room and is declared by that name:
`access.functions("visits", visit_lots=(P, B))`, `access.triggers("visits", "visit_party_takes_part")` (docs/adr/0015).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources

from onedoor.kernel.clock import TODAY_SQL
from onedoor.kernel.scope import DbRole

ME = "nullif(current_setting('onedoor.tenant', true), '')::uuid"
ACTOR = "nullif(current_setting('onedoor.actor', true), '')::uuid"
MINE = f"tenant_id = {ME}"
ANYONE = "true"
SUPERVISED = "tenant_id = ANY (ARRAY(SELECT supervised_bureaus()))"

# What every `.sql` file may name between double underscores.
WORDS = {"me": ME, "actor": ACTOR, "today": TODAY_SQL}

B, S, O, I, D, P = (  # noqa: E741 - the letters of access.md's columns
    DbRole.BUREAU,
    DbRole.SUPERVISOR,
    DbRole.OPERATOR,
    DbRole.IDENTITY,
    DbRole.DISPATCH,
    DbRole.PUBLIC,
)

_NAMED = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\s*\(([^)]*)\)")
_END = "\n$body$;"


@dataclass(frozen=True)
class Rule:
    """One cell: `role` may do `command` to the rows `using` shows, writing only what `check` allows.

    `columns` limits the privilege to some columns. A role may have several rules for a command:
    any of them suffices.
    """

    table: str
    role: DbRole
    command: str
    using: str = ANYONE
    check: str | None = None
    columns: tuple[str, ...] = ()

    @property
    def privilege(self) -> str:
        """What is granted, with its columns."""
        return f"{self.command} ({', '.join(self.columns)})" if self.columns else self.command

    def policy(self, number: int) -> str:
        """The statement that makes the policy; `number` is the cell's place among those of its table."""
        name = f"{self.table}_{self.role.value.removeprefix('onedoor_')}_{self.command.lower()}_{number}"
        clauses = ""
        if self.command != "INSERT":
            clauses += f" USING ({self.using})"
        if self.command in ("INSERT", "UPDATE"):
            clauses += f" WITH CHECK ({self.check or self.using})"
        return f"CREATE POLICY {name} ON {self.table} FOR {self.command} TO {self.role.value}{clauses}"


@dataclass(frozen=True)
class Function:
    """A function as its `.sql` file says, and who may call it.

    A `SECURITY DEFINER` function is owned by `onedoor_definer` and names every table as `public.table`. A
    function that an index is made of (`IMMUTABLE`) reads nothing and gives no rights; it is there before the tables.
    """

    text: str
    to: tuple[DbRole, ...]

    @property
    def name(self) -> str:
        return self._named[1]

    @property
    def arguments(self) -> str:
        """`arg type, …`, as declared."""
        return " ".join(self._named[2].split())

    @property
    def is_computed(self) -> bool:
        """Whether an index is made of it."""
        return " IMMUTABLE " in self.text

    @property
    def _named(self) -> re.Match[str]:
        found = _NAMED.match(self.text)
        assert found is not None, self.text[:200]
        return found

    def statements(self) -> Iterator[str]:
        yield self.text
        types = ", ".join(_type_of(part) for part in self.arguments.split(",") if part.strip())
        roles = ["onedoor_definer"] * self.is_computed + [role.value for role in self.to]
        if roles:
            yield f"GRANT EXECUTE ON FUNCTION {self.name}({types}) TO {', '.join(roles)}"
        # Last: after it the owner of the tables has no more say over the function.
        if not self.is_computed:
            yield f"ALTER FUNCTION {self.name}({types}) OWNER TO onedoor_definer"


@dataclass(frozen=True)
class Trigger:
    """A trigger and its function, for what a policy cannot say; its `.sql` file has both, in this order."""

    text: str

    @property
    def name(self) -> str:
        found = _NAMED.match(self.text)
        assert found is not None, self.text[:200]
        return found[1]

    @property
    def sees_both(self) -> bool:
        """Whether it sees all rows of a statement as they were and as they are. Its function then says `SET enable_nestloop
        = off`: else each row as it was is held against each as it is, since the planner takes what a statement wrote for few."""
        return "OLD TABLE" in self.text and "NEW TABLE" in self.text

    def statements(self) -> Iterator[str]:
        function, trigger = self.text.split(_END)
        yield function + _END.rstrip(";")
        yield trigger.strip()


RULES: dict[str, list[Rule]] = {}
SHARED: dict[str, str] = {}
FUNCTIONS: dict[str, list[Function]] = {}
TRIGGERS: dict[str, list[Trigger]] = {}
ROWS: dict[str, list[str]] = {}


def rules(table: str, *given: Iterable[Rule]) -> None:
    """Declare who may do what to `table` (a bureau's table: it has `tenant_id`)."""
    RULES.setdefault(table, []).extend(rule for group in given for rule in group)


def shared(table: str, why: str, *given: Iterable[Rule]) -> None:
    """Declare a table that belongs to no bureau, with the reason."""
    SHARED[table] = why
    rules(table, *given)


def functions(room: str, *given: Function, **named: tuple[DbRole, ...]) -> None:
    """Declare functions of a room: those whose `.sql` file bears the name, each with who may call it, and made ones."""
    made = [Function(read(room, name), to) for name, to in named.items()]
    FUNCTIONS.setdefault(room, []).extend((*given, *made))


def triggers(room: str, *given: Trigger | str) -> None:
    """Declare triggers of a room: by the name of their `.sql` file, or made ones."""
    made = [Trigger(read(room, one)) if isinstance(one, str) else one for one in given]
    TRIGGERS.setdefault(room, []).extend(made)


def first_rows(room: str, *inserts: str) -> None:
    """Declare what stands in a room's tables from the beginning, as INSERT statements."""
    ROWS.setdefault(room, []).extend(inserts)


def read(room: str, file: str, **parts: str) -> str:
    """The SQL of `sql/<file>.sql` of a room, without its comment and last semicolon.

    What stands between double underscores is filled in: `__me__`, `__actor__` and `__today__`, and in files that
    several tables share what `parts` say, as `__table__`.
    """
    package = room if room == "tenants" else f"onedoor.{room}"
    text = (resources.files(package) / "sql" / f"{file}.sql").read_text(encoding="utf-8")
    text = re.sub(r"\A(--.*\n)*", "", text).strip().removesuffix(";")
    for name, part in {**WORDS, **parts}.items():
        text = text.replace(f"__{name}__", part)
    left = re.search(r"__[a-z]+__", text)
    if left is not None:
        raise LookupError(f"{room}/sql/{file}.sql: nothing says what {left[0]} is")
    return text


def append_only(table: str, why: str) -> tuple[Trigger, Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE to everybody, the owner of the table too."""
    return (
        Trigger(read("kernel", "stays", table=table, why=why)),
        Trigger(read("kernel", "is_kept", table=table, why=why)),
    )


def can(table: str, role: DbRole, commands: str, using: str = ANYONE, **options: object) -> list[Rule]:
    """Rules for several commands at once: `can("target", B, "select insert", MINE)`."""
    return [
        Rule(table, role, command.upper(), using, **options)  # type: ignore[arg-type]
        for command in commands.split()
    ]


def owned(table: str, *, deletable: bool = False) -> list[Rule]:
    """The owner's cell: its bureau selects, inserts and updates its own rows (and may delete)."""
    return can(table, B, "select insert update" + (" delete" if deletable else ""), MINE)


def supervised(table: str) -> list[Rule]:
    """The supervisor's cell: reads the rows of the bureaus its grants cover (R-T3)."""
    return can(table, S, "select", SUPERVISED)


def table_statements(table: str) -> Iterator[str]:
    """Row security, grants and policies of one table."""
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO onedoor_definer"
    declared = RULES.get(table, ())
    for role in dict.fromkeys(rule.role for rule in declared):
        privileges = ", ".join(dict.fromkeys(rule.privilege for rule in declared if rule.role is role))
        yield f"GRANT {privileges} ON {table} TO {role.value}"
    for number, rule in enumerate(declared):
        yield rule.policy(number)


def early_statements(room: str) -> Iterator[str]:
    """What has to be there before a room's tables and their indexes."""
    for function in FUNCTIONS.get(room, ()):
        if function.is_computed:
            yield from function.statements()


def room_statements(room: str) -> Iterator[str]:
    """Functions and triggers of one room, by name: in what order modules declare them depends on who imported whom."""
    for function in sorted(FUNCTIONS.get(room, ()), key=lambda one: one.name):
        if not function.is_computed:
            yield from function.statements()
    for trigger in sorted(TRIGGERS.get(room, ()), key=lambda one: one.name):
        yield from trigger.statements()


def row_statements(room: str) -> Iterator[str]:
    """The first rows of one room, written by the one role that row security does not bind."""
    for insert in ROWS.get(room, ()):
        yield from ("SET LOCAL ROLE onedoor_definer", insert, "RESET ROLE")


def _type_of(argument: str) -> str:
    words = argument.split()
    return " ".join(words[1:]) if len(words) > 1 else words[0]
