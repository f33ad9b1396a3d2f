"""The archive: a zip with a text in PostgreSQL's COPY format per table, and a manifest written last.

Each table's SHA-256 stands in the manifest, and the manifest's own in the file's comment: an archive that was cut off or altered
by a bad disk is told apart before anything is loaded. It is no protection against who can write the file.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20


class BackupError(Exception):
    """A backup cannot be made or used; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Table:
    """One table: its columns in the archive's order, how many rows, and the SHA-256 of their text."""

    name: str
    columns: list[str]
    rows: int
    digest: str


@dataclass
class Manifest:
    """What an archive says of itself. `revision` is the migration its tables are of; `keys` tells keys apart."""

    product: str
    revision: str
    made_at: str
    keys: dict[str, str]
    tables: list[Table] = field(default_factory=list)
    sequences: dict[str, int | None] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


def fingerprints(field_keys: str, secret_key: str) -> dict[str, str]:
    """What tells keys apart without giving them away: a backup holds no key, and is useless without them."""
    keys = {number.strip(): bytes.fromhex(key) for number, _, key in _parts(field_keys)}
    keys["secret"] = secret_key.encode()
    return {name: hmac.digest(key, b"onedoor/backup", "sha256").hex()[:16] for name, key in keys.items()}


def _parts(field_keys: str) -> Iterator[tuple[str, str, str]]:
    for part in field_keys.split(","):
        yield part.strip().partition(":")


class Writer:
    """Writes an archive beside its final place; only a whole one takes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def table(self, name: str, columns: list[str], pieces: Iterable[bytes]) -> Table:
        """Add a table's rows; text COPY escapes line breaks, so lines are rows."""
        digest, rows = hashlib.sha256(), 0
        with self._zip.open(_member(name), "w", force_zip64=True) as out:
            for piece in pieces:
                digest.update(piece)
                rows += bytes(piece).count(b"\n")
                out.write(piece)
        return Table(name, columns, rows, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and end the file."""
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self._zip.writestr(MANIFEST, text)
        self._zip.comment = hashlib.sha256(text).hexdigest().encode()
        self._zip.close()

    def abandon(self) -> None:
        """Let the file go as it is: ZipFile would try to end it once more when it is collected."""
        self._zip.fp = None


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """An archive at `path`, readable by its owner alone, on the disk when this ends; nothing there if it fails."""
    part = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            writer = Writer(file)
            try:
                yield writer
            except BaseException:
                writer.abandon()
                raise
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


class Reader:
    """An archive that was made by `writing`, whole and undamaged; raises BackupError otherwise."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
            text = self._zip.read(MANIFEST)
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error
        except (zipfile.BadZipFile, KeyError, zlib.error, ValueError, NotImplementedError) as error:
            raise self._damaged() from error
        if self._zip.comment != hashlib.sha256(text).hexdigest().encode():
            raise self._damaged()
        self.manifest = self._told(json.loads(text))

    def _told(self, values: dict[str, object]) -> Manifest:
        if values.get("format") != FORMAT:
            raise BackupError(
                f"{self.path} is a backup of format {values.get('format')} and this OneDoor reads format {FORMAT}:"
                " restore it with the OneDoor that made it."
            )
        manifest = Manifest(**values)  # type: ignore[arg-type]
        manifest.tables = [Table(**table) for table in manifest.tables]  # type: ignore[arg-type]
        return manifest

    def check(self) -> None:
        """Read all of it once and compare the sums."""
        for table in self.manifest.tables:
            digest = hashlib.sha256()
            for piece in self.pieces(table):
                digest.update(piece)
            if digest.hexdigest() != table.digest:
                raise self._damaged(table.name)

    def pieces(self, table: Table) -> Iterator[bytes]:
        """The table's rows."""
        try:
            with self._zip.open(_member(table.name)) as rows:
                while piece := rows.read(PIECE):
                    yield piece
        except (zipfile.BadZipFile, KeyError, zlib.error, EOFError) as error:
            raise self._damaged(table.name) from error

    def _damaged(self, where: str = "") -> BackupError:
        place = f" (table {where})" if where else ""
        return BackupError(
            f"{self.path} is damaged or no backup of OneDoor{place}: take another copy of it; nothing was loaded."
        )


def _member(name: str) -> str:
    return f"tables/{name}.copy"
