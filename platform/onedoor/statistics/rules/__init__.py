"""What the figures and the returns mean (forms.md, R-S1, R-S2); pure."""

from onedoor.statistics.rules.measures import Checked, on_time, saved_entries, share

__all__ = ["Checked", "on_time", "saved_entries", "share"]
