"""Half-open connections, dribbled heads and bodies, over real sockets and without a proxy (issue 18, "Staying up")."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator

import pytest

THREADS = 4
# More than the machine's buffers take for a reader that takes nothing.
LARGE = 30_000_000
# The same worker with shorter times: what is looked at is who holds whom, not how long.
SERVER = """
import sys, threading, time
from gunicorn.app.base import BaseApplication
from onedoor.commands import paced_worker
paced_worker.HEAD_WITHIN, paced_worker.SILENT, paced_worker.LEAST_RATE = 3.0, 3.0, 100_000
paced_worker.SENT_WITHIN = 4.0

def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/large":
        return [bytes(30_000_000)]
    if environ["PATH_INFO"] == "/file":
        return environ["wsgi.file_wrapper"](open(sys.argv[3], "rb"))
    return [str(len(body)).encode()]

class Server(BaseApplication):
    def load_config(self):
        for name, value in {"bind": sys.argv[1], "threads": int(sys.argv[2]), "worker_class": paced_worker.PacedWorker,
                            "loglevel": "error", "control_socket_disable": True}.items():
            self.cfg.set(name, value)
    def load(self):
        return app

Server().run()
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    large = tmp_path_factory.mktemp("large") / "file"
    large.write_bytes(bytes(LARGE))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = probe.getsockname()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, "{}:{}".format(*found), str(THREADS), str(large)]
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(found, 1).close()
            break
        except OSError:
            assert time.monotonic() < deadline and server.poll() is None, "the server did not come up"
            threading.Event().wait(0.1)
    yield found
    server.terminate()
    server.wait(20)


def answered(address: tuple[str, int], body: bytes | None = None) -> float:
    """In how many seconds an honest request is."""
    began = time.monotonic()
    with urllib.request.urlopen("http://{}:{}/".format(*address), body, timeout=30) as answer:
        assert int(answer.read()) == len(body or b"")
    return time.monotonic() - began


def slow(address: tuple[str, int], first: bytes, count: int) -> list[socket.socket]:
    made = [socket.create_connection(address, 5) for _ in range(count)]
    for each in made:
        if first:
            each.sendall(first)
    return made


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx",
    ],
    ids=["half open", "half a head", "a body that does not come"],
)
def test_others_are_answered_while_slow_ones_are_cut_at_their_limit(
    address: tuple[str, int], first: bytes
) -> None:
    attackers = slow(address, first, 6 * THREADS)
    assert max(answered(address) for _ in range(5)) < 2.5
    began = time.monotonic()
    for each in attackers:
        each.settimeout(15)
        try:
            while each.recv(1000):
                pass
        except ConnectionError:
            pass
        each.close()
    assert time.monotonic() - began < 12, "cut at their limit, all at once and not one after another"


def test_who_dribbles_is_cut_too(address: tuple[str, int]) -> None:
    """A byte now and then buys no time."""
    (one,) = slow(address, b"GET / HTTP/1.1\r\nX: ", 1)
    began = time.monotonic()
    with pytest.raises(ConnectionError):
        while time.monotonic() - began < 20:
            one.sendall(b"a")
            threading.Event().wait(0.2)
    assert time.monotonic() - began < 10


def test_a_large_body_that_comes_is_taken(address: tuple[str, int]) -> None:
    assert answered(address, b"x" * 5_000_000) < 20


@pytest.mark.parametrize("path", ["large", "file"])
def test_who_reads_nothing_keeps_no_more_than_half_of_the_threads(
    address: tuple[str, int], path: str
) -> None:
    """An answer larger than all buffers between, asked for and not read, of what is made and of a file."""
    readers = []
    for _ in range(6 * THREADS):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(address)
        one.sendall(f"GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        readers.append(one)
    threading.Event().wait(0.5)
    assert max(answered(address) for _ in range(5)) < 3
    # Those that held a thread are cut at their limit: what comes after the buffers is the end, not the rest of the answer.
    threading.Event().wait(5)
    for one in readers:
        one.settimeout(15)
        got = 0
        try:
            while piece := one.recv(1 << 20):
                got += len(piece)
        except ConnectionError:
            pass
        one.close()
        assert got < LARGE


@pytest.mark.parametrize("path", ["large", "file"])
def test_a_large_answer_that_is_read_is_given(address: tuple[str, int], path: str) -> None:
    with urllib.request.urlopen("http://{}:{}/{}".format(*address, path), timeout=60) as answer:
        assert len(answer.read()) == LARGE
