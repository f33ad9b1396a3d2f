"""Both servers on one data folder."""

import atexit
import os
import platform
from pathlib import Path
from types import TracebackType
from typing import Self

from onedoor.embedded.postgres import DATABASE, Postgres
from onedoor.embedded.processes import Account, EmbeddedError, free_port, is_free
from onedoor.embedded.server_state import Lock, ServerState
from onedoor.embedded.valkey import Valkey

ATTEMPTS = 3


class Servers:
    """The running servers; a context manager that stops them. URLs are SQLAlchemy's, `dsn` is for psql and libpq."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.folder = folder
        self._pid = os.getpid()
        self._lock = Lock(folder / "lock")
        try:
            self._keep = ServerState.read(folder / "servers.json")
            account = Account.choose(folder / "postgres")
            self.postgres = Postgres(folder, account, self._keep.passwords, durable=durable)
            self.valkey = Valkey(folder, account, self._keep.passwords["valkey"])
        except BaseException:
            self._lock.release()
            raise

    def dsn(self, login: str, database: str = DATABASE) -> str:
        """Address for libpq: `postgres`, `onedoor_owner`, `onedoor_app` or `onedoor_public` in a database."""
        return f"postgresql://{login}:{self._keep.passwords[login]}@127.0.0.1:{self._keep.ports['postgres']}/{database}"

    def url(self, login: str, database: str = DATABASE) -> str:
        """The same for SQLAlchemy."""
        return self.dsn(login, database).replace("postgresql:", "postgresql+psycopg:", 1)

    @property
    def superuser_url(self) -> str:
        """The superuser, for bootstrap and for tests that make databases."""
        return self.url("postgres")

    @property
    def owner_url(self) -> str:
        """The owner of the tables, for migrations."""
        return self.url("onedoor_owner")

    @property
    def app_url(self) -> str:
        """The login of web and worker."""
        return self.url("onedoor_app")

    @property
    def public_url(self) -> str:
        """The login of the public site."""
        return self.url("onedoor_public")

    @property
    def redis_url(self) -> str:
        """Valkey, database 0."""
        return f"redis://:{self._keep.passwords['valkey']}@127.0.0.1:{self._keep.ports['valkey']}/0"

    def failure(self) -> str | None:
        """A sentence if a server has ended without being asked."""
        return self.postgres.failure() or self.valkey.failure()

    def begin(self) -> None:
        """Start both and run the bootstrap; on any error, also Ctrl-C, nothing is left running."""
        try:
            for server in (self.postgres, self.valkey):
                server.prepare()
                self._listen(server)
            self.postgres.bootstrap(self.dsn("postgres", "postgres"))
        except BaseException:
            self.stop()
            raise

    def _listen(self, server: Postgres | Valkey) -> None:
        """On the remembered port, or another if a stranger took it, even between our look and the server's."""
        name = server.data.name
        for attempt in range(1, ATTEMPTS + 1):
            port = self._keep.ports[name] = free_port(self._keep.ports.get(name))
            self._keep.write(self.folder / "servers.json")
            try:
                return server.start(port)
            except EmbeddedError:
                if attempt == ATTEMPTS or is_free(port):
                    raise

    def stop(self) -> None:
        """Stop both and let the folder go. Does nothing a second time, or in a process forked from the one that started."""
        if os.getpid() != self._pid:
            return
        try:
            self.valkey.stop()
            self.postgres.stop()
        finally:
            self._lock.release()
            atexit.unregister(self.stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()


def start(data: Path, *, durable: bool = True) -> Servers:
    """Make or wake PostgreSQL and Valkey on the folder `data`; stop them with `stop()` or by leaving the `with`.

    `durable=False` spares the disk and may lose data with the machine: for tests. Call it from the main thread, so that the
    servers end by themselves should the process be killed; otherwise the next start ends them. Raises EmbeddedError.
    """
    if platform.system() != "Linux":
        raise EmbeddedError(
            "The embedded servers run on Linux only; name a PostgreSQL and a Redis server instead."
        )
    folder = Path(data).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    servers = Servers(folder, durable=durable)
    atexit.register(servers.stop)
    servers.begin()
    return servers
