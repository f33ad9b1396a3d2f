"""Jobs of notifications: telling another bureau's people of what this one did, and what is due tomorrow or overdue."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from onedoor.edge.language import sentence_of_row
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.notifications import service
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.NOTIFY_BUREAU)
def notify_bureau(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Tell the people whom it concerns in the job's bureau."""
    return {"told": service.notify_bureau(payload)}


@handles(JobName.DELIVER_NOTIFICATIONS)
def deliver(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send the e-mail and the messages that are due in the job's bureau."""
    return service.deliver(in_their_language)


def in_their_language(text: str, said: Any, language: str) -> str:
    """A kept text in a person's language, from what it was made of."""
    with force_locale(language):
        return sentence_of_row({"text": text, "text_said": said}, "text")


def dispatch() -> int:
    """Settle and ask for what is to go out, in every bureau."""
    return in_each_bureau(service.dispatch)


def watch() -> int:
    """In every bureau, of what is due tomorrow and what is overdue; returns how many people were told."""
    return in_each_bureau(service.watch)
