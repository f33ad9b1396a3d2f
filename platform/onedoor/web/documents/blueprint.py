"""The blueprint of documents and their templates, and what a document is called."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from onedoor.messages.rules import LETTERS, Letter

pages = Blueprint("documents", __name__)


def title_of(document: Any) -> str:
    """What a document, or a template of one, is called in the reader's language."""
    return _(LETTERS[Letter(document.kind)].title)
