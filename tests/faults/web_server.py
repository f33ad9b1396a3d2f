"""A real web server in a process of its own, and a person's browser as far as forms need one."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from onedoor.config import Config
from onedoor.embedded.processes import free_port
from tests.faults.process_kill import until
from tests.fixtures.city import PASSWORD, City

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Web:
    """`python -m onedoor serve` on a port of its own."""

    config: Config
    log: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Web:
        """Start it and wait until it answers."""
        self.port = free_port(self.port or None)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "onedoor", "serve", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.config.to_environment()},
                start_new_session=True,
            )
        until(self.lives, "the web server never answered", self.log_end)
        return self

    def lives(self) -> bool:
        """Whether it answers."""
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def get(self, path: str) -> httpx.Response:
        """What it answers to anybody; how long that takes is no matter here."""
        return httpx.get(f"{self.address}{path}", timeout=60)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """Kill all of it where it stands."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def limit_files(self, size: int) -> None:
        """From now on no file it writes may be longer: to the process, a full disk. -1 takes the limit away."""
        assert self.process is not None
        pids = [self.process.pid]
        pids += [int(each) for each in _children(self.process.pid)]
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def log_end(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-4000:]

    def browser(self, city: City, who: str) -> httpx.Client:
        """A person signed in."""
        # A connection each: one kept open may be closed by the server just as the next request sets out.
        alone = httpx.Limits(max_keepalive_connections=0)
        client = httpx.Client(base_url=self.address, timeout=60, follow_redirects=True, limits=alone)
        data = {"username": who, "password": PASSWORD, "code": city.code(who)}
        answer = client.post("/sign-in", data={**data, "csrf_token": token(client, "/sign-in")})
        assert answer.status_code == 200 and "/sign-in" not in str(answer.url), answer.text[:2000]
        return client


def token(client: httpx.Client, path: str) -> str:
    """The token that a page's form carries."""
    found = TOKEN.search(client.get(path).text)
    assert found is not None, path
    return found[1]


def _children(leader: int) -> list[str]:
    return Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
