"""What people write that goes into a plan, a proof or a log: made fit for the protocol, or refused where it is written.

Nothing can be mended once it is registered (R-D7): a text that some verifier reads otherwise would leave the draw
valid here and invalid there for good (ADR 0013).
"""

from __future__ import annotations

import unicodedata

from onedoor.draws.rules.wire.characters import code_point, strange
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.kernel.text.unicode import normal
from tenants.models import Bureau

SHOWN = N_("第%(place)s个字“%(char)s”（%(code)s）不能用：有的设备还不认识它。请删去，或者换一个常用的字。")
UNSEEN = N_("第%(place)s个字看不见，或者有的设备不认识（%(code)s），不能用。请把它前后几个字删去，重新输入。")
# What would be seen as nothing or as a box, or would turn the sentence around.
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp")


def tidy(text: str, field: str = "reason") -> str:
    """Text of the protocol: NFC, one line, without control characters and strangers.

    Raises ClerkError for the form's `field`, naming the first character that not everybody's device reads alike.
    """
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    tidied = normal("NFC", " ".join(plain.split()))
    problem = stranger(tidied)
    if problem is not None:
        raise ClerkError(problem.pattern, fields={field: [problem]}, **problem.params)
    return tidied


def name_of(bureau: Bureau) -> str:
    """A bureau's name as its draws write it. Raises ClerkError for one that cannot be written there."""
    name = normal("NFC", bureau.name)
    for text in (name, normal("NFC", bureau.abbreviation)):
        place = strange(text)
        if place is not None:
            raise ClerkError(
                "%(bureau)s的名称或简称里有不能写进抽取文件的字符（%(code)s），不能开始抽取。请联系平台运维，改用常用的字。",
                bureau=bureau.name,
                code=code_point(text[place]),
            )
    return name


def stranger(text: str) -> Sentence | None:
    """What is wrong with the first character that text of the protocol cannot have; None if it can have all."""
    place = strange(text)
    if place is None:
        return None
    char = text[place]
    if unicodedata.category(char) in _UNSEEN:
        return Sentence(UNSEEN, place=place + 1, code=code_point(char))
    return Sentence(SHOWN, place=place + 1, char=char, code=code_point(char))
