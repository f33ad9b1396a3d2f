"""Where a thing comes from and what came of it (R-D9): over all rooms, for every page."""
