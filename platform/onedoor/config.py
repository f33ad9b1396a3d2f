"""Settings from the environment: frozen, typed, validated once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

FIELD_KEY = re.compile(r"(?:[1-9]|[1-9]\d|1[01]\d|12[0-7]):(?:[0-9a-fA-F]{64}|sm4:[0-9a-fA-F]{32})")

# Health checks and the demo ask here; nobody else's browser can be made to.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it and says what it should be."""


@dataclass(frozen=True)
class Config:
    """Where the servers are and the secrets. `base_url` is what QR codes and links say.

    `metrics_token` opens /metrics; without one there is no such page.
    `largest_file_mb` is how large a file of rows may be, in 2^20 bytes; a workbook never more than 64.
    `field_key_writes` is the number of the key that encrypts personal data; 0 stands for the highest.
    `event_hosts` are hosts of an inner network (and those without https) to which bureaus may have events sent.
    `notification_hosts` are hosts, besides those of 政务微信 and 钉钉 themselves, to which bureaus may send messages to their people.
    `mail_url` is the mail server (`smtp://user:password@host:587`, `smtps://…`) and `mail_from` who writes; without them no mail
    goes out. One of an inner network stands in `event_hosts` too.
    `demo` is set by `onedoor demo` for its own processes: their database may have a clock of its own (docs/adr/0017).
    `oidc_issuer` is the deployment's own provider to sign in by, if it has one, and `oidc_name` what people call it.
    """

    database_url: str
    public_database_url: str
    owner_database_url: str | None
    redis_url: str
    secret_key: str
    field_keys: str
    base_url: str
    credit_url: str | None = None
    credit_token: str = ""
    sharing_url: str | None = None
    sharing_token: str = ""
    export_folder: str = ""
    https: bool = False
    testing: bool = False
    trusted_proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    field_key_writes: int = 0
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    metrics_token: str = ""
    largest_file_mb: int = 512
    event_hosts: tuple[str, ...] = ()
    notification_hosts: tuple[str, ...] = ()
    mail_url: str = ""
    mail_from: str = ""
    demo: bool = False

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Config:
        """Read `ONEDOOR_*`; raises `ConfigError` naming every setting that is missing."""
        required = ("DATABASE_URL", "PUBLIC_DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS")
        missing = [f"ONEDOOR_{name}" for name in required if not env.get(f"ONEDOOR_{name}")]
        if missing:
            raise ConfigError(f"missing in the environment: {', '.join(missing)}")
        config = cls(
            database_url=env["ONEDOOR_DATABASE_URL"],
            public_database_url=env["ONEDOOR_PUBLIC_DATABASE_URL"],
            owner_database_url=env.get("ONEDOOR_OWNER_DATABASE_URL"),
            redis_url=env["ONEDOOR_REDIS_URL"],
            secret_key=env["ONEDOOR_SECRET_KEY"],
            field_keys=env["ONEDOOR_FIELD_KEYS"],
            base_url=env.get("ONEDOOR_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
            credit_url=env.get("ONEDOOR_CREDIT_URL"),
            credit_token=env.get("ONEDOOR_CREDIT_TOKEN", ""),
            sharing_url=env.get("ONEDOOR_SHARING_URL") or None,
            sharing_token=env.get("ONEDOOR_SHARING_TOKEN", ""),
            export_folder=env.get("ONEDOOR_EXPORT_FOLDER", ""),
            https=env.get("ONEDOOR_HTTPS", "") == "1",
            testing=env.get("ONEDOOR_TESTING", "") == "1",
            trusted_proxies=int(env.get("ONEDOOR_TRUSTED_PROXIES", "0")),
            field_key_writes=int(env.get("ONEDOOR_FIELD_KEY_WRITES") or "0"),
            oidc_issuer=env.get("ONEDOOR_OIDC_ISSUER", ""),
            oidc_client_id=env.get("ONEDOOR_OIDC_CLIENT_ID", ""),
            oidc_client_secret=env.get("ONEDOOR_OIDC_CLIENT_SECRET", ""),
            oidc_name=env.get("ONEDOOR_OIDC_NAME", ""),
            metrics_token=env.get("ONEDOOR_METRICS_TOKEN", ""),
            largest_file_mb=int(env.get("ONEDOOR_LARGEST_FILE_MB") or "512"),
            event_hosts=tuple(env.get("ONEDOOR_EVENT_HOSTS", "").lower().replace(",", " ").split()),
            notification_hosts=tuple(
                env.get("ONEDOOR_NOTIFICATION_HOSTS", "").lower().replace(",", " ").split()
            ),
            mail_url=env.get("ONEDOOR_MAIL_URL", ""),
            mail_from=env.get("ONEDOOR_MAIL_FROM", ""),
            demo=env.get("ONEDOOR_DEMO", "") == "1",
            trusted_hosts=tuple(env.get("ONEDOOR_TRUSTED_HOSTS", "").replace(",", " ").split()),
        )
        config.check()
        return config

    def check(self) -> None:
        """Raise `ConfigError` for a value that cannot be right."""
        if len(self.secret_key) < 32:
            raise ConfigError("ONEDOOR_SECRET_KEY must have 32 characters or more")
        for part in self.field_keys.split(","):
            if not FIELD_KEY.fullmatch(part.strip()):
                raise ConfigError(
                    "ONEDOOR_FIELD_KEYS must be NUMBER:64 hex digits (AES-256) or NUMBER:sm4:32 hex digits (SM4),"
                    " numbers from 1 to 127, comma between"
                )
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            raise ConfigError(
                "ONEDOOR_OIDC_ISSUER needs ONEDOOR_OIDC_CLIENT_ID and ONEDOOR_OIDC_CLIENT_SECRET"
            )
        if self.oidc_issuer and self.https and not self.oidc_issuer.startswith("https://"):
            raise ConfigError("ONEDOOR_OIDC_ISSUER must begin with https://")
        self._check_mail()
        if self.metrics_token and len(self.metrics_token) < 16:
            raise ConfigError("ONEDOOR_METRICS_TOKEN must have 16 characters or more")
        if self.export_folder and not os.path.isabs(self.export_folder):
            raise ConfigError("ONEDOOR_EXPORT_FOLDER must be an absolute path")
        if not 1 <= self.largest_file_mb <= 4096:
            raise ConfigError("ONEDOOR_LARGEST_FILE_MB must be from 1 to 4096")
        numbers = {int(part.strip().partition(":")[0]) for part in self.field_keys.split(",")}
        if self.field_key_writes and self.field_key_writes not in numbers:
            raise ConfigError("ONEDOOR_FIELD_KEY_WRITES must be the number of one of ONEDOOR_FIELD_KEYS")

    def _check_mail(self) -> None:
        if self.mail_url and (
            urlsplit(self.mail_url).scheme not in ("smtp", "smtps") or not urlsplit(self.mail_url).hostname
        ):
            raise ConfigError("ONEDOOR_MAIL_URL must be smtp://USER:PASSWORD@HOST:PORT or smtps://…")
        if bool(self.mail_url) != bool(self.mail_from):
            raise ConfigError("ONEDOOR_MAIL_URL and ONEDOOR_MAIL_FROM go together")

    def hosts(self) -> list[str]:
        """Names under which requests are answered: that of `base_url`, those given, and this machine itself."""
        own = urlsplit(self.base_url).hostname
        return [*([own] if own else []), *self.trusted_hosts, *LOOPBACK]

    def to_environment(self) -> dict[str, str]:
        """The same settings for a child process."""
        values = {
            "DATABASE_URL": self.database_url,
            "PUBLIC_DATABASE_URL": self.public_database_url,
            "OWNER_DATABASE_URL": self.owner_database_url or "",
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.secret_key,
            "FIELD_KEYS": self.field_keys,
            "BASE_URL": self.base_url,
            "CREDIT_URL": self.credit_url or "",
            "CREDIT_TOKEN": self.credit_token,
            "SHARING_URL": self.sharing_url or "",
            "SHARING_TOKEN": self.sharing_token,
            "EXPORT_FOLDER": self.export_folder,
            "HTTPS": "1" if self.https else "",
            "TESTING": "1" if self.testing else "",
            "TRUSTED_PROXIES": str(self.trusted_proxies),
            "OIDC_ISSUER": self.oidc_issuer,
            "OIDC_CLIENT_ID": self.oidc_client_id,
            "OIDC_CLIENT_SECRET": self.oidc_client_secret,
            "OIDC_NAME": self.oidc_name,
            "FIELD_KEY_WRITES": str(self.field_key_writes or ""),
            "METRICS_TOKEN": self.metrics_token,
            "LARGEST_FILE_MB": str(self.largest_file_mb),
            "EVENT_HOSTS": ",".join(self.event_hosts),
            "NOTIFICATION_HOSTS": ",".join(self.notification_hosts),
            "MAIL_URL": self.mail_url,
            "MAIL_FROM": self.mail_from,
            "DEMO": "1" if self.demo else "",
            "TRUSTED_HOSTS": ",".join(self.trusted_hosts),
        }
        return {f"ONEDOOR_{name}": value for name, value in values.items() if value}
