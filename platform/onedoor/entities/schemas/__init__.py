"""Shapes of what comes in for the shared register."""
