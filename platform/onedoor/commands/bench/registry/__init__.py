"""`onedoor bench registry`: a large register loaded beside COPY, its lists and search beside SQL written by hand."""

from onedoor.commands.bench.registry.command import registry

__all__ = ["registry"]
