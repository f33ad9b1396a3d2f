"""`onedoor servers`: only the embedded servers, for psql and the like."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType

import click

from onedoor.embedded import EmbeddedError, Servers, start

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the data; made if it is not there.",
)
def servers(data: Path) -> None:
    """Run PostgreSQL and Redis (Valkey) on a data folder until stopped, and print their addresses."""
    for number in ENDINGS:
        signal.signal(number, _end)
    try:
        with start(data) as running:
            click.echo(addresses(running))
            sys.stdout.flush()
            watch(running)
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error


def addresses(running: Servers) -> str:
    """The addresses, one line each, as psql and redis-cli take them."""
    rows = (
        ("PostgreSQL, owner", running.dsn("onedoor_owner")),
        ("PostgreSQL, application", running.dsn("onedoor_app")),
        ("PostgreSQL, public", running.dsn("onedoor_public")),
        ("Redis", running.redis_url),
    )
    width = max(len(name) for name, _ in rows)
    return "\n".join([*(f"{name:<{width}}  {address}" for name, address in rows), "Press Ctrl-C to stop."])


def watch(running: Servers) -> None:
    """Wait until told to end; raise EmbeddedError if a server ends by itself."""
    while not (failure := running.failure()):
        time.sleep(0.5)
    raise EmbeddedError(failure)


def _end(number: int, frame: FrameType | None) -> None:
    """The first signal ends the command in order; further ones do not disturb that."""
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(0)
