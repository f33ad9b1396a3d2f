"""Rules of officers."""
