"""Shapes of what comes in for loads."""
