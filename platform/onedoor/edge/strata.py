"""Strata of a list by their names, and findings about them in words: for pages and the interface."""

from __future__ import annotations

from flask import g
from flask_babel import gettext as _

from onedoor.edge.language import part_in_language
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, sentence_parts
from onedoor.targets.rules import rate_rules
from onedoor.targets.rules.codes import RISK_NAMES, WHOLE_POOL
from tenants import queries as tenants


def stratum_name(stratum: str) -> str:
    """What a stratum holds: all, a kind of entity, a risk level, or a place."""
    if stratum == WHOLE_POOL:
        return _("全部")
    if stratum in KIND_NAMES:
        return _(KIND_NAMES[stratum])
    if stratum in RISK_NAMES:
        return _(RISK_NAMES[stratum])
    by_rule = rate_rules.stratum_name(stratum)
    if by_rule is not None:
        return part_in_language(sentence_parts(by_rule))
    return _places().get(stratum, stratum) if stratum.isdigit() else stratum


def stratum_names(found: ClerkError) -> ClerkError:
    """The same finding, its stratum by name."""
    if "stratum" not in found.params:
        return found
    params = {**found.params, "stratum": stratum_name(found.params["stratum"])}
    return ClerkError(found.message, fields=found.fields, **params)


def finding_text(found: ClerkError) -> str:
    """A finding in the reader's language, its stratum by name."""
    shown = stratum_names(found)
    return part_in_language(sentence_parts(Sentence(shown.message, **shown.params)))


def _places() -> dict[str, str]:
    """The places by code, read once a request."""
    if "place_names" not in g:
        g.place_names = {place.code: place.name for place in tenants.places()}
    names: dict[str, str] = g.place_names
    return names
