"""Rules of the item list."""
