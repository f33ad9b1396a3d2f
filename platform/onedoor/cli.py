"""The `onedoor` command."""

from __future__ import annotations

import importlib

import click

from onedoor.config import ConfigError

COMMANDS = {
    "database": ("migrate", "check"),
    "backup.command": ("backup", "restore"),
    "serving": ("serve", "worker", "beat"),
    "draw_files": ("verify", "draw"),
    "servers": ("servers",),
    "audit": ("audit",),
    "bench.command": ("bench",),
    "bureaus": ("bureaus",),
    "keys": ("keys",),
    "people": ("people",),
    "demo.command": ("demo",),
}


class Lazy(click.Group):
    """Loads a command's module when it is asked for: `onedoor verify` needs no database driver."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return sorted(name for names in COMMANDS.values() for name in names)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        for module, names in COMMANDS.items():
            if name in names:
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


main = Lazy("main", help="OneDoor (一门): double-random inspections a whole city shares.")
