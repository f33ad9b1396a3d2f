"""Marking source strings that are not translated where they stand."""
