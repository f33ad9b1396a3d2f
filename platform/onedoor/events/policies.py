"""Who may see and write subscriptions of events: the bureau its own, nobody else (access.md, "outgoing events")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import owned
from onedoor.kernel.encrypted_columns import encrypted_column

access.rules("event_subscription", owned("event_subscription"))
access.rules("event_delivery", owned("event_delivery", deletable=True))
SECRET = encrypted_column("events", "event_subscription", "secret")
