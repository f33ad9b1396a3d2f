"""Gunicorn's threads, of which slow connections hold few: who sends nothing holds none, who dribbles has a time, and those that are
waited for are never more than half of the threads.

A proxy does this better (`deploy/nginx.conf`); a demo and a small place have none.
"""

from __future__ import annotations

import errno
import selectors
import socket
import threading
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

# Until the head of a request is there, and for each further one; a body earns time by what it brings, bytes a second.
HEAD_WITHIN, LEAST_RATE = 15.0, 4096
# A reader earns time too, by what it takes; within a moment of each other its pieces hold nobody up.
SENT_WITHIN, MOMENT = 60.0, 0.2
PIECE = 1 << 16
# A connection that has sent nothing yet waits in the poller, where it holds no thread.
SILENT = 15.0


def _cut(why: str) -> ConnectionResetError:
    """As if the other side had gone: gunicorn closes such a connection without a word in the log."""
    return ConnectionResetError(errno.ECONNRESET, why)


class PacedSocket(socket.socket):
    """A connection that is read and written within its time, by threads that are not all kept waiting."""

    waiting: threading.BoundedSemaphore
    until = 0.0
    taken_until = 0.0

    @classmethod
    def of(cls, taken: socket.socket, waiting: threading.BoundedSemaphore) -> PacedSocket:
        """The connection just accepted, as one of these."""
        made = cls(taken.family, taken.type, taken.proto, fileno=taken.detach())
        made.waiting = waiting
        made.begin()
        return made

    def begin(self) -> None:
        """Another request may come: its time runs from here."""
        self.until = time.monotonic() + HEAD_WITHIN
        self.taken_until = 0.0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What is there, or what comes in time. Raises `ConnectionResetError` when it does not, or when half of the threads wait already."""
        if self.gettimeout() == 0.0:
            return super().recv(size, flags)
        if not self._is_ready(0):
            if not self.waiting.acquire(blocking=False):
                raise _cut("half of the threads wait for slow connections")
            try:
                if not self._is_ready(max(0.0, self.until - time.monotonic())):
                    raise _cut("the request did not come in time")
            finally:
                self.waiting.release()
        got = super().recv(size, flags)
        self.until += len(got) / LEAST_RATE
        if time.monotonic() > self.until:
            raise _cut("the request did not come in time")
        return got

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """All of it, as it is taken. Raises `ConnectionResetError` for who takes too little in its time, or nothing for a moment
        while half of the threads wait already."""
        left, before = memoryview(data).cast("B"), self.gettimeout()
        self.settimeout(0.0)
        try:
            while left:
                try:
                    sent = super().send(left, flags)
                except BlockingIOError:
                    self._wait_for_reader()
                    continue
                left = left[sent:]
                # What the machine's buffers took before the first wait was not taken by the reader.
                self.taken_until += sent / LEAST_RATE if self.taken_until else 0.0
        finally:
            self.settimeout(before)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """A file, piece by piece within the same time; the kernel's own way would wait for a reader without end."""
        if offset:
            file.seek(offset)
        total = 0
        while count is None or total < count:
            piece = file.read(PIECE if count is None else min(PIECE, count - total))
            if not piece:
                break
            self.sendall(piece)
            total += len(piece)
        return total

    def _wait_for_reader(self) -> None:
        self.taken_until = self.taken_until or time.monotonic() + SENT_WITHIN
        if self._is_ready(MOMENT, selectors.EVENT_WRITE):
            return
        if not self.waiting.acquire(blocking=False):
            raise _cut("half of the threads wait for slow connections")
        try:
            if not self._is_ready(max(0.0, self.taken_until - time.monotonic()), selectors.EVENT_WRITE):
                raise _cut("the answer was not taken in time")
        finally:
            self.waiting.release()

    def _is_ready(self, seconds: float, event: int = selectors.EVENT_READ) -> bool:
        with selectors.DefaultSelector() as one:
            one.register(self, event)
            return bool(one.select(seconds))


class PacedWorker(ThreadWorker):  # type: ignore[misc]
    """Threads for those who have something to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = threading.BoundedSemaphore(max(1, self.cfg.threads // 2))

    def accept(self, listener: socket.socket) -> None:
        """A new connection waits in the poller until its first bytes are there."""
        try:
            taken, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, PacedSocket.of(taken, self.waiting), address, listener.getsockname())
        conn.timeout = time.monotonic() + SILENT
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """One request, whose time begins now."""
        conn.sock.begin()
        return super().handle(conn)
