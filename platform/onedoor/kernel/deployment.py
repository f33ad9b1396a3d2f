"""What rooms ask of the deployment they run in. That Flask's application keeps it, only the kernel knows."""

from __future__ import annotations

from typing import Protocol

from flask import current_app


class Settings(Protocol):
    """Of the operator's settings (`onedoor.config`) those that rooms go by."""

    @property
    def base_url(self) -> str:
        """Where the deployment is reached, without a slash at the end: what codes and links say."""

    @property
    def credit_url(self) -> str | None:
        """Where the publicity system is, while the operator has entered no address."""

    @property
    def credit_token(self) -> str:
        """What it is told apart by."""

    @property
    def sharing_token(self) -> str:
        """The same of the sharing platform."""

    @property
    def export_folder(self) -> str:
        """The folder below which batches are dropped for platforms that look into one; empty: there is none."""

    @property
    def sharing_url(self) -> str | None:
        """Where the credit sharing platform is; None: nothing is sent there."""

    @property
    def largest_file_mb(self) -> int:
        """How large a file of rows may be, in 2^20 bytes."""

    @property
    def event_hosts(self) -> tuple[str, ...]:
        """Hosts of an inner network to which events may go, as the operator allows."""

    @property
    def notification_hosts(self) -> tuple[str, ...]:
        """Other hosts to which bureaus may send messages to their people, as the operator allows."""

    @property
    def mail_url(self) -> str:
        """The operator's mail server; empty: no mail goes out."""

    @property
    def mail_from(self) -> str:
        """Who writes the mail."""


def settings() -> Settings:
    """The settings of the application this work is done in."""
    found: Settings = current_app.extensions["onedoor.config"]
    return found
