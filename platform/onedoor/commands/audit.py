"""`onedoor audit verify`: is a bureau's log what it was when it was sealed (R-T6)?

It recomputes the chains from the rows, by code of its own beside the database's, and holds them against
the anchors in the database and against a file of anchors that somebody kept outside.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa

from onedoor.commands.database_address import owner_address
from onedoor.kernel.audit_chain.check import Anchor, examine, sentences

ANCHORS = """
    SELECT a.sequence, a.digest, a.day, h.code FROM audit_anchor a JOIN bureau h ON h.id = a.tenant_id
     WHERE a.bureau_id = :bureau AND a.sequence > 0 ORDER BY a.day, h.code"""
HALF = "SELECT id FROM audit_entry WHERE tenant_id = :bureau AND (sequence IS NULL) <> (digest IS NULL) ORDER BY id"


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A data folder of the demo or of `onedoor servers`.")  # fmt: skip
@click.option("--database", help="The address of the database, as its owner; ONEDOOR_OWNER_DATABASE_URL if not given.")  # fmt: skip
@click.option("--bureau", "codes", multiple=True, help="Only the bureau with this code; may repeat.")
@click.option("--anchors", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Anchors kept outside: a file downloaded from the supervisor's pages.")  # fmt: skip
def verify(data: Path | None, database: str | None, codes: tuple[str, ...], anchors: Path | None) -> None:
    """Find every altered, removed or inserted record of the bureaus' logs, and say which.

    Exits with 0 if all is sound, 1 if anything is not, 2 if the command was used wrongly.
    """
    noted = _read(anchors) if anchors else {}
    with owner_address(data, database) as url, _reading(url) as connection:
        bureaus = _bureaus(connection, codes)
        if strangers := noted.keys() - {code for _, code, _ in _bureaus(connection, ())}:
            raise click.UsageError(f"--anchors: there is no bureau {', '.join(sorted(strangers))} here")
        sound = [_examine(connection, *bureau, noted.get(bureau[1], [])) for bureau in bureaus]
    if not all(sound):
        sys.exit(1)


def _examine(connection: sa.Connection, bureau: UUID, code: str, name: str, noted: list[Anchor]) -> bool:
    kept = [
        Anchor(number, digest, f"the anchor of {day}, held by {holder},")
        for number, digest, day, holder in connection.execute(sa.text(ANCHORS), {"bureau": bureau})
    ]
    found = examine(connection, bureau, [*noted, *kept])
    wrong = list(sentences(found.breaks))
    wrong += [
        f"entry ({entry}) has a place in the chain, or a digest, without the other"
        for entry in connection.scalars(sa.text(HALF), {"bureau": bureau})
    ]
    waiting = f", {found.unsealed} not yet sealed" if found.unsealed else ""
    click.echo(
        f"{'BROKEN' if wrong else 'SOUND '} {code} {name}: {found.entries} entries{waiting},"
        f" {len(kept) + len(noted)} anchors, head {found.head[:16]}"
    )
    for sentence in wrong:
        click.echo(f"  {sentence}")
    return not wrong


@contextmanager
def _reading(url: str) -> Iterator[sa.Connection]:
    """One unchanging sight of the database that sees every bureau and writes nothing."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as link:
            connection = link.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.execute(sa.text("SET LOCAL ROLE onedoor_definer"))
            yield connection
    finally:
        engine.dispose()


def _bureaus(connection: sa.Connection, codes: tuple[str, ...]) -> list[tuple[UUID, str, str]]:
    rows = connection.execute(sa.text("SELECT id, code, name FROM bureau ORDER BY code")).all()
    known = {row.code: (row.id, row.code, row.name) for row in rows}
    for code in codes:
        if code not in known:
            raise click.UsageError(f"--bureau: there is no bureau {code}")
    return [known[code] for code in codes] if codes else list(known.values())


def _read(file: Path) -> dict[str, list[Anchor]]:
    """Anchors by bureau: JSON, one a line as the page gives them, or the API's `items`."""
    try:
        text = file.read_text("utf-8-sig").strip()
        if text.startswith("{") and "\n" not in text and "items" in json.loads(text):
            rows: list[dict[str, Any]] = json.loads(text)["items"]
        else:
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        found: dict[str, list[Anchor]] = {}
        for row in rows:
            anchor = Anchor(int(row["sequence"]), str(row["digest"]), f"{file.name} of {row['day']}")
            found.setdefault(str(row["bureau"]), []).append(anchor)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.UsageError(f"--anchors: {file} is no file of anchors ({error})") from None
    return found
