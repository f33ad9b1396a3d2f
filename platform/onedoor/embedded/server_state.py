"""What the data folder remembers of its servers: ports and passwords (0600), and the lock that one start holds."""

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from onedoor.embedded.processes import EmbeddedError, wait_until

LOGINS = ("postgres", "onedoor_owner", "onedoor_app", "onedoor_public")


@dataclass
class ServerState:
    """Ports by server and passwords by login."""

    ports: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "ServerState":
        """What is there, completed with a new password for each login that has none."""
        try:
            keep = cls(**json.loads(path.read_text())) if path.exists() else cls()
        except PermissionError as error:
            raise EmbeddedError(
                f"{path.parent} belongs to another user; choose another folder with --data."
            ) from error
        except (ValueError, TypeError) as error:
            raise EmbeddedError(
                f"{path} is damaged; restore it, or choose another folder with --data."
            ) from error
        for login in (*LOGINS, "valkey"):
            keep.passwords.setdefault(login, secrets.token_urlsafe(24))
        return keep

    def write(self, path: Path) -> None:
        """Keep it for the next start, whole or not at all."""
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


class Lock:
    """Held by the one start that uses a data folder."""

    def __init__(self, path: Path) -> None:
        """Raise EmbeddedError if another start holds it, after a moment for one that is just ending."""
        try:
            self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise EmbeddedError(
                f"{path.parent} belongs to another user; choose another folder with --data."
            ) from error
        if not wait_until(self._take, 2):
            owner = os.read(self._file or 0, 20).decode() or "unknown"
            self.release()
            raise EmbeddedError(
                f"{path.parent} is in use by another start (process {owner}); stop it, or choose another folder with --data."
            )
        os.truncate(path, 0)
        os.write(self._file or 0, str(os.getpid()).encode())
        # A forked child must not keep the folder locked when we are gone.
        os.register_at_fork(after_in_child=self.release)

    def _take(self) -> bool:
        try:
            fcntl.flock(self._file or 0, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let the folder go; in a forked child only its own copy."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
