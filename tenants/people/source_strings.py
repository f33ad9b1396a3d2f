"""Marks sentences that stand outside an error's own message, so that the translations find them."""

from __future__ import annotations


def N_(text: str) -> str:
    """The text itself; the edge translates it."""
    return text
