"""Telling people of what happened: in the transaction of the act, or in a job for another bureau; of what is overdue; and by which
ways: choices, channels, what goes out."""

from onedoor.notifications.service.acts import hear, notify_bureau
from onedoor.notifications.service.channels import add_channel, set_channel_state
from onedoor.notifications.service.choices import choose, my_address, my_ways, set_address, set_defaults
from onedoor.notifications.service.deadlines import watch
from onedoor.notifications.service.deliveries import deliver, dispatch, plan

__all__ = [
    "add_channel",
    "choose",
    "deliver",
    "dispatch",
    "hear",
    "my_address",
    "my_ways",
    "notify_bureau",
    "plan",
    "set_address",
    "set_channel_state",
    "set_defaults",
    "watch",
]
