"""The characters of the protocol's text (draw.md, "Bytes"; ADR 0013): those that are in NFC alike for every reader.

Whether a text is in NFC depends on the version of Unicode of whoever reads it, for a character that is younger than
that version: a text of it would be a sound proof here and none there. These have been read alike since Unicode 9.0,
and what is unassigned among them, ideographs and symbols, takes no part in normalization.
"""

from __future__ import annotations

import re

# Latin, Greek and Cyrillic; the scripts of China's peoples and their neighbours; signs; ideographs; pictures.
FIT = re.compile(
    "["
    "\0-\u0377\u0391-\u03a1\u03a3-\u03ce\u0400-\u052f\u0606-\u061b\u061e-\u06dc\u06de-\u06ff\u0750-\u077f"
    "\u0e01-\u0e3a\u0e3f-\u0e5b\u0f00-\u0f47\u0f49-\u0f6c\u0f71-\u0f97\u0f99-\u0fbc\u0fbe-\u0fcc"
    "\u0fce-\u0fda\u1000-\u109f\u1100-\u11ff\u1800-\u180e\u1810-\u1819\u1820-\u1878\u1880-\u18aa"
    "\u1950-\u196d\u1970-\u1974\u1980-\u19ab\u19b0-\u19c9\u19d0-\u19da\u19de-\u19ff\u1a20-\u1a5e"
    "\u1a60-\u1a7c\u1a7f-\u1a89\u1a90-\u1a99\u1aa0-\u1aad\u1e00-\u1eff\u2000-\u200a\u200c-\u200d"
    "\u2010-\u2027\u202f-\u205f\u2070-\u20f0\u2100-\u2bff\u2e80-\u2fdf\u2ff0-\u303f\u3041-\u3096"
    "\u3099-\u30ff\u3105-\u312f\u3131-\u318e\u3190-\ua48c\ua490-\ua4c6\ua4d0-\ua4ff\uac00-\ud7a3"
    "\uf900-\ufa6d\ufa70-\ufad9\ufe00-\ufe0f\ufe30-\ufe52\ufe54-\ufe66\ufe68-\ufe6b\uff01-\uff9f"
    "\uffe0-\uffe6\U0001f000-\U0001faff\U00020000-\U0002fa1d\U00030000-\U0003fffd\U000e0100-\U000e01ef"
    "]*"
)  # fmt: skip


def strange(text: str) -> int | None:
    """The place of the first character that text of the protocol cannot have; None if it can have all."""
    found = FIT.match(text)
    assert found is not None
    return None if found.end() == len(text) else found.end()


def code_point(char: str) -> str:
    """A character as it is called where it cannot be shown: ``U+1E08F``."""
    return f"U+{ord(char):04X}"
