"""How matters are checked, and what stands instead of an entry (R-V3)."""
