"""Who keeps the register of each kind of entity (R-T4)."""

from __future__ import annotations

from collections.abc import Mapping

from onedoor.kernel.codes import KIND_NAMES, EntityKind
from onedoor.kernel.errors import ClerkError
from tenants import queries as tenants


def keepers_of_kinds() -> dict[str, str]:
    """Who keeps the register of each kind, by name (R-T4)."""
    return {kind: one.name for one in tenants.bureaus() for kind in one.entity_kinds}


def unknown_code(kind: EntityKind, keepers: Mapping[str, str]) -> ClerkError:
    """The refusal of a code that is not in the register, with who keeps that kind."""
    keeper = keepers.get(kind) or keepers.get("other")
    if keeper is None:
        return ClerkError("经营主体名录里没有这个代码，请核对。")
    return ClerkError(
        "经营主体名录里没有这个代码；%(kind)s由%(keeper)s登记，请核对代码，或请其先录入名录。",
        kind=KIND_NAMES[kind],
        keeper=keeper,
    )
