"""A draw, who takes part and commits, what each deposits, the witnesses, the register and the outcome.

The lead alone writes the draw and its participation; a party inserts rows of its own (deposit,
commitment, reveal), and the shared state is derived from them (architecture, "one writer per row").
Nothing here is ever deleted (R-D7). Who may read what stands in `policies.py`.
"""

from onedoor.draws.models.call_offs import CallOff
from onedoor.draws.models.comparisons import DrawComparison
from onedoor.draws.models.custody import DrawLot, DrawReceipt, DrawSecret
from onedoor.draws.models.draw import Committer, Draw, DrawParty
from onedoor.draws.models.outcome import (
    DrawChange,
    DrawDocument,
    DrawnPart,
    DrawRegister,
    DrawRelease,
    TeamSlot,
)
from onedoor.draws.models.parts import BeaconReading, Commitment, Deposit, DepositFile, Reveal, SealedNonce
from onedoor.draws.models.replacement_consents import Consent, Plea
from onedoor.draws.models.turns import ListTurn
from onedoor.draws.models.witnesses import Countdown, WitnessAttempt, WitnessInvitation, WitnessText

__all__ = [
    "BeaconReading",
    "CallOff",
    "Commitment",
    "Committer",
    "Consent",
    "Countdown",
    "Deposit",
    "DepositFile",
    "Draw",
    "DrawChange",
    "DrawComparison",
    "DrawDocument",
    "DrawLot",
    "DrawParty",
    "DrawReceipt",
    "DrawRegister",
    "DrawRelease",
    "DrawSecret",
    "DrawnPart",
    "ListTurn",
    "Plea",
    "Reveal",
    "SealedNonce",
    "TeamSlot",
    "WitnessAttempt",
    "WitnessInvitation",
    "WitnessText",
]
