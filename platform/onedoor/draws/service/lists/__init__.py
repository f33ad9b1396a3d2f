"""A bureau's list for a draw: deposited, or waiting for an earlier draw of the same visits (R-J5, R-P6)."""
