"""`onedoor serve`, `worker` and `beat`: the processes of a deployment."""

from __future__ import annotations

from typing import Any

import click
from celery import signals
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from prometheus_client import multiprocess

from onedoor.app import create_app
from onedoor.commands.database import refuse_former_release, refuse_story_clock
from onedoor.commands.paced_worker import PacedWorker
from onedoor.config import Config
from onedoor.edge import request_metrics
from onedoor.kernel import logs
from tasks import worker as tasks_worker
from tasks.celery_app import QUEUES, celery

# Its schedule is code, so it keeps no file of its own.
BEAT = "celery.beat:Scheduler"


class JsonLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own lines in the same form as ours."""

    def setup(self, cfg: Any) -> None:
        """Give its handlers our formatter."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.JsonLines())


def _forget_process(server: object, process: Any) -> None:
    """What a process that ended counted stays; what it was at does not."""
    if request_metrics.counted_together():
        multiprocess.mark_process_dead(process.pid)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with threads: an event stream holds a thread, not the server."""

    def __init__(self, options: dict[str, object]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options over."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """The application, built in each worker process."""
        return create_app()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True)
@click.option("--threads", default=16, show_default=True)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages and the API."""
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": PacedWorker,
        "graceful_timeout": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
        "logger_class": JsonLogger,
        "child_exit": _forget_process,
    }
    logs.install()
    _fit_database()
    request_metrics.begin_counting()
    Server(options).run()


@click.command()
@click.option("--concurrency", default=2, show_default=True)
@click.option(
    "--beat", "with_beat", is_flag=True, help="Ring again for forgotten jobs from this process too."
)
def worker(concurrency: int, with_beat: bool) -> None:
    """Do background jobs."""
    logs.install()
    _fit_database()
    signals.setup_logging.connect(_leave_logging, weak=False)
    tasks_worker.install(create_app())
    arguments = [
        "--quiet",
        "worker",
        f"--concurrency={concurrency}",
        "--queues",
        ",".join(QUEUES),
        "--loglevel=WARNING",
    ]
    if with_beat:
        arguments += ["--beat", "--scheduler", BEAT]
    celery.worker_main(arguments)


@click.command()
def beat() -> None:
    """Ring again, every ten seconds, for jobs whose bell was lost."""
    logs.install()
    _fit_database()
    signals.setup_logging.connect(_leave_logging, weak=False)
    tasks_worker.install(create_app())
    celery.start(["--quiet", "beat", "--loglevel=WARNING", "--scheduler", BEAT])


def _fit_database() -> None:
    """Refuse, in a sentence, a database that this release cannot work with."""
    config = Config.from_environment()
    refuse_former_release(config.database_url)
    if not config.demo:
        refuse_story_clock(config.database_url)


def _leave_logging(**_: object) -> None:
    """Celery leaves logging as it is when somebody listens to this signal."""
