"""`onedoor serve`, `worker` and `beat`: the processes of a deployment."""

from __future__ import annotations

import click
from gunicorn.app.base import BaseApplication

from onedoor.app import create_app
from tasks import worker as tasks_worker
from tasks.celery_app import QUEUES, celery

# Its schedule is code, so it keeps no file of its own.
BEAT = "celery.beat:Scheduler"


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
        "worker_class": "gthread",
        "graceful_timeout": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
    }
    Server(options).run()


@click.command()
@click.option("--concurrency", default=2, show_default=True)
@click.option(
    "--beat", "with_beat", is_flag=True, help="Ring again for forgotten jobs from this process too."
)
def worker(concurrency: int, with_beat: bool) -> None:
    """Do background jobs."""
    tasks_worker.install(create_app())
    arguments = ["worker", f"--concurrency={concurrency}", "--queues", ",".join(QUEUES), "--loglevel=WARNING"]
    if with_beat:
        arguments += ["--beat", "--scheduler", BEAT]
    celery.worker_main(arguments)


@click.command()
def beat() -> None:
    """Ring again, every ten seconds, for jobs whose bell was lost."""
    tasks_worker.install(create_app())
    celery.start(["beat", "--loglevel=WARNING", "--scheduler", BEAT])
