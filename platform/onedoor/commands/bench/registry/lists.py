"""Lists and search: the page a clerk opens, beside what somebody would write by hand for the same rows and count.

Ours is what the page's list calls: the transaction that says who speaks, row-level security, search, filters, count and
rows, as objects. By hand are the statements alone, on the same indexes, by a login that no policy binds, with the bureau
in the WHERE; each round looks for another firm's words; for each word that way of finding it was chosen beforehand which is quickest, and it is told never to begin
a second process, which takes longer than a page.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import click
import psycopg
from flask import Flask
from werkzeug.datastructures import MultiDict

from onedoor.app import create_app
from onedoor.commands.bench import bench_city
from onedoor.commands.bench.registry import page_times, set_statements
from onedoor.commands.bench.registry.made_up_register import fill
from onedoor.entities import queries as entity_queries
from onedoor.entities.rules import search
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, Scope, in_scope
from onedoor.targets import queries as target_queries
from onedoor.web.entities import entities
from onedoor.web.shell.lists import State
from onedoor.web.targets import targets

ASKED = (2.0, 1.2)
# How many a list counts, and the codes on its first page.
Answer = tuple[int, list[str]]
_ENTITY = (
    "e.id, e.code, e.name, e.kind, e.status, e.jurisdiction_code, e.address, e.registered_on, e.sort_key"
)
_TARGET = f"t.id, t.rule_id, t.listed_on, t.ended_on, t.ended_reason, {_ENTITY}"
_OF_ENTITIES = "entity e WHERE true"
_OF_TARGETS = "target t JOIN entity e ON e.id = t.entity_id WHERE t.tenant_id = '{me}'"


@dataclass(frozen=True)
class Case:
    """One address of a list. `where` is its filter by hand; `word` what is searched.

    By hand the page of it, and the count, are either read row by row (`read`) or gathered by the index.
    """

    name: str
    of: str
    args: dict[str, str]
    where: str = ""
    word: str = ""
    read: tuple[bool, bool] = (False, False)

    def by_hand(self, me: UUID) -> tuple[str, str]:
        """The statements for the page and the count."""
        targets = self.of == "targets"
        source = (_OF_TARGETS if targets else _OF_ENTITIES).format(me=me) + self.where
        columns, key = (_TARGET, "t.id") if targets else (_ENTITY, "e.id")
        order = f"ORDER BY e.sort_key, {key} LIMIT 21"
        first, page = self._found(self.read[0], source)
        before, count = self._found(self.read[1], source, unless=not targets)
        return (
            f"{first}SELECT {columns} FROM {page} {order}",  # noqa: S608 - ours
            f"{before}SELECT count(*) FROM (SELECT {key} FROM {count} LIMIT 10001) t",  # noqa: S608
        )

    def _found(self, read: bool, source: str, unless: bool = False) -> tuple[str, str]:
        """What stands before the statement and where it reads; `unless` the index is asked within it."""
        if not self.word:
            return "", source
        holds = _holds(self.word)
        if read:
            return "", f"{source} AND {holds}"
        asked = search.question((self.word.lower(),)).replace("'", "''")
        grams = f"entity_grams(e.name, e.address, e.scope, e.code, e.initials) @@ '{asked}'::tsquery"
        found = grams if search.is_exact(self.word) else f"{grams} AND {holds}"
        if unless:
            return "", f"{source} AND {found}"
        hit = f"WITH hit AS MATERIALIZED (SELECT e.* FROM entity e WHERE {found}) "  # noqa: S608
        return hit, source.replace("entity e", "hit e")


CASES = (
    Case("register, first page", "entities", {}),
    Case("register, kind and place", "entities", {"kind": "92", "place": "990102"}, " AND e.kind = '92' AND e.jurisdiction_code = '990102'"),
    Case("register, revoked cooperatives", "entities", {"kind": "93", "status": "revoked"}, " AND e.kind = '93' AND e.status = 'revoked'"),
    Case("library of a third, first page", "targets", {}),
    Case("library, kind and listed", "targets", {"kind": "92", "listed": "yes"}, " AND e.kind = '92' AND t.ended_on IS NULL"),
)  # fmt: skip


def searches(name: str, code: str, initials: str) -> tuple[Case, ...]:
    """Searches for what many have, and for what one firm has: its mark, name, number and initials."""
    seldom = {
        "search, two characters": name[3:5],
        "search, a name": name[3:],
        "search, part of a code": code[8:],
        "search, initials": initials[3:],
    }
    often = {
        "search, two characters of many": ("销售", (True, True)),
        "search, four characters of many": ("餐饮服务", (True, False)),
    }
    return (
        *(
            Case(title, "entities", {"q": word}, word=word, read=read)
            for title, (word, read) in often.items()
        ),
        *(Case(title, "entities", {"q": word}, word=word) for title, word in seldom.items()),
        Case("search in the library", "targets", {"q": name[3:5]}, word=name[3:5]),
    )


def measure(folder: Path, objects: int, repeat: int) -> dict[str, Any]:
    """Seconds of each case, ours and by hand in turn; medians, 95th percentiles, and how many times as long."""
    with bench_city.founded(folder) as made:
        click.echo(f"Making {objects:,} entities, a hundred bureaus and their libraries.", err=True)
        with psycopg.connect(made.servers.dsn("postgres"), autocommit=True) as link:
            link.execute(
                "SET max_parallel_workers_per_gather = 0; SET work_mem = '64MB'; SET random_page_cost = 1.1"
            )
            began = time.perf_counter()
            fill(link, made.lead, objects)
            click.echo(f"Made in {time.perf_counter() - began:.0f} s. Measuring.", err=True)
            app = create_app(made.config)
            person = link.execute("SELECT id FROM user_account WHERE username = 'scjg.planner'").fetchone()
            assert person is not None
            query = "SELECT name, code, initials FROM entity ORDER BY code LIMIT %s OFFSET %s"
            firms = link.execute(query, [(repeat + 1) * 7, objects // 2]).fetchall()[::7]
            figures = _rounds(app, link, firms, made.lead, person[0])
            figures["pages_ms"] = page_times.measured(app, person[0], firms[0][0][3:5], repeat)
            figures["statements_s"] = set_statements.measured(app)
            with app.app_context():
                db.engine.dispose()
    return figures


def _rounds(
    app: Flask, link: psycopg.Connection[Any], firms: list[Any], me: UUID, person: UUID
) -> dict[str, Any]:
    taken: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    counts: dict[str, int] = {}
    # The first round warms what is kept in memory, on both sides, and does not count. Each looks for another firm.
    for number, firm in enumerate(firms):
        for case in (*CASES, *searches(*firm)):
            # By turns: whoever is second finds in memory what the first one had to fetch.
            second = number % 2
            theirs, by_hand = (0.0, None) if second else _timed(partial(_by_hand, link, case, me))
            with _asked(app, case, me, person) as ours:
                mine, seen = _timed(ours)
            if second:
                theirs, by_hand = _timed(partial(_by_hand, link, case, me))
            if seen != by_hand:
                raise click.ClickException(f"{case.name}: ours shows {seen}, by hand {by_hand}.")
            counts[case.name] = seen[0]
            if number:
                taken[case.name][0].append(mine)
                taken[case.name][1].append(theirs)
    return {name: _told(*both, counts[name]) for name, both in taken.items()}


def _timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


@contextmanager
def _asked(app: Flask, case: Case, me: UUID, person: UUID) -> Iterator[Callable[[], Answer]]:
    """A request for the page, ready to be answered: the list is declared, its transaction has not begun."""
    of_targets = case.of == "targets"
    with (
        app.test_request_context(f"/registry/{case.of}"),
        in_scope(Scope(DbRole.BUREAU, me, person, "计划员")),
    ):
        declared = targets.listing() if of_targets else entities.register()
        query = target_queries.library if of_targets else entity_queries.entities

        state = State.read(declared, MultiDict(case.args))
        db.session.commit()

        def ours() -> Answer:
            read = declared.read(db.session(), query, state)
            return read.count, [row.Entity.code if of_targets else row.code for row in read.rows]

        yield ours
        # As the edge ends a page; after a rollback the driver would forget what it has prepared.
        db.session.commit()


def _by_hand(link: psycopg.Connection[Any], case: Case, me: UUID) -> Answer:
    page, count = (text.encode() for text in case.by_hand(me))
    code = 6 if case.of == "targets" else 1
    rows = link.execute(page).fetchall()
    counted = link.execute(count).fetchone()
    assert counted is not None
    return counted[0], [row[code] for row in rows[:20]]


def _holds(word: str) -> str:
    found = [f"strpos(e.{column}, '{word}') > 0" for column in ("name", "scope", "address")]
    if word.isascii():
        found += [f"strpos(e.code, upper('{word}')) > 0", f"strpos(e.initials, lower('{word}')) > 0"]
    return f"({' OR '.join(found)})"


def _told(ours: list[float], theirs: list[float], count: int) -> dict[str, Any]:
    mine, hand = ([median(one), quantiles(one, n=20)[-1]] for one in (ours, theirs))
    return {
        "count": count,
        "ours_ms": [round(one * 1000, 2) for one in mine],
        "by_hand_ms": [round(one * 1000, 2) for one in hand],
        "ratio": [round(a / b, 2) for a, b in zip(mine, hand, strict=True)],
    }


def table(figures: dict[str, Any]) -> str:
    """The figures as lines: median and 95th percentile of each."""
    lines = [f"{'':36}{'rows':>8}{'ours, ms':>20}{'by hand, ms':>20}{'times':>14}"]
    pages, statements = figures.get("pages_ms", {}), figures.get("statements_s", {})
    for name, one in figures.items():
        if one is pages or one is statements:
            continue
        ours, hand, ratio = (
            "  ".join(f"{v:8.2f}" for v in one[key]) for key in ("ours_ms", "by_hand_ms", "ratio")
        )
        lines.append(f"{name:36}{one['count']:>8}{ours:>20}{hand:>20}{ratio:>20}")
    lines += [f"whole page: {name:24}{one[0]:>28.1f}  {one[1]:8.1f}" for name, one in pages.items()]
    lines += [f"{name}: {one:.1f} s" for name, one in statements.items()]
    return "\n".join(
        [*lines, f"Median and 95th percentile. Asked: within {ASKED[0]} times; aimed at: {ASKED[1]}."]
    )
