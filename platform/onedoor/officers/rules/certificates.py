"""When the end of a certificate is told, and to what effect (R-L8); pure."""

from __future__ import annotations

from datetime import date, timedelta

# Days before the end at which it is told.
WARNED = (7, 30, 90)
EXPIRED, RENEWED = "expired", "renewed"
# Why the library suspended an officer by itself; such a suspension ends by itself when the certificate is renewed.
CERTIFICATE = "certificate"


def stage_of(expires: date, on: date) -> str | None:
    """What is to be told on a day of a certificate that is valid until `expires`, the last day included; None: nothing yet."""
    if expires < on:
        return EXPIRED
    return next((str(days) for days in WARNED if expires <= on + timedelta(days=days)), None)


def looked_at(on: date) -> date:
    """Certificates that end by this day are to be told of, now or soon."""
    return on + timedelta(days=max(WARNED))
