"""Devices: what a browser calls itself, and the signed cookie by which one that signed in before is known."""

from __future__ import annotations

import secrets
from datetime import timedelta

from flask import Response, current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tenants.people import Place
from tenants.people.sign_in_throttle import name_digest

COOKIE = "device"
KNOWN_FOR = timedelta(days=180)
# A browser at a counter serves a few people, each with a mark of their own.
MOST = 8
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """A browser's own account of itself in two words: Chrome · Windows."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(word for word in found if word) or _("未知设备")


def place_of(username: str) -> Place:
    """Where a sign-in comes from: a device that this user has signed in with, or an address."""
    digest = name_digest(username)
    for name, mark in _marks():
        if name == digest:
            return Place(f"device:{mark}", known=True)
    return Place(f"address:{request.remote_addr or ''}")


def remember(response: Response, username: str) -> Response:
    """Give the browser a mark by which it is known when this user signs in again."""
    digest = name_digest(username)
    marks = [one for one in _marks() if one[0] != digest][: MOST - 1]
    kept = next((mark for name, mark in _marks() if name == digest), secrets.token_hex(16))
    response.set_cookie(
        COOKIE,
        _serializer().dumps([(digest, kept), *marks]),
        max_age=KNOWN_FOR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _marks() -> list[tuple[str, str]]:
    try:
        found = _serializer().loads(request.cookies.get(COOKIE, ""), max_age=int(KNOWN_FOR.total_seconds()))
    except BadSignature:
        return []
    return [(str(name), str(mark)) for name, mark in found]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="onedoor/device")
