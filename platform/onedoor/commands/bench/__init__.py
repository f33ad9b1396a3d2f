"""`onedoor bench`: how long the work takes that must be quick, beside the tools that others use for it."""

LEAD = "990100-SCJG"
"""The bureau that draws, and the name of its list."""
