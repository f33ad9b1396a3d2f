"""OpenID Connect with the deployment's own provider: code flow with PKCE, by Authlib; no page and no account here.

What the provider says is believed only when its signature, issuer, audience, times and nonce are right.
"""

from __future__ import annotations

import secrets
import time
import warnings
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from onedoor.config import Config
from onedoor.kernel.errors import ClerkError

with warnings.catch_warnings():
    # It works with the httpx that everything else here uses, and would rather have that one's successor.
    warnings.simplefilter("ignore")
    from authlib.integrations.httpx_client import OAuth2Client

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
PATIENCE, LEEWAY, REMEMBERED = 5.0, 30, 3600.0
REFUSALS = (httpx.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError)


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


@dataclass(frozen=True)
class Begun:
    """What the browser keeps of a sign-in under way, and where it goes."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Provider:
    """The provider of this deployment."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    _known: ClassVar[dict[str, tuple[float, dict[str, Any]]]] = {}
    _limits: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(PATIENCE))

    @classmethod
    def of(cls, config: Config) -> Provider | None:
        """The provider the settings name, if they name one."""
        if not config.oidc_issuer:
            return None
        return cls(config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret, config.oidc_name)

    def begin(self, back: str) -> Begun:
        """Send the browser there, to come `back`; raises `Unanswered`."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                self._said()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return Begun(str(address), state, nonce, verifier)

    def subject(self, code: str, nonce: str, verifier: str, back: str) -> str:
        """Who came back with this code: the verified subject. Raises `Distrusted` or `Unanswered`."""
        said = self._said()
        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    said["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
            keys = httpx.get(said["jwks_uri"], timeout=self._limits).raise_for_status().json()
            return self._verified(token, keys, nonce)
        except httpx.TransportError as silent:
            raise Unanswered() from silent
        except REFUSALS as refused:
            raise Distrusted(repr(refused)) from refused

    def _verified(self, token: dict[str, Any], keys: Any, nonce: str) -> str:
        signed = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
                "sub": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": self.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY)
        return str(claims["sub"])

    def _said(self) -> dict[str, Any]:
        """What the provider publishes about itself, remembered for an hour."""
        known = self._known.get(self.issuer)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            said: dict[str, Any] = httpx.get(address, timeout=self._limits).raise_for_status().json()
            if said["issuer"] != self.issuer:
                raise ValueError("another issuer")
            for needed in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                said[needed]
        except REFUSALS as refused:
            raise Unanswered() from refused
        self._known[self.issuer] = (time.monotonic() + REMEMBERED, said)
        return said

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            self.client_id,
            self.client_secret,
            scope="openid",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=self._limits,
        )
