"""Addresses that events may go to, signatures, waiting, and what goes out at all (issue 24, outgoing events)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onedoor.events import rules
from onedoor.events.rules import AddressUnfit, checked_address, is_numbered, is_signed, signature, thing_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/events",
        "ftp://example.org/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://192.168.0.5:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://localhost/",
        "https://intranet/",
        "https://user:secret@example.org/",
        "https://example.org/#part",
        "https://example.org:99999/",
        "https://例子.中国/",
        "https://exam ple.org/",
        "https://",
        "javascript:alert(1)",
        "https://example.org/" + "x" * 500,
    ],
)
def test_an_address_that_is_not_for_events_is_refused(url: str) -> None:
    with pytest.raises(AddressUnfit):
        checked_address(url, ())


def test_a_public_address_and_one_the_operator_allows_are_taken() -> None:
    assert checked_address("https://example.org/events?x=1", ()) == ("example.org", 443)
    assert checked_address("https://1.1.1.1:8443/", ()) == ("1.1.1.1", 8443)
    assert checked_address("http://10.1.2.3:8080/in", ("10.1.2.3",)) == ("10.1.2.3", 8080)
    assert checked_address("http://exchange/in", ("exchange",)) == ("exchange", 80)


def test_a_signature_is_that_of_standard_webhooks() -> None:
    """The example of the specification."""
    body = b'{"test": 2432232314}'
    told = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_refuses_what_was_changed_or_is_old() -> None:
    body, at = b"{}", 1_700_000_000
    headers = {
        "webhook-id": "a",
        "webhook-timestamp": str(at),
        "webhook-signature": signature(SECRET, "a", at, body),
    }
    assert is_signed(SECRET, headers, body, at + 60)
    assert not is_signed(SECRET, headers, b"{ }", at)
    assert not is_signed(SECRET, {**headers, "webhook-id": "b"}, body, at)
    assert not is_signed(SECRET, headers, body, at + 301)
    assert not is_signed(SECRET, {}, body, at)


def test_waits_grow_to_an_hour() -> None:
    waits = [rules.wait_after(failures) for failures in range(1, 9)]
    assert waits[:4] == [timedelta(minutes=number) for number in (1, 2, 4, 8)]
    assert waits[-1] == timedelta(hours=1) == rules.wait_after(500)


def test_what_goes_out_and_what_stays_in() -> None:
    assert thing_of("visits.visit.begin") == "visit" and thing_of("supervision.order.send") == "supervision"
    assert thing_of("tenants.user.add") is None and thing_of("supervision.log.look") is None
    assert not is_numbered("visit", "entity") and is_numbered("registry", "entity")
    assert not is_numbered("registry", "inspector") and is_numbered("visit", "visit")
