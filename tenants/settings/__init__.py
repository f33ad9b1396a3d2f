"""What a place decides: the declared settings, their values in force, and how they are entered (R-S3, access.md)."""

from tenants.settings.declaration import SETTINGS, declared
from tenants.settings.kinds import Kind, Setting
from tenants.settings.values import day_of, value

__all__ = ["SETTINGS", "Kind", "Setting", "day_of", "declared", "value"]
