"""Writing letters, issuing documents and noting their delivery, a bureau's own templates, and words to its people."""

from onedoor.messages.service.documents import body_of, deliver, issue
from onedoor.messages.service.letters import (
    DOCX,
    add_template,
    default_template,
    fields_of,
    preview,
    use_default,
    use_template,
    write,
)
from onedoor.messages.service.messages import note_read, send_message, send_once

__all__ = [
    "DOCX",
    "add_template",
    "body_of",
    "default_template",
    "deliver",
    "fields_of",
    "issue",
    "note_read",
    "preview",
    "send_message",
    "send_once",
    "use_default",
    "use_template",
    "write",
]
