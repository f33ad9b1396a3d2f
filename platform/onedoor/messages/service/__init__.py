"""Writing letters, issuing documents and noting their delivery, a bureau's own templates, and words to its people."""

from onedoor.messages.service.documents import body_of, deliver, issue
from onedoor.messages.service.letters import (
    DOCX,
    note_read,
    replace_template,
    restore_template,
    send_message,
    template,
    write,
)

__all__ = [
    "DOCX",
    "body_of",
    "deliver",
    "issue",
    "note_read",
    "replace_template",
    "restore_template",
    "send_message",
    "template",
    "write",
]
