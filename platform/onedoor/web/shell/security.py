"""Headers, forged-request protection, safe returns and the request's number."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import SecurityError

from onedoor.edge import identity
from onedoor.edge.attachments import PICTURE
from onedoor.edge.attachments import POLICY as ATTACHMENT_POLICY

csrf = CSRFProtect()
OTHER_HOST = (
    "本系统不以这个网址提供服务，请核对网址；运维人员可用 ONEDOOR_BASE_URL、ONEDOOR_TRUSTED_HOSTS 设置。"
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_YEAR = 365 * 24 * 3600

CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "worker-src": "'self'",
}
PERMISSIONS_POLICY = {
    "camera": "()",
    "geolocation": "(self)",
    "microphone": "()",
    "payment": "()",
    "usb": "()",
}


def allow_camera() -> None:
    """The page of this request may ask for the camera, to scan a code; no other page may."""
    g.camera = True


def safe_next(wish: str | None, otherwise: str) -> str:
    """Where to go afterwards: ``wish`` if it is a path of this site, else ``otherwise``."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")):
        return otherwise
    if any(ord(mark) < 32 or mark == "\\" for mark in wish):
        return otherwise
    parts = urlsplit(wish)
    return otherwise if parts.scheme or parts.netloc else wish


def _refuse_other_hosts() -> Response | None:
    """A host name that is not ours could end up in a link or a cache: nothing is made for it, not even a page."""
    if isinstance(request.routing_exception, SecurityError):
        return Response(OTHER_HOST, status=400, mimetype="text/plain")
    return None


def _number_request() -> None:
    if not g.get("request_id"):
        g.request_id = secrets.token_hex(8)


def _refuse_forged() -> None:
    """Whatever a cookie signs in needs the page's token; a bearer token cannot be sent by another site."""
    bearer = request.headers.get("Authorization", "").startswith("Bearer ")
    if request.method not in SAFE and not (bearer and request.path.startswith("/api/")):
        # A part of a form may come without a name, which no page of ours sends and Flask-WTF does not expect.
        if None in request.form:
            raise CSRFError("a part of the form has no name")
        csrf.protect()


def _finish(response: Response) -> Response:
    """Runs after Talisman's own headers, so what is said here stands."""
    response.headers["X-Request-ID"] = g.get("request_id", "")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_app.config.get("HTTPS"):
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
    if (
        response.headers.get("Content-Disposition", "").startswith("attachment")
        or response.mimetype == PICTURE
    ):
        response.headers["Content-Security-Policy"] = ATTACHMENT_POLICY
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    elif identity.known() is not None:
        response.headers.setdefault("Cache-Control", "no-store")
    if g.get("camera"):
        allowed = response.headers.get("Permissions-Policy", "").replace("camera=()", "camera=(self)")
        response.headers["Permissions-Policy"] = allowed
    if "token" in (request.view_args or {}):
        # The address is the secret, so no cache keeps the page. (No other site is told it: `same-origin` above. With
        # `no-referrer` the page's own form would be refused over https, where the token's check asks for one.)
        response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask) -> None:
    """Switch everything on. Secure session cookies mean that the outside speaks https."""
    https = bool(app.config.get("SESSION_COOKIE_SECURE", False))
    app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    if https:
        # Only this host, only over https, only from /: no neighbour can plant one.
        app.config["SESSION_COOKIE_NAME"] = "__Host-session"
    app.before_request(_number_request)
    app.before_request(_refuse_other_hosts)
    app.after_request(_finish)
    Talisman(
        app,
        force_https=False,
        strict_transport_security=False,  # `_finish` says it, whatever the last proxy spoke
        session_cookie_secure=https,
        content_security_policy=CONTENT_SECURITY_POLICY,
        content_security_policy_nonce_in=[],
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy=PERMISSIONS_POLICY,
    )
    csrf.init_app(app)
    app.before_request(_refuse_forged)
