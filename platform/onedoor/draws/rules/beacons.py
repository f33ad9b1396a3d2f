"""The beacon a draw names: which public source, when it speaks, and how what it says is written (draw.md, "Plan").

The plan has a beacon's name, round and time. How its words become bytes must be fixed there too, or whoever types them
in could try spellings until one suits; so the rule stands in the plan's name of the beacon, in words.
"""

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from onedoor.draws.rules.documents import Beacon
from onedoor.draws.rules.wire.errors import ProtocolError

MOMENT = "%Y-%m-%dT%H:%M:%SZ"
HEX, NUMBERS = "hex", "numbers"
_PRINTED = re.compile("[0-9]+(?: [0-9]+)*")


# Public lotteries whose evening numbers serve everywhere, by the code a place may choose as its default: name, how many numbers
# are printed and of how many digits, in the order of the announcement (red balls ascending, then the blue one).
LOTTERIES: dict[str, tuple[str, int, int]] = {
    "ssq": ("中国福利彩票双色球", 7, 2),
    "kl8": ("中国福利彩票快乐8", 20, 2),
    "dlt": ("中国体育彩票超级大乐透", 7, 2),
    "pl5": ("中国体育彩票排列5", 5, 1),
}


@dataclass(frozen=True)
class BeaconRule:
    """A public source that will speak: its ``name``, ``round`` and ``time`` (as in the plan), and the form of its words.

    ``form`` is ``hex`` (``size`` bytes of a randomness beacon) or ``numbers`` (``size`` numbers of ``digits`` digits, in
    the order printed, as a public lottery gives them).
    """

    name: str
    round: str
    time: str
    form: str
    size: int
    digits: int = 0

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the draw."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "BeaconRule":
        """The rule that was stored."""
        return cls(**stored)

    @property
    def moment(self) -> datetime:
        """When it speaks."""
        return datetime.strptime(self.time, MOMENT).replace(tzinfo=UTC)

    def words(self) -> str:
        """How its words are written, as it stands in the plan."""
        if self.form == HEX:
            return f"十六进制输出，{self.size}字节"
        return f"号码{self.size}个，每个{self.digits}位，按公布顺序，以一个空格分隔"

    def in_plan(self) -> Beacon:
        """The beacon as the plan names it."""
        return {"name": f"{self.name}（{self.words()}）", "round": self.round, "time": self.time}

    def read(self, typed: str) -> str:
        """What was typed, as the rule writes it; ``bytes_of`` makes the seed's bytes of it.

        Raises ProtocolError with code ``beacon-hex`` (size, digits) or ``beacon-numbers`` (size, digits) for anything else.
        """
        text = unicodedata.normalize("NFKC", typed).strip()
        return self._hex(text) if self.form == HEX else self._numbers(text)

    def _hex(self, text: str) -> str:
        found = "".join(text.split()).lower().removeprefix("0x")
        if not re.fullmatch(f"[0-9a-f]{{{2 * self.size}}}", found):
            raise ProtocolError(
                f"not {self.size} bytes in hex", "beacon-hex", size=self.size, digits=2 * self.size
            )
        return found

    def _numbers(self, text: str) -> str:
        groups = re.findall(r"[0-9]+", text)
        if len(groups) == 1 and len(groups[0]) == self.size * self.digits:
            groups = re.findall(f"[0-9]{{{self.digits}}}", groups[0])
        if len(groups) != self.size or any(len(group) != self.digits for group in groups):
            raise ProtocolError(
                f"not {self.size} numbers of {self.digits} digits",
                "beacon-numbers",
                size=self.size,
                digits=self.digits,
            )
        return " ".join(groups)

    def bytes_of(self, value: str) -> bytes:
        """The beacon's bytes in the seed, of what ``read`` gave: the output itself, or the numbers as text."""
        return bytes.fromhex(value) if self.form == HEX else value.encode("ascii")


def as_printed(value: bytes) -> str:
    """The beacon's bytes in a proof as its source prints them: a lottery's numbers, or else hex."""
    text = value.decode("latin-1")
    return text if _PRINTED.fullmatch(text) else value.hex()
