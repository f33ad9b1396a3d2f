"""`onedoor demo`: sets the made-up city up, runs the main job, and serves it; or runs it once."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType

import click

from onedoor.commands.demo import main_job, report
from onedoor.commands.demo.cast import JobFailed
from onedoor.commands.demo.processes import DemoError, port_is_free, running, start, wait_for, watch
from onedoor.credit.platform_stand_in import Receiver
from onedoor.embedded import EmbeddedError
from onedoor.entities.rules.entity_rows import COLUMNS
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import read_table

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DONE = "told.json"


@click.command()
@click.option("--once", is_flag=True, help="Run the main job without serving, and exit.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), default=Path("var/demo"), show_default=True
)
@click.option(
    "--entities",
    type=click.Path(path_type=Path),
    help="Firms from this file; no finding is made up for them.",
)
@click.option("--json", "as_json", is_flag=True, help="With --once: the last line is one JSON object.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def demo(once: bool, data: Path, entities: Path | None, as_json: bool, port: int) -> None:
    """A made-up city on embedded servers, and one joint check through every room."""
    with _sentences():
        if entities is not None:
            _check(entities)
        for number in ENDINGS:
            signal.signal(number, _end)
        if once:
            _once(data.resolve(), entities, as_json)
        else:
            _serve(data.resolve(), entities, port)


def _once(folder: Path, entities: Path | None, as_json: bool) -> None:
    with (
        Receiver() as platform,
        Receiver() as sharing,
        running(folder, "http://127.0.0.1:8000", platform.url, sharing.url, afresh=True) as house,
    ):
        result = main_job.run(house, entities, platform)
    click.echo(json.dumps(result.figures, ensure_ascii=False) if as_json else report.table(result))


def _serve(folder: Path, entities: Path | None, port: int) -> None:
    if not port_is_free(port):
        raise DemoError(
            f"Port {port} of 127.0.0.1 is in use; stop what uses it, or choose another with --port."
        )
    finished = folder / DONE
    again = finished.exists() and entities is None
    memory, shared = folder / "receiver.json", folder / "sharing.json"
    if not again:
        # The database begins anew, and with it the batch numbers: the platform must not remember old ones.
        memory.unlink(missing_ok=True)
        shared.unlink(missing_ok=True)
    with Receiver(memory) as platform, Receiver(shared) as sharing:
        address = f"http://127.0.0.1:{port}"
        with running(folder, address, platform.url, sharing.url, afresh=not again) as house:
            if not again:
                finished.unlink(missing_ok=True)
                result = main_job.run(house, entities, platform)
                _keep(finished, json.dumps(asdict(result), ensure_ascii=False))
            start(house, "web server", "serve", "--port", str(port))
            wait_for(lambda: not port_is_free(port), house, "Starting the web server")
            result = main_job.DemoResult(**json.loads(finished.read_text()))
            click.echo(report.table(result, f"http://127.0.0.1:{port}"))
            click.echo(report.welcome(house, port))
            sys.stdout.flush()
            watch(house)


def _keep(path: Path, text: str) -> None:
    """Write a file whole or not at all: a demo that is killed here begins anew."""
    made = path.with_suffix(".new")
    made.write_text(text)
    made.replace(path)


def _check(file: Path) -> None:
    """Say before anything is started what no job could read."""
    if not file.is_file():
        raise DemoError(f"There is no file {file} to load firms from.")
    try:
        rows = iter(read_table(file.read_bytes(), COLUMNS))
        if next(rows, None) is None:
            raise ClerkError("表格里只有表头，没有数据，请补充后重新上传。")
    except ClerkError as problem:
        raise DemoError(f"{file.name}：{problem}") from problem


@contextmanager
def _sentences() -> Iterator[None]:
    """What cannot go on is said in one sentence, without a trace."""
    try:
        yield
    except (DemoError, EmbeddedError, JobFailed, ClerkError) as problem:
        raise click.ClickException(str(problem)) from problem


def _end(number: int, frame: FrameType | None) -> None:
    """The first signal ends the demo in order; further ones do not disturb that."""
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(0)
