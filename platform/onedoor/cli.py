"""The `onedoor` command."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

import click

from onedoor.config import ConfigError

COMMANDS = {
    "database": ("migrate", "check"),
    "backup.command": ("backup", "restore"),
    "processes": ("serve", "worker", "beat"),
    "draw_files": ("verify", "draw"),
    "embedded_servers": ("servers",),
    "audit": ("audit",),
    "bench.command": ("bench",),
    "bureaus": ("bureaus",),
    "encryption_keys": ("keys",),
    "account_recovery": ("people",),
    "demo.command": ("demo",),
}


class Lazy(click.Group):
    """Loads a command's module when it is asked for: `onedoor verify` needs no database driver.

    Demo and benches are in a checkout and in no deployment.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted(name for module, names in COMMANDS.items() if _is_here(module) for name in names)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        for module, names in COMMANDS.items():
            if name in names and _is_here(module):
                found = getattr(importlib.import_module(f"onedoor.commands.{module}"), name)
                assert isinstance(found, click.Command)
                return found
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run it; a setting that cannot be right is told in a sentence."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise click.ClickException(f"{error} (docs/operations)") from error


def _is_here(module: str) -> bool:
    return find_spec(f"onedoor.commands.{module.partition('.')[0]}") is not None


main = Lazy("main", help="OneDoor (一门): double-random inspections a whole city shares.")
