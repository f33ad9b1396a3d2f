"""Who may see and write how people are told: the bureau its own; where somebody is reached, they and the house's jobs."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ACTOR, MINE, B, can, owned
from onedoor.kernel.encrypted_columns import encrypted_column

_ITSELF = f"{MINE} AND user_id = {ACTOR}"
# The house's own jobs work in the bureau's scope as nobody.
_ITSELF_OR_JOB = f"{MINE} AND (user_id = {ACTOR} OR {ACTOR} IS NULL)"

access.rules("notification_default", owned("notification_default", deletable=True))
access.rules(
    "notification_choice",
    # Whoever does something that others are told of goes by their choices.
    can("notification_choice", B, "select", MINE),
    can("notification_choice", B, "insert update delete", _ITSELF),
)
access.rules(
    "notification_address",
    can("notification_address", B, "select update", _ITSELF_OR_JOB),
    can("notification_address", B, "insert delete", _ITSELF),
)
access.rules("notification_channel", owned("notification_channel"))
access.rules("notification_delivery", owned("notification_delivery", deletable=True))
EMAIL = encrypted_column("notifications", "notification_address", "email")
MOBILE = encrypted_column("notifications", "notification_address", "mobile")
URL = encrypted_column("notifications", "notification_channel", "url")
SECRET = encrypted_column("notifications", "notification_channel", "secret")
