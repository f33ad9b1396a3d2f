"""No test speaks to another machine (tests/fixtures/sockets.py)."""

from __future__ import annotations

import socket

import httpx
import pytest

from tests.fixtures.sockets import Elsewhere


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "a-name.invalid"])
def test_another_machine_is_refused_at_once(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(Elsewhere):
        one.connect((host, 80))
    with socket.socket(family) as one, pytest.raises(Elsewhere):
        one.connect_ex((host, 80))


def test_a_library_is_refused_too() -> None:
    with pytest.raises(Elsewhere):
        httpx.get("http://192.0.2.1/", timeout=1)


def test_this_machine_is_not() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as one,
    ):
        other, address = server.accept()
        other.close()
        assert address == one.getsockname()
