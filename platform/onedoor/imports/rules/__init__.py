"""Rules of loads."""
