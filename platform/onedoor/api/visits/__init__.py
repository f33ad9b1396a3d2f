"""Visits over the interface."""
