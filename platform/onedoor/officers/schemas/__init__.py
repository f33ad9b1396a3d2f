"""Shapes of what comes in for officers."""
