"""Rules of target libraries."""
