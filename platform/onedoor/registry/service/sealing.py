"""The application's cipher, for what is personal (R-T7)."""

from __future__ import annotations

from flask import current_app

from onedoor.kernel.crypto import FieldCipher


def cipher() -> FieldCipher:
    """Seals and opens phones, identity numbers and the files they came in."""
    found: FieldCipher = current_app.extensions["onedoor.cipher"]
    return found
