"""Rules of the shared register."""
