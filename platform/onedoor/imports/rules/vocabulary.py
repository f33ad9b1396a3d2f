"""Words of the managed vocabulary of qualifications, as files and forms write them (R-L1, R-L7); pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

from onedoor.imports.rules.rows import split_list
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.unicode import normal

LONGEST = 30
# How alike two words must be for one to be named beside the other, from 0 to 1.
_ALIKE = 0.4


def fold(word: str) -> str:
    """A word as it is compared: widths, case and blanks do not count."""
    return "".join(normal("NFKC", word).lower().split())


class Vocabulary:
    """The words one may use, by each way of writing them; `aliases` are other names by the word."""

    def __init__(self, aliases: Mapping[str, Iterable[str]]) -> None:
        others = {fold(written): name for name, more in aliases.items() for written in more}
        self._names = {**others, **{fold(name): name for name in aliases}}

    def name_of(self, written: str) -> str | None:
        """The word that is written so, if there is one."""
        return self._names.get(fold(written))

    def nearest(self, written: str) -> str | None:
        """The word most like it: one within the other before likeness of letters; None if nothing is alike."""
        asked = fold(written)
        within = [known for known in self._names if known in asked or asked in known]
        if within:
            return self._names[max(within, key=lambda known: (min(len(known), len(asked)), known))]
        near = difflib.get_close_matches(asked, self._names, 1, _ALIKE)
        return self._names[near[0]] if near else None

    def read(self, written: Iterable[str], carried: Collection[str] = ()) -> list[str]:
        """The words, each by its one name and once. `carried` stand already and may stay.

        Raises ClerkError for the first that is unknown, with the nearest.
        """
        found: dict[str, None] = {}
        for word in written:
            name = word if word in carried else self.name_of(word)
            if name is None:
                raise self._unknown(word)
            found[name] = None
        return list(found)

    def _unknown(self, word: str) -> ClerkError:
        near = self.nearest(word)
        if near is None:
            return ClerkError(
                "“%(word)s”不在资格专长目录里，请改用目录里的名称，或在目录页建议增加。", word=word[:LONGEST]
            )
        return ClerkError(
            "“%(word)s”不在资格专长目录里，最接近的是“%(near)s”；请改写，或在目录页建议增加。",
            word=word[:LONGEST],
            near=near,
        )


def checked_name(text: str) -> str:
    """A new word. Raises ClerkError for one that a list of words would take apart."""
    name = " ".join(text.split())
    if not name or split_list(name) != [name]:
        raise ClerkError("名称不能含顿号、逗号、分号或斜线。")
    if len(name) > LONGEST:
        raise ClerkError("名称最多 %(most)s 个字。", most=LONGEST)
    return name
