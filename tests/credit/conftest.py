"""Exports against a real receiver over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from onedoor.config import Config
from onedoor.credit.platform_stand_in import Receiver

TOKEN = "a-token-of-the-platform"


@pytest.fixture(scope="module")
def platform(app: Flask, config: Config) -> Iterator[Receiver]:
    """The platform, where the application's settings say it is."""
    with Receiver(token=TOKEN) as receiver:
        app.extensions["onedoor.config"] = replace(config, credit_url=receiver.url, credit_token=TOKEN)
        yield receiver
    app.extensions["onedoor.config"] = config
