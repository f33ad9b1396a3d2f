"""The same files before all three verifiers: the house's rules, the one that people download, and the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standalone.both_verifiers import Said, ours, theirs
from tests.verifier.cases import Browser, case

BARE: dict[str, Any] = {"register": None, "head": None}


def in_browser(browser: Browser, vector: Mapping[str, Any], **other: Any) -> Said:
    lot = other.pop("lot", None)
    verdict = browser.judge(case(vector, lots=[] if lot is None else [lot], **other))
    if not verdict["valid"]:
        return Said(False, verdict["fault"]["message"])
    drawn = None if lot is None else verdict["lots"][0]["drawn"]
    return Said(True, "", drawn, frozenset(each["message"] for each in verdict["unchecked"]))


def agreed(browser: Browser, vector: Mapping[str, Any], **other: Any) -> Said:
    """What all three say; that they say the same is asserted. Of the reason, that each has one."""
    return together(browser, vector, **other)[2]


def together(browser: Browser, vector: Mapping[str, Any], **other: Any) -> tuple[Said, Said, Said]:
    """The same with the reason of each: the rules', that of ``verify.py`` and the browser's."""
    every = (ours(vector, **other), theirs(vector, **other), in_browser(browser, vector, **other))
    verdicts = {(bool(said.valid), said.drawn, said.unchecked) for said in every}
    assert len(verdicts) == 1, every
    # Where Python's say that a file is not the draw's (None), the browser says that it is not valid.
    assert all(said.reason for said in every if said.valid is False), every
    return every
