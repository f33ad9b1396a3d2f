"""Shapes of what comes in for the item list."""
