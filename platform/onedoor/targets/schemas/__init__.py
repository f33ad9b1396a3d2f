"""Shapes of what comes in for target libraries."""
