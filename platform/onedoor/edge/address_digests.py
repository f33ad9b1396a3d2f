"""Who asks, as far as an address tells: a keyed digest, so that equal ones can be compared and none is kept."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app, request


def address_digest() -> str:
    """Of the address this request comes from."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, (request.remote_addr or "").encode(), hashlib.sha256).hexdigest()[:32]
