"""Declarations of what the database lets each role do: grants, row policies and definer functions.

A room declares beside its tables; migrations write the statements out; `onedoor check` compares the
catalogue with what is declared, since Alembic sees none of it. The cells come from `access.md`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onedoor.kernel.scope import DbRole

ME = "nullif(current_setting('onedoor.tenant', true), '')::uuid"
ACTOR = "nullif(current_setting('onedoor.actor', true), '')::uuid"
MINE = f"tenant_id = {ME}"
ANYONE = "true"
SUPERVISED = "tenant_id = ANY (ARRAY(SELECT supervised_bureaus()))"

B, S, O, I, D, P = (  # noqa: E741 - the letters of access.md's columns
    DbRole.BUREAU,
    DbRole.SUPERVISOR,
    DbRole.OPERATOR,
    DbRole.IDENTITY,
    DbRole.DISPATCH,
    DbRole.PUBLIC,
)


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

    def statements(self, number: int) -> Iterator[str]:
        columns = f" ({', '.join(self.columns)})" if self.columns else ""
        yield f"GRANT {self.command}{columns} ON {self.table} TO {self.role.value}"
        name = f"{self.table}_{self.role.value.removeprefix('onedoor_')}_{self.command.lower()}_{number}"
        clauses = ""
        if self.command != "INSERT":
            clauses += f" USING ({self.using})"
        if self.command in ("INSERT", "UPDATE"):
            clauses += f" WITH CHECK ({self.check or self.using})"
        yield f"CREATE POLICY {name} ON {self.table} FOR {self.command} TO {self.role.value}{clauses}"


@dataclass(frozen=True)
class Function:
    """A `SECURITY DEFINER` function with a fixed search path, owned by `onedoor_definer`.

    `signature` is `name(arg type, …)`; `returns` what follows RETURNS; `body` the text between the
    dollar quotes. It names every table as `public.table`. `to` lists who may call it.
    """

    signature: str
    returns: str
    body: str
    to: tuple[DbRole, ...]
    language: str = "sql"
    volatility: str = "STABLE"

    def statements(self) -> Iterator[str]:
        body = textwrap.dedent(self.body).strip()
        yield (
            f"CREATE OR REPLACE FUNCTION {self.signature} RETURNS {self.returns} LANGUAGE {self.language}"
            f" {self.volatility} SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$\n{body}\n$body$"
        )
        name, arguments = self.signature.rstrip(")").split("(", 1)
        types = ", ".join(_type_of(part) for part in arguments.split(",") if part.strip())
        if self.to:
            yield f"GRANT EXECUTE ON FUNCTION {name}({types}) TO {', '.join(role.value for role in self.to)}"
        # Last: after it the owner of the tables has no more say over the function.
        yield f"ALTER FUNCTION {name}({types}) OWNER TO onedoor_definer"


@dataclass(frozen=True)
class Computed:
    """An immutable function of the columns of a row, for an index; it reads nothing else and gives no rights.

    `cost` is what one call costs the planner, in operators: dear, so that it is asked of the index and not of each row.
    """

    signature: str
    returns: str
    body: str
    to: tuple[DbRole, ...]
    cost: int

    def statements(self) -> Iterator[str]:
        body = textwrap.dedent(self.body).strip()
        yield (
            f"CREATE OR REPLACE FUNCTION {self.signature} RETURNS {self.returns} LANGUAGE plpgsql"
            f" IMMUTABLE PARALLEL SAFE COST {self.cost} SET search_path = pg_catalog, pg_temp AS $body$\n{body}\n$body$"
        )
        name, arguments = self.signature.rstrip(")").split("(", 1)
        types = ", ".join(_type_of(part) for part in arguments.split(","))
        roles = ", ".join(("onedoor_definer", *(role.value for role in self.to)))
        yield f"GRANT EXECUTE ON FUNCTION {name}({types}) TO {roles}"


@dataclass(frozen=True)
class Trigger:
    """A trigger and its function, for what a policy cannot say. `each` is ROW, or STATEMENT for what looks at all rows
    of a statement at once: `seen` names them (`REFERENCING …`)."""

    table: str
    name: str
    when: str
    body: str
    each: str = "ROW"
    seen: str = ""

    @property
    def sees_both(self) -> bool:
        """Whether it sees all rows of a statement as they were and as they are."""
        return "OLD TABLE" in self.seen and "NEW TABLE" in self.seen

    def statements(self) -> Iterator[str]:
        body = textwrap.dedent(self.body).strip()
        # Else each row as it was is held against each as it is: the planner takes what a statement wrote for few.
        whole = " SET enable_nestloop = off" if self.sees_both else ""
        yield (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql"
            f" SET search_path = pg_catalog, pg_temp{whole} AS $body$\n{body}\n$body$"
        )
        seen = f"{self.seen} " if self.seen else ""
        yield f"CREATE TRIGGER {self.name} {self.when} ON {self.table} {seen}FOR EACH {self.each} EXECUTE FUNCTION {self.name}()"


RULES: dict[str, list[Rule]] = {}
SHARED: dict[str, str] = {}
FUNCTIONS: dict[str, list[Function]] = {}
COMPUTED: dict[str, list[Computed]] = {}
TRIGGERS: dict[str, list[Trigger]] = {}


def rules(table: str, *given: Iterable[Rule]) -> None:
    """Declare who may do what to `table` (a bureau's table: it has `tenant_id`)."""
    RULES.setdefault(table, []).extend(rule for group in given for rule in group)


def shared(table: str, why: str, *given: Iterable[Rule]) -> None:
    """Declare a table that belongs to no bureau, with the reason."""
    SHARED[table] = why
    rules(table, *given)


def functions(room: str, *given: Function) -> None:
    """Declare definer functions of a room."""
    FUNCTIONS.setdefault(room, []).extend(given)


def computed(room: str, *given: Computed) -> None:
    """Declare functions that indexes of a room are made of."""
    COMPUTED.setdefault(room, []).extend(given)


def triggers(room: str, *given: Trigger) -> None:
    """Declare triggers of a room."""
    TRIGGERS.setdefault(room, []).extend(given)


def append_only(table: str, why: str, unless: str = "") -> tuple[Trigger, Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE to everybody, the owner of the table too.

    `unless` is plpgsql before the refusal: what may return a row that is let through.
    """
    refusal = f"RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation';"
    return (
        Trigger(table, f"{table}_stays", "BEFORE UPDATE OR DELETE", f"BEGIN\n{unless}  {refusal}\nEND"),
        Trigger(table, f"{table}_is_kept", "BEFORE TRUNCATE", f"BEGIN\n  {refusal}\nEND", "STATEMENT"),
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
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO onedoor_definer"
    for number, rule in enumerate(RULES.get(table, ())):
        yield from rule.statements(number)


def early_statements(room: str) -> Iterator[str]:
    """What has to be there before a room's tables and their indexes."""
    for one in COMPUTED.get(room, ()):
        yield from one.statements()


def room_statements(room: str) -> Iterator[str]:
    """Functions and triggers of one room."""
    for function in FUNCTIONS.get(room, ()):
        yield from function.statements()
    for trigger in TRIGGERS.get(room, ()):
        yield from trigger.statements()


def _type_of(argument: str) -> str:
    words = argument.split()
    return " ".join(words[1:]) if len(words) > 1 else words[0]
