"""Marking source strings that are not translated where they stand."""


def N_(text: str) -> str:
    """The text itself; the catalogue of translations collects it here, and the edge translates it."""
    return text
