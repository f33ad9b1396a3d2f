"""Telling people of what happened: in the transaction of the act, or in a job for another bureau; and of what is overdue."""

from onedoor.notifications.service.acts import hear, notify_bureau
from onedoor.notifications.service.deadlines import watch

__all__ = ["hear", "notify_bureau", "watch"]
