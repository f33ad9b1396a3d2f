"""A contestant in a process of its own, and what is said meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click


class BrokeOff(Exception):
    """A contestant broke off; the message has the end of what it said."""


def child(name: str, given: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """What the contestant told. Raises `BrokeOff`."""
    command = [sys.executable, "-m", "onedoor.commands.bench.contestant", name]
    done = subprocess.run(
        command, input=json.dumps(given), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BrokeOff(f"{name} broke off: {done.stderr.strip()[-2000:]}")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def say(text: str) -> None:
    """On standard error, for whoever waits."""
    click.echo(text, err=True)
