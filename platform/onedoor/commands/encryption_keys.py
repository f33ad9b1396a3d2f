"""`onedoor keys status` and `onedoor keys rotate`: under which keys personal data is, and moving it (R-T7)."""

from __future__ import annotations

import sys

import click

from onedoor.app import create_app
from onedoor.kernel import encrypted_columns
from onedoor.kernel.crypto import FieldCipher, is_bound, number_of


@click.group()
def keys() -> None:
    """The keys that encrypt personal data."""


@keys.command()
def status() -> None:
    """How many rows are under which key; a key that holds none may be taken out of the environment.

    Exits with 0 if everything is under the key that writes and bound to its row, and 1 if not.
    """
    app = create_app()
    cipher: FieldCipher = app.extensions["onedoor.cipher"]
    with app.app_context():
        found = encrypted_columns.keys_in_use()
    known = ", ".join(
        f"{number}{' (writes)' if number == cipher.number else ''}" for number in sorted(cipher.keys)
    )
    click.echo(f"Keys of ONEDOOR_FIELD_KEYS: {known}")
    for name, marks in found.items():
        click.echo(
            f"{name}: {', '.join(_line(mark, rows) for mark, rows in sorted(marks.items())) or 'none'}"
        )
    if {mark for marks in found.values() for mark in marks} - {cipher.mark}:
        sys.exit(1)


@keys.command()
@click.option("--batch", default=encrypted_columns.BATCH, show_default=True, help="Rows in one commit.")
def rotate(batch: int) -> None:
    """Encrypt anew what is not under the key that writes, or not bound to its row, while everybody works.

    May be stopped at any point, and goes on where it was. Exits with 1 if a row cannot be read with the keys
    at hand; such a row is named and left as it is.
    """
    app = create_app()
    cipher: FieldCipher = app.extensions["onedoor.cipher"]
    click.echo(f"Key {cipher.number} writes.")
    with app.app_context():
        done = encrypted_columns.rotate(_progress, batch)
    for one in done:
        click.echo(f"{one.column.name}: {one.done} encrypted anew")
        for row in one.unreadable:
            click.echo(f"  {row} cannot be read: its key is missing, or it was altered", err=True)
    if any(one.unreadable for one in done):
        sys.exit(1)


def _line(mark: int, rows: int) -> str:
    loose = "" if is_bound(mark) else " (not bound to their rows)"
    return f"{rows} under key {number_of(mark)}{loose}"


def _progress(going: encrypted_columns.Rotation) -> None:
    click.echo(f"{going.column.name}: {going.seen} seen, {going.done} done", err=True)
