"""Half-open connections and slow readers through nginx: are others answered meanwhile, and when are the slow ones cut?

    python scripts/slow_connections.py 127.0.0.1:8000 --nginx /usr/sbin/nginx [--half-open 500] [--readers 200] [--path /api/v1/openapi.json --asks 20]

Before a server that runs (`onedoor serve`, or the demo) it puts nginx with `deploy/nginx.conf` as it stands, but for the address it
listens on and passes to. Without `--nginx` the server itself is asked. Prints what docs/reliability.md keeps.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CONF = Path(__file__).parent.parent / "deploy" / "nginx.conf"
AROUND = """daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""
ASKED = 10
# Longer than both the proxy and the server give a reader for what it does not take.
READ_FOR = 80.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def proxy(nginx: str, to: str) -> Iterator[int]:
    """Nginx before the server, by the deployment's configuration."""
    port = free_port()
    server = CONF.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};").replace("web:8000", to)
    with tempfile.TemporaryDirectory() as folder:
        conf = Path(folder) / "nginx.conf"
        conf.write_text(AROUND.format(folder=folder, server=server))
        running = subprocess.Popen([nginx, "-c", str(conf), "-p", folder])
        try:
            wait_for(port)
            yield port
        finally:
            running.terminate()
            running.wait(20)


def wait_for(port: int) -> None:
    """Until somebody listens."""
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def connected(port: int, number: int) -> socket.socket:
    """From one of many addresses of this machine, since a single one may hold only so many connections."""
    return socket.create_connection(
        ("127.0.0.1", port), 10, source_address=(f"127.0.1.{number % 200 + 1}", 0)
    )


def half_open(port: int, number: int) -> socket.socket:
    """A request whose head does not end."""
    link = connected(port, number)
    link.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Waits: ")
    link.setblocking(False)
    return link


def slow_reader(port: int, number: int, path: str, asks: int) -> socket.socket:
    """Requests one after another on one connection whose answers are never read, by a socket that takes little: together they are
    more than the machine's buffers hold."""
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    link.bind((f"127.0.2.{number % 200 + 1}", 0))
    link.connect(("127.0.0.1", port))
    link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * asks)
    return link


def answered(port: int, path: str = "/sign-in") -> float:
    """In how many seconds an honest request is."""
    began = time.monotonic()
    with connected(port, 250) as link:
        link.settimeout(60)
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head = link.recv(64)
        while link.recv(65536):
            pass
    status = head.split(b" ", 2)[1] if head else b"none"
    if status not in (b"200", b"302"):
        raise SystemExit(f"an honest request was answered {status!r}")
    return time.monotonic() - began


def said(times: list[float]) -> str:
    """Median and the longest."""
    return f"median {statistics.median(times) * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms"


def is_cut(link: socket.socket) -> bool:
    """Whether the other side ended it."""
    try:
        while True:
            if not link.recv(65536):
                return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def what_came(link: socket.socket) -> tuple[bool, int]:
    """Whether the other side ended it, and how many bytes had come by then."""
    came = 0
    # What the machine still holds for it arrives piece by piece; nothing more for so long means that it is open.
    link.settimeout(2)
    try:
        while got := link.recv(1 << 20):
            came += len(got)
    except TimeoutError:
        return False, came
    except OSError:
        return True, came
    return True, came


def longest_path(port: int) -> str:
    """The largest file a page names: what a slow reader would keep a thread with."""
    with connected(port, 251) as link:
        link.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        page = b""
        while got := link.recv(65536):
            page += got
    found = re.findall(rb'(?:src|href)="(/static/[^"]+)"', page)
    return max(
        (one.decode() for one in found), key=lambda path: answered_size(port, path), default="/sign-in"
    )


def answered_size(port: int, path: str) -> int:
    """How many bytes an answer has."""
    with connected(port, 252) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        size = 0
        while got := link.recv(65536):
            size += len(got)
    return size


def measure(port: int, half: int, readers: int, path: str | None, asks: int) -> None:
    """Honest requests alone, then beside the half-open, then beside the slow readers too; then when the half-open are cut."""
    print("alone:", said([answered(port) for _ in range(ASKED)]))
    began = time.monotonic()
    links = [half_open(port, number) for number in range(half)]
    print(f"beside {half} half-open:", said([answered(port) for _ in range(ASKED)]))
    path = path or longest_path(port)
    size, reading = answered_size(port, path), time.monotonic()
    slow = [slow_reader(port, number, path, asks) for number in range(readers)]
    for link in slow:
        link.setblocking(False)
    print(
        f"beside {half} half-open and {readers} slow readers of {asks} times {size} bytes:",
        said([answered(port) for _ in range(ASKED)]),
    )
    open_still = [link for link in links if not is_cut(link)]
    while open_still and time.monotonic() - began < 120:
        time.sleep(0.5)
        open_still = [link for link in open_still if not is_cut(link)]
    print(f"half-open cut after {time.monotonic() - began:.0f} s, {len(open_still)} left")
    print("afterwards, the slow readers still there:", said([answered(port) for _ in range(ASKED)]))
    time.sleep(max(0.0, READ_FOR - (time.monotonic() - reading)))
    print("a while later:", said([answered(port) for _ in range(ASKED)]))
    waited = time.monotonic() - reading
    taken = [what_came(link) for link in slow]
    cut = sum(ended for ended, _ in taken)
    print(
        f"slow readers cut {waited:.0f} s after they asked: {cut}; of {asks * size} bytes came at most"
        f" {max((came for _, came in taken), default=0)}"
    )
    for link in [*links, *slow]:
        link.close()


def main() -> None:
    """Measure through nginx, or the server alone."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("to", help="host:port of a running server")
    parser.add_argument("--nginx", help="the nginx to put before it; without, the server alone")
    parser.add_argument("--half-open", type=int, default=500)
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--path", help="what the slow readers ask for; without, the largest file of a page")
    parser.add_argument("--asks", type=int, default=1, help="how often each asks for it, reading nothing")
    given = parser.parse_args()
    asked = given.half_open, given.readers, given.path, given.asks
    if given.nginx is None:
        measure(int(given.to.rpartition(":")[2]), *asked)
        return
    with proxy(given.nginx, given.to) as port:
        measure(port, *asked)


if __name__ == "__main__":
    main()
