"""The page shell: what every page stands on. ``install(app)`` switches it on; ``docs/guide/pages.md`` says how to use it."""

from flask import Flask

from onedoor.web.shell import errors, formats, languages, renderer, security
from onedoor.web.shell.renderer import page, ui

__all__ = ["install", "page", "ui"]


def install(app: Flask) -> None:
    """Register filters, pieces, languages, headers, forged-request protection and error pages."""
    formats.install(app)
    languages.install(app)
    security.install(app)
    renderer.install(app)
    errors.install(app)
