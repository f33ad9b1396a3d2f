"""OpenID Connect with the deployment's own provider: code flow with PKCE, by Authlib's Flask client; no page, no account here.

What the provider says is believed only when its signature, issuer, audience, times and nonce are right.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.oidc.core import CodeIDToken
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError

from onedoor.config import Config
from onedoor.kernel.errors import ClerkError

NAME = "oidc"
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
TIMEOUT, LEEWAY, REMEMBERED = 5.0, 30, 3600.0
UNREACHABLE = (requests.ConnectionError, requests.Timeout)
REFUSALS = (requests.RequestException, AuthlibBaseError, JoseError, KeyError, RuntimeError, ValueError)


class Unanswered(ClerkError):
    """The provider cannot be reached, or is not what the settings say."""

    status = 503

    def __init__(self) -> None:
        super().__init__("统一身份认证暂时没有应答。请稍后再试，或用本平台的用户名和密码登录。")


class Distrusted(ClerkError):
    """What came back cannot be believed; what was wrong stands in the application's log, not on the page."""

    def __init__(self, why: str) -> None:
        super().__init__("没有通过统一身份认证，或登录步骤已过期。请重新登录。")
        self.why = why


class Provider(FlaskOAuth2App):  # type: ignore[misc]
    """The provider of this deployment."""

    issuer: str
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider publishes about itself, remembered for an hour; raises `Unanswered`."""
        if time.time() - self.server_metadata.get("_loaded_at", 0) > REMEMBERED:
            self.server_metadata = {}
        try:
            known: dict[str, Any] = super().load_server_metadata()
            if known["issuer"] != self.issuer:
                raise ValueError("another issuer")
            for needed in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                known[needed]
        except REFUSALS as refused:
            self.server_metadata = {}
            raise Unanswered() from refused
        # Never one that signs with what others know ("none", or our own secret by HS256).
        said = set(known.get("id_token_signing_alg_values_supported") or ALGORITHMS)
        known["id_token_signing_alg_values_supported"] = sorted(said & ALGORITHMS)
        return known

    def leave(self, back: str) -> Any:
        """Send the browser there, to come `back`; one question at a time is under way. Raises `Unanswered`."""
        # Each would stay in the cookie for an hour, and a browser drops a cookie of more than 4 KB.
        for key in [key for key in session if key.startswith(f"_state_{self.name}_")]:
            session.pop(key)
        # Longer than Authlib's own.
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        return self.authorize_redirect(back, state=state, nonce=nonce)

    def subject(self) -> str:
        """Who came back with this request: the verified subject. Raises `Distrusted` or `Unanswered`."""
        if request.args.get("iss", self.issuer) != self.issuer:
            raise Distrusted("another issuer answered (RFC 9207)")
        claims = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
            "sub": {"essential": True},
        }
        try:
            token = self.authorize_access_token(
                claims_options=claims, claims_cls=CodeIDToken, leeway=LEEWAY, timeout=TIMEOUT
            )
            return str(token["userinfo"]["sub"])
        except UNREACHABLE as silent:
            raise Unanswered() from silent
        except REFUSALS as refused:
            raise Distrusted(repr(refused)) from refused


def install(app: Flask, config: Config) -> None:
    """Know the provider that the settings name, if they name one."""
    if not config.oidc_issuer:
        return
    made: Provider = OAuth(app).register(
        NAME,
        client_cls=Provider,
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        server_metadata_url=f"{config.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": TIMEOUT},
    )
    made.issuer = config.oidc_issuer


def provider() -> Provider | None:
    """The provider of this deployment, if it has one."""
    known = current_app.extensions.get("authlib.integrations.flask_client")
    return known.create_client(NAME) if known is not None else None
