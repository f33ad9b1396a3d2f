"""The ways a batch reaches a platform and its receipts come back: pushed over HTTP, dropped into a folder, carried by hand (R-O2)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from onedoor.credit import platform_client
from onedoor.credit.models import OutsidePlatform
from onedoor.credit.platform_client import Platform, Verdict
from onedoor.credit.platforms import CREDIT, SHARING, ChannelKind, address_of
from onedoor.credit.policies import TOKEN
from onedoor.kernel.deployment import settings
from onedoor.kernel.errors import ClerkError, Conflict

LARGEST_RECEIPT = 32 << 20


class Channel(Protocol):
    """A way to a platform."""

    def deliver(self, batch: Mapping[str, Any]) -> dict[str, Verdict]:
        """Bring a batch there, again if it was before, and read what the platform says of each record."""


@dataclass(frozen=True)
class Folder:
    """A folder that the platform looks into. A batch is `NUMBER.json`, its receipts are `NUMBER.receipt.json` beside it.

    A batch is written whole or not at all, and never over another: brought again it is the same file.
    """

    path: Path

    def deliver(self, batch: Mapping[str, Any]) -> dict[str, Verdict]:
        """Write the batch if it is not there yet; the records are received until the receipts are."""
        numbers = [str(one["number"]) for one in batch["records"]]
        try:
            self._write(f"{batch['batch']}.json", batch)
            content = self._receipts(f"{batch['batch']}.receipt.json")
        except OSError as problem:
            raise ClerkError(
                "写不进或读不出报送平台的交换目录。记录都还在，请联系平台运维检查目录后重试；重试不会重复报送。"
            ) from problem
        if content is None:
            return {number: Verdict("received", "", "") for number in numbers}
        try:
            receipts = json.loads(content)
        except ValueError:
            receipts = None
        return platform_client.read_receipts(receipts, numbers)

    def _write(self, name: str, batch: Mapping[str, Any]) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        target, content = self.path / name, json.dumps(batch, ensure_ascii=False, indent=1).encode()
        if target.exists():
            if target.read_bytes() != content:
                raise Conflict("交换目录里已有同一批次号而内容不同的文件，请联系平台运维核对。")
            return
        fresh = self.path / f".{name}.{os.getpid()}"
        fresh.write_bytes(content)
        os.replace(fresh, target)

    def _receipts(self, name: str) -> bytes | None:
        try:
            # What lies there is another's: a link is not followed out of the folder.
            opened = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        with os.fdopen(opened, "rb") as file:
            content = file.read(LARGEST_RECEIPT + 1)
        if len(content) > LARGEST_RECEIPT:
            raise ClerkError("交换目录里的回执文件太大，没有读取，请联系平台运维与报送平台核对。")
        return content


def channel_of(one: OutsidePlatform) -> Channel:
    """The way to a platform, as it is set now. Raises `ClerkError` where the deployment has not said how."""
    if one.channel == ChannelKind.PUSH:
        return Platform(address_of(one), _token(one), one.patience)
    if one.channel == ChannelKind.FOLDER:
        root = settings().export_folder
        if not root:
            raise ClerkError("还没有设置报送文件的交换目录，请联系平台运维设置后，再重试本作业。")
        return Folder(Path(root) / one.folder)
    raise Conflict("这个平台由人工上传：请在批次页下载报送文件，上传到平台后再上传回执文件。")


def _token(one: OutsidePlatform) -> str:
    if one.token is not None:
        return TOKEN.open(one.id, bytes(one.token))
    if one.address:
        return ""
    return {CREDIT: settings().credit_token, SHARING: settings().sharing_token}.get(one.code, "")
